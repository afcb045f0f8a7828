import type { Agreements, RuleBook } from '../../agreement/index.js';
import {
  type Dataset,
  type Datasets,
  judged,
  PRESETS,
  type Profiles,
  typeName,
  type Version,
  type Versions,
} from '../../catalog/index.js';
import { type AdminContext, type AdminService, requestedPolicy } from '../../edge/index.js';
import { CounterfoilError, LIMITS, type OrgId } from '../../foundation/index.js';
import { type Jobs, OPERATORS, parseMask, probeSource, type Transfers } from '../../pipeline/index.js';
import type { Identifier } from '../identify.js';
import type { Views } from '../views.js';
import type { Done, WorkerJobs } from '../worker.js';
import { contractAdmin } from './contracts.js';
import { findingReply, overrideAdmin } from './overrides.js';
import { sampleAdmin } from './samples.js';

interface Parts {
  datasets: Datasets;
  versions: Versions;
  profiles: Profiles;
  agreements: Agreements;
  transfers: Transfers;
  views: Views;
  identifier: Identifier;
  scratch: string;
  access(uri: string): Readonly<Record<string, string>> | undefined;
  rules: RuleBook;
  jobs: Jobs<WorkerJobs>;
}

export function datasetAdmin(parts: Parts): AdminService['datasets'] {
  const { datasets, versions, profiles, views } = parts;
  const reply = (dataset: Dataset) => datasetReply(dataset, versions.list(dataset.name));
  const show = (dataset: Dataset) => {
    const latest = versions.latest(dataset.name);
    const columns = latest?.manifest.schema.fields ?? [];
    return {
      ...reply(dataset),
      contract: dataset.contract,
      columns: columns.map(({ name, type, nullable }) => ({ name, type: typeName(type), nullable })),
    };
  };
  const contractOf = ({ name, contract }: Dataset) => {
    const read = datasets.contract(name);
    return {
      ...{ dataset: name, contract, digest: read?.digest ?? null, rules: read?.rules.length ?? 0 },
      notEvaluated: [...(read?.notEvaluated ?? [])],
    };
  };
  return {
    presets: async () => ({ presets: PRESETS.map(presetReply) }),
    ...contractAdmin(parts.rules),
    ...sampleAdmin(parts),
    describe: async ({ source, format, query, options, rows = 0 }, context) => {
      const access = parts.access(source);
      const spec = { name: 'source', uri: source, ...(access && { access }) };
      const { signal, onProgress } = hooks(context, 'reading');
      const onItem = (item: unknown) => onProgress((item as Done).done, (item as Done).total);
      const { fields, ...found } = await parts.jobs.run(
        'describe',
        { spec: { ...spec, ...given({ format, query, options }) }, scratch: parts.scratch, rows },
        { signal, onItem },
      );
      return {
        ...found,
        columns: fields.map(({ name, type, nullable }) => ({ name, type: typeName(type), nullable })),
      };
    },
    compare: async ({ name, before, after }, { signal }) => {
      const [was, is] = [views.version(name, before), views.version(name, after)];
      const change = await parts.jobs.run(
        'compare',
        { before: versions.access(was), after: versions.access(is) },
        { signal },
      );
      const rows = { before: versions.show(was).manifest.rows, after: versions.show(is).manifest.rows };
      return { dataset: name, before: was, after: is, rows, ...change, columns: [...change.columns] };
    },
    masks: async ({ name }) => {
      const { schema, findings, policy } = await profiles.offered(name);
      return {
        operators: OPERATORS.map(operatorReply),
        columns: schema.fields.map(({ name: column, type, nullable }) => ({
          ...{ name: column, type: typeName(type), nullable },
          operators: OPERATORS.filter(({ accepts }) => accepts(type)).map((operator) => operator.name),
          personal: findings.filter(({ root }) => root === column).map(findingReply),
        })),
        policy: policy ?? null,
      };
    },
    contract: async ({ name }) => contractOf(datasets.show(name)),
    setContract: async ({ name, contract, replaces }) => {
      if (replaces !== undefined && replaces !== (datasets.contract(name)?.digest ?? null))
        throw new CounterfoilError('contract.changed', `Somebody else has changed the contract of ${name} meanwhile.`);
      return contractOf(datasets.setContract(name, contract));
    },
    add: async ({ name, source, format, query, options, contract }, { actor }) => {
      const access = parts.access(source);
      const found = await probeSource(
        { name, uri: source, ...(format && { format }), ...(access && { access }) },
        parts.scratch,
      );
      const kept = { uri: source, format: found, ...given({ query, options }) };
      return show(await datasets.add({ name, source: kept, ...(contract === undefined ? {} : { contract }) }, actor));
    },
    profile: async ({ name }, context) => {
      const { dataset, rows, columns, contract, overrides } = await profiles.profile(name, hooks(context, 'reading'));
      return {
        ...{ dataset, rows, contract },
        columns: columns.map((column) => ({ ...column, personal: judged([column], overrides).map(findingReply) })),
      };
    },
    ...overrideAdmin(parts),
    publish: async ({ name }, context) => {
      const { version, unchanged } = await versions.publish(name, context.actor, hooks(context, 'publishing'));
      const { id, dataset, manifest, bytes } = version;
      return { dataset, version: id, rows: manifest.rows, batches: manifest.batches.length, bytes, unchanged };
    },
    list: async () => ({ datasets: datasets.list().map(reply) }),
    show: async ({ name }) => show(datasets.show(name)),
    versions: async ({ name }) => ({
      dataset: datasets.show(name).name,
      versions: versions.list(name).map(versionReply),
    }),
    preview: async ({ name, as, rows, ...input }, { signal }) => {
      const policy = requestedPolicy(input, parseMask);
      return views.preview(name, as as OrgId, policy, rows ?? LIMITS.previewRows, signal);
    },
    identify: async ({ file }, { signal }) => parts.identifier.identify(file, signal),
  };
}

/** The entries that were given. */
const given = <T extends object>(entries: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as never;

const operatorReply = ({ name, describe, preserves, positional }: (typeof OPERATORS)[number]) => ({
  ...{ name, summary: describe.summary, accepts: describe.accepts, nulls: describe.nulls, example: describe.example },
  preserves: [...preserves],
  parameters: Object.entries(describe.parameters).map(([parameter, about]) => ({ name: parameter, about })),
  positional: positional ?? null,
});

function hooks({ signal, progress }: AdminContext, phase: string) {
  const onProgress = (done: number, total: number | undefined) =>
    progress({ phase, done, ...(total === undefined ? {} : { total }), unit: 'bytes' });
  return { signal, onProgress };
}

function datasetReply(dataset: Dataset, versions: readonly Version[]) {
  const { name, source, created } = dataset;
  if (source.format === undefined) throw new CounterfoilError('internal', 'A dataset was kept without its format.');
  return {
    ...{ name, source: source.uri, format: source.format, query: source.query ?? null, createdAt: created },
    versions: versions.length,
    latest: versions.find(({ shredded }) => !shredded)?.id ?? null,
  };
}

function versionReply({ id, manifest, bytes }: Version) {
  const { rows, batches, created, parent, rowsRoot } = manifest;
  return { version: id, rows, batches: batches.length, bytes, createdAt: created, parent, rowsRoot };
}

const presetReply = ({ name, summary, requires, identifiers }: (typeof PRESETS)[number]) => ({
  ...{ name, summary, requires: [...requires] },
  identifiers: identifiers.map(({ entities, mask, mayRemain, ...each }) => ({
    ...{ name: each.name, entities: [...entities], mask },
    forbidden: mayRemain !== true,
  })),
});
