import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type VersionAccess, type Written, writeVersion } from '../../daemon/catalog/index.js';
import type { VersionManifest } from '../../daemon/columnar/index.js';
import { hex, LIMITS, orgId } from '../../daemon/foundation/index.js';
import { type JobContext, openSource, receiveJobs, sendJobs } from '../../daemon/pipeline/index.js';
import type { Prepared } from '../../daemon/pipeline/send/index.js';
import { type Cost, costOf } from '../measure.js';

const NOW = Date.parse('2026-06-15T12:00:00Z');

/** What one side of one step took, by itself in one thread, and the bytes that went through. */
export interface StepCosts {
  publish: Cost;
  prepare: Cost;
  receive: Cost;
  land: Cost;
  /** Bytes of all batches as Arrow. */
  bytes: number;
  rows: number;
}

export interface StepOptions {
  file: string;
  rules: readonly unknown[];
  columns?: Readonly<Record<string, { op: string }>>;
  /** Of bodies on the way; never, as on a fast link, unless given. */
  compression?: 'always' | 'never';
}

const quiet = (): JobContext => ({ signal: new AbortController().signal, input: none(), emit: async () => {} });

async function* none(): AsyncGenerator<never> {}

/** The steps of a full job one after the other, as the worker threads run them, with nothing between them. */
export async function runSteps(folder: string, options: StepOptions): Promise<StepCosts> {
  const place = mkdtempSync(join(folder, 'steps-'));
  try {
    return await steps(place, options);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

async function steps(
  place: string,
  { file, rules, columns = {}, compression = 'never' }: StepOptions,
): Promise<StepCosts> {
  const [key, saltKey, fileId] = [randomBytes(32), randomBytes(32), 'sto-bench'];
  const beside = { hooks: { byName: {}, hidden: [] }, references: {} };
  const common = { now: NOW, tmp: place, beside };
  const spec = { name: 'table', uri: file };
  const source = { spec, scratch: join(place, 'scratch'), folder: join(place, 'version'), fileId, key, saltKey };
  const [written, publish] = await costOf(() => writeVersion(source, openSource, {}));
  const version: VersionAccess = {
    id: 'v-bench',
    folder: source.folder,
    fileId,
    key,
    saltKey,
    manifest: manifest(written),
  };
  const view = { path: join(place, 'view'), id: 'sto-view', key: randomBytes(32), saltKey: randomBytes(32) };
  const terms = { agreement: 'agr-bench', policy: { columns }, policyDigest: '00'.repeat(32), rules };
  const maskKeys = {
    root: key,
    organisation: orgId('a.example'),
    peer: orgId('b.example'),
    agreement: 'agr-bench',
    version: 'v-bench',
  };
  const made = {
    version,
    ...terms,
    promised: written.schema,
    maskKeys,
    view,
    created: '2026-06-15T12:00:00Z',
    ...common,
  };
  const [prepared, prepare] = await costOf(() => sendJobs.prepare(made, quiet()));
  if (prepared.report.verdict === 'fail')
    throw new Error(`The checks of the bench fail: ${JSON.stringify(prepared.report.results)}`);
  const quarantine = { path: join(place, 'quarantine'), id: 'sto-quarantine', key: randomBytes(32) };
  const keys = Object.fromEntries(Object.entries(prepared.columnKeys).map(([name, value]) => [name, hex(value)]));
  const params = {
    file: quarantine,
    acknowledged: 0,
    every: LIMITS.acknowledgeBatches,
    view: prepared.view,
    columnKeys: keys,
    rules,
    ...common,
  };
  const [, receive] = await costOf(() =>
    receiveJobs.receive(params, { ...quiet(), input: sent(version, prepared, view, compression) }),
  );
  const folder = join(place, 'landing');
  mkdirSync(folder);
  const parts = partsOf(prepared.view.batches);
  const settings = { format: 'parquet', compression: 'snappy', rowGroupRows: null, partitionBy: [] } as const;
  const target = { schema: written.schema, settings, folder, parts };
  const [, land] = await costOf(() => receiveJobs.landParts({ file: quarantine, ...target }, quiet()));
  return { publish, prepare, receive, land, bytes: prepared.bytes, rows: written.summary.rows };
}

const manifest = ({ schema, summary }: Written): VersionManifest => ({
  ...{ v: 1, dataset: 'table', schema, ...summary },
  ...{ parent: null, created: '2026-06-15T12:00:00Z', report: null },
});

/** What the sending job emits, one message at a time. */
async function* sent(
  version: VersionAccess,
  prepared: Prepared,
  view: { path: string; id: string; key: Uint8Array },
  compression: 'always' | 'never',
) {
  const waiting: unknown[] = [];
  let [wake, taken] = [() => {}, () => {}];
  let done = false;
  const emit: JobContext['emit'] = async ({ item }) => {
    waiting.push(item);
    wake();
    await new Promise<void>((resolve) => {
      taken = resolve;
    });
  };
  const source =
    prepared.source === 'version' ? { kind: 'version' as const, version } : { kind: 'view' as const, ...view };
  const { schema, batches } = prepared.view;
  const params = { source, schema, batches, start: 0, compression, link: { squeeze: false } };
  const sending = sendJobs.send(params, { ...quiet(), emit }).finally(() => {
    done = true;
    wake();
  });
  while (!done || waiting.length > 0) {
    if (waiting.length === 0)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    else {
      yield { frame: waiting.shift() };
      taken();
    }
  }
  await sending;
}

const partsOf = (batches: readonly number[]) =>
  Array.from({ length: Math.ceil(batches.length / LIMITS.landedBatchesPerFile) }, (_, at) => {
    const from = at * LIMITS.landedBatchesPerFile;
    return {
      number: at,
      from,
      to: Math.min(batches.length, from + LIMITS.landedBatchesPerFile),
      rows: 0,
    };
  });
