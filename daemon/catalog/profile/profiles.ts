import type { Schema } from '../../columnar/index.js';
import {
  type Clock,
  CounterfoilError,
  canonicalJson,
  hex,
  type Journal,
  type Json,
  printable,
  sha256,
} from '../../foundation/index.js';
import type { Database } from '../../store/index.js';
import { type Contract, type ParseOptions, parseContract, writeContract } from '../contract/index.js';
import type { Datasets } from '../datasets.js';
import { mustSay, presetMasks } from '../presets/index.js';
import type { SourceSpec } from '../source.js';
import type { PublishHooks, Version, Versions } from '../version/versions.js';
import { knownOf } from './known.js';
import { type JudgedFinding, judged, type Override, Overrides } from './overrides.js';
import type { ProfileParams, TableProfile } from './table.js';

/** Runs `profileTable` where it does not hold up the main thread. */
export type ProfileJob = (params: ProfileParams, hooks: PublishHooks) => Promise<TableProfile>;

export interface ProfileOptions {
  db: Database;
  datasets: Datasets;
  versions: Versions;
  journal: Journal;
  clock: Clock;
  scratch: string;
  access: (uri: string) => SourceSpec['access'];
  run: ProfileJob;
}

export interface DatasetProfile extends TableProfile {
  dataset: string;
  /** The version that was looked at; null when none was published and the source was read. */
  version: string | null;
  /** A first contract that this data keeps, YAML text. */
  contract: string;
  /** What people have said of what looks personal, also of what is not found now. */
  overrides: readonly Override[];
}

/** A dataset as it is offered: its columns, what its contract asks, and what looks personal. */
export interface Offered {
  schema: Schema;
  contract: { digest: string; rules: readonly Json[]; notEvaluated: Contract['notEvaluated'] };
  findings: readonly JudgedFinding[];
  /** What its contract says of masks, rows, purpose, legal basis and retention. */
  policy?: Contract['policy'];
  terms?: { purpose?: string; basis?: string; retain?: string };
}

/** What the tables of this gateway are like. The profile of a version is made once: neither of them changes. */
export class Profiles {
  readonly overrides: Overrides;
  readonly #options: ProfileOptions;

  constructor(options: ProfileOptions) {
    this.overrides = new Overrides(options.db, options.journal, options.clock);
    this.#options = options;
  }

  /** Of the newest version, or of the source when nothing was published yet. `dataset.not_found`, those of sources. */
  async profile(name: string, hooks: PublishHooks = {}): Promise<DatasetProfile> {
    const { datasets, versions, scratch, access, run } = this.#options;
    const dataset = datasets.show(name);
    const version = versions.latest(dataset.name);
    const complete = (table: TableProfile): DatasetProfile => {
      const contract = writeContract(knownOf(dataset.name, table));
      const overrides = this.overrides.list(dataset.name);
      return { dataset: dataset.name, version: version?.id ?? null, ...table, contract, overrides };
    };
    if (version === undefined) {
      const reach = access(dataset.source.uri);
      const spec: SourceSpec = {
        name: dataset.name,
        ...dataset.source,
        ...(reach === undefined ? {} : { access: reach }),
      };
      return complete(await run({ spec, scratch }, hooks));
    }
    return complete(await this.#ofVersion(dataset.name, version, hooks));
  }

  /** What looks personal in a version of a dataset. `version.not_found`. */
  async personal(name: string, version: string): Promise<readonly JudgedFinding[]> {
    const { columns } = await this.#ofVersion(name, this.#options.versions.show(version));
    return judged(columns, this.overrides.list(name));
  }

  /**
   * A person says that a column is not what it looks like: all that was found in it, or one entity. `input.invalid` when
   * nothing of it was found.
   */
  async override(
    { dataset: name, column, entity }: { dataset: string; column: string; entity?: string | undefined },
    reason: string,
    actor: string,
  ): Promise<void> {
    const { dataset, columns } = await this.profile(name);
    const found = columns
      .flatMap(({ personal }) => personal)
      .filter((each) => each.column === column && (entity === undefined || each.entity === entity));
    if (found.length === 0)
      throw new CounterfoilError(
        'input.invalid',
        `The column ${printable(column)} does not look ${entity === undefined ? 'personal' : `like ${printable(entity)}`}.`,
        { hint: 'Run "dataset profile NAME" to see what looks personal, and how it is called.' },
      );
    await this.overrides.set(dataset, found, reason, actor);
  }

  async #ofVersion(dataset: string, { id, notes }: Version, hooks: PublishHooks = {}): Promise<TableProfile> {
    const known = this.#known(dataset, id);
    if (known !== undefined) return known;
    const { db, versions, run } = this.#options;
    const made = { ...(await run({ version: versions.access(id) }, hooks)), notes };
    db.prepare('INSERT OR REPLACE INTO profile (dataset, version, body) VALUES (?, ?, ?)').run(
      dataset,
      id,
      JSON.stringify(made),
    );
    return made;
  }

  /** For an offer. A dataset without a contract has no rules. `contract.invalid`, `dataset.not_found`, those of sources. */
  async offered(
    name: string,
    { now = Date.now(), ...options }: Pick<ParseOptions, 'checkRule'> & { now?: number } = {},
  ): Promise<Offered> {
    const dataset = this.#options.datasets.show(name);
    const contract =
      dataset.contract === null ? undefined : parseContract(dataset.contract, { dataset: dataset.name, ...options });
    if (contract !== undefined) mustSay(contract.terms);
    const { schema, columns, overrides } = await this.profile(dataset.name);
    const findings = judged(columns, overrides);
    const preset = contract === undefined ? {} : presetMasks(contract.terms, schema, findings, now);
    return {
      schema,
      contract: {
        digest: contract?.digest ?? hex(sha256(canonicalJson({}))),
        rules: contract?.rules ?? [],
        notEvaluated: contract?.notEvaluated ?? [],
      },
      findings,
      ...(contract === undefined
        ? {}
        : {
            policy: { ...contract.policy, columns: { ...preset, ...contract.policy.columns } },
            terms: agreed(contract),
          }),
    };
  }

  #known(dataset: string, version: string): TableProfile | undefined {
    const body = this.#options.db
      .prepare('SELECT body FROM profile WHERE dataset = ? AND version = ?')
      .pluck()
      .get(dataset, version) as string | undefined;
    return body === undefined ? undefined : (JSON.parse(body) as TableProfile);
  }
}

/** The terms of a contract by the names that an agreement has for them. */
const agreed = ({ terms: { purpose, legalBasis, retention } }: Contract): NonNullable<Offered['terms']> => ({
  ...(purpose === undefined ? {} : { purpose }),
  ...(legalBasis === undefined ? {} : { basis: legalBasis }),
  ...(retention === undefined ? {} : { retain: retention }),
});
