import {
  type Clock,
  CounterfoilError,
  canonicalJson,
  hex,
  isReadableName,
  type Journal,
  type Json,
  LIMITS,
  printable,
  rfc3339,
  sha256,
} from '../foundation/index.js';
import { type Database, migrate } from '../store/index.js';
import { type Contract, type ParseOptions, parseContract } from './contract/index.js';
import type { SourceFormat, TextOptions } from './source.js';
import { CATALOG_STEPS } from './tables.js';

/** Where the rows of a dataset come from, as it is kept. */
export interface DatasetSource {
  uri: string;
  format?: SourceFormat;
  query?: string;
  options?: TextOptions;
}

export interface Dataset {
  name: string;
  source: DatasetSource;
  /** ODCS document, YAML text. */
  contract: string | null;
  /** RFC 3339 UTC. */
  created: string;
}

interface Row {
  name: string;
  source: string;
  contract: string | null;
  created: string;
}

/** The named tables that this gateway offers. */
export class Datasets {
  readonly #db: Database;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #contracts: ParseOptions;

  /** `checkRule` judges the rules of a contract when it is given, so that a misspelled one is told then and not with an offer. */
  constructor(db: Database, journal: Journal, clock: Clock, checkRule?: ParseOptions['checkRule']) {
    migrate(db, 'catalog', CATALOG_STEPS);
    this.#db = db;
    this.#journal = journal;
    this.#clock = clock;
    this.#contracts = checkRule === undefined ? {} : { checkRule };
  }

  /** Errors: `input.invalid` (name), `dataset.exists`, `contract.invalid`, `ledger.unavailable`. */
  async add(input: { name: string; source: DatasetSource; contract?: string }, actor: string): Promise<Dataset> {
    const name = datasetName(input.name);
    this.#refuseTaken(name);
    if (input.contract !== undefined) parseContract(input.contract, { dataset: name, ...this.#contracts });
    await this.#journal.record('master', {
      type: 'dataset.added',
      actor,
      fields: { dataset: name, source: hex(sha256(canonicalJson(input.source as unknown as Json))) },
    });
    this.#refuseTaken(name);
    const created = rfc3339(this.#clock.now());
    const contract = input.contract ?? null;
    this.#db
      .prepare('INSERT INTO dataset (name, source, contract, created) VALUES (?, ?, ?, ?)')
      .run(name, JSON.stringify(input.source), contract, created);
    return { name, source: input.source, contract, created };
  }

  /** In the order of their names. */
  list(): Dataset[] {
    const rows = this.#db.prepare('SELECT name, source, contract, created FROM dataset ORDER BY name').all() as Row[];
    return rows.map(datasetOf);
  }

  /** `dataset.not_found`. */
  show(name: string): Dataset {
    const row = this.#db
      .prepare('SELECT name, source, contract, created FROM dataset WHERE name = ?')
      .get(name.normalize('NFC')) as Row | undefined;
    if (row !== undefined) return datasetOf(row);
    throw new CounterfoilError('dataset.not_found', `There is no dataset ${printable(name)}.`);
  }

  /** What the contract of a dataset says, undefined when it has none. `dataset.not_found`. */
  contract(name: string): Contract | undefined {
    const { name: dataset, contract } = this.show(name);
    return contract === null ? undefined : parseContract(contract, { dataset, ...this.#contracts });
  }

  /** Replaces the contract; `contract.invalid`, `dataset.not_found`. */
  setContract(name: string, contract: string): Dataset {
    const dataset = this.show(name);
    parseContract(contract, { dataset: dataset.name, ...this.#contracts });
    this.#db.prepare('UPDATE dataset SET contract = ? WHERE name = ?').run(contract, dataset.name);
    return { ...dataset, contract };
  }

  #refuseTaken(name: string): void {
    if (this.#db.prepare('SELECT 1 FROM dataset WHERE name = ?').get(name) === undefined) return;
    throw new CounterfoilError('dataset.exists', `There is a dataset ${printable(name)} already.`);
  }
}

const datasetOf = (row: Row): Dataset => ({ ...row, source: JSON.parse(row.source) as DatasetSource });

/**
 * Any text is a name that a person can read and type: NFC, without control characters, line ends and characters that
 * change the direction of what stands around them. `input.invalid`.
 */
function datasetName(text: string): string {
  const name = text.isWellFormed() ? text.normalize('NFC') : '';
  if (isReadableName(name, LIMITS.datasetNameChars)) return name;
  throw new CounterfoilError('input.invalid', `${printable(text)} cannot be the name of a dataset.`, {
    hint: `Use 1 to ${LIMITS.datasetNameChars} characters, none of them a control character, no space at the ends.`,
  });
}
