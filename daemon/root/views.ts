import { type Agreements, overContract, type Policy, refuseUndecided, type TransferTerms } from '../agreement/index.js';
import type { Datasets, Profiles, Versions } from '../catalog/index.js';
import { CounterfoilError, type Journal, type OrgId, printable } from '../foundation/index.js';
import { type Jobs, maskBook, type Report } from '../pipeline/index.js';
import type { BesideRows } from './beside.js';
import type { ViewKeys } from './view-keys.js';
import type { WorkerJobs } from './worker.js';

interface Parts {
  datasets: Datasets;
  versions: Versions;
  profiles: Profiles;
  agreements: Agreements;
  jobs: Jobs<WorkerJobs>;
  keys: ViewKeys;
  beside: BesideRows;
  journal: Journal;
  run(): { now: number; tmp: string };
}

/** What one peer sees of a version: a preview, and a dry run of the checks. */
export class Views {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A version of a dataset by its id or an unambiguous beginning of it, or the newest. `version.not_found`. */
  version(dataset: string, wanted?: string): string {
    const all = this.#parts.versions.list(dataset).filter(({ shredded }) => !shredded);
    const found = wanted === undefined ? all.slice(0, 1) : all.filter(({ id }) => id.startsWith(wanted));
    if (found.length === 1) return found[0]!.id;
    const which = found.length === 0 ? 'no version' : 'several versions';
    const what = wanted === undefined ? 'has no published version' : `has ${which} ${printable(wanted)}`;
    throw new CounterfoilError('version.not_found', `The dataset ${printable(dataset)} ${what}.`, {
      hint:
        wanted === undefined
          ? `Publish it first: counterfoil dataset publish ${dataset}`
          : 'Run "dataset versions NAME" to see the versions.',
    });
  }

  /** Default deny, for the version that is about to go: what was not personal when it was agreed may be now. `agreement.blocked`. */
  async mustBeDecided({ dataset, peer, policy }: TransferTerms, version: string): Promise<void> {
    const { versions, profiles, journal } = this.#parts;
    const columns = versions.show(version).manifest.schema.fields;
    if (columns.every(({ name }) => Object.hasOwn(policy.columns, name))) return;
    const findings = await profiles.personal(dataset, version);
    await refuseUndecided(journal, { dataset, peer, actor: 'gateway' }, findings, policy);
  }

  /** The first rows as a peer would get them: under a policy given, or that of the agreement with it. */
  async preview(name: string, peer: OrgId, given: Policy | undefined, rows: number, signal: AbortSignal) {
    const { agreements, datasets, versions, jobs, keys } = this.#parts;
    const version = this.version(name);
    const access = versions.access(version);
    const agreement = agreements
      .list()
      .find(
        (each) => each.peer === peer && each.dataset === name && each.role === 'provider' && !ENDED.has(each.state),
      );
    const asked =
      given === undefined && agreement !== undefined
        ? agreement.policy
        : overContract(datasets.contract(name)?.policy, given ?? { columns: {} });
    const columns = Object.entries(asked.columns).map(
      ([column, rule]) => [column, maskBook.parse(rule, column)] as const,
    );
    const policy: Policy = { ...asked, columns: Object.fromEntries(columns) };
    maskBook.view(access.manifest.schema, policy);
    const maskKeys = keys.draft(peer, agreement?.id ?? 'preview', version, policy);
    const shown = await jobs.run('preview', { version: access, policy, maskKeys, rows }, { signal });
    return { dataset: name, version, peer, agreement: given === undefined ? (agreement?.id ?? null) : null, ...shown };
  }

  /** The rules of an agreement on a version, here: verdicts and counts, nothing is sent. */
  async dryRun(
    terms: TransferTerms,
    wanted: string | undefined,
    signal: AbortSignal,
  ): Promise<{ version: string; report: Report }> {
    const { versions, jobs, keys } = this.#parts;
    const version = this.version(terms.dataset, wanted);
    const { report } = await jobs.run(
      'evaluate',
      {
        ...{
          version: versions.access(version),
          agreement: terms.agreement,
          policy: terms.policy,
          promised: terms.schema,
        },
        maskKeys: keys.draft(terms.peer, terms.agreement, version, terms.policy),
        rules: terms.rules,
        beside: this.#parts.beside.of(terms, version),
        ...this.#parts.run(),
      },
      { signal },
    );
    return { version, report };
  }
}

const ENDED = new Set(['expired', 'terminated', 'rejected']);
