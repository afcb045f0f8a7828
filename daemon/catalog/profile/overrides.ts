import { type Clock, CounterfoilError, type Journal, LIMITS, printable, rfc3339 } from '../../foundation/index.js';
import type { Database } from '../../store/index.js';
import type { PersonalFinding } from '../personal/index.js';

/** A person's word that a column is not what the detector takes it for. The finding stays, and stays visible. */
export interface Override {
  /** The column, or the field in it: `address.street`. */
  column: string;
  entity: string;
  verdict: 'is' | 'contains';
  reason: string;
  /** As in ledger entries: `admin`, or `admin:<name>`. */
  by: string;
  /** RFC 3339 UTC. */
  at: string;
}

/** A finding, and who has said that it is none. */
export type JudgedFinding = PersonalFinding & {
  /** The column of the table that it is in. */
  root: string;
  override?: Override;
};

/** Each is in the ledger, with its reason and the person's name, before it holds. */
export class Overrides {
  readonly #db: Database;
  readonly #journal: Journal;
  readonly #clock: Clock;

  constructor(db: Database, journal: Journal, clock: Clock) {
    this.#db = db;
    this.#journal = journal;
    this.#clock = clock;
  }

  list(dataset: string): Override[] {
    return this.#db
      .prepare('SELECT column, entity, verdict, reason, by, at FROM override WHERE dataset = ? ORDER BY column, entity')
      .all(dataset) as Override[];
  }

  async set(
    dataset: string,
    findings: readonly Pick<Override, 'column' | 'entity' | 'verdict'>[],
    reason: string,
    by: string,
  ): Promise<void> {
    for (const { column, entity, verdict } of findings) {
      const fields = { ...named(dataset, column), entity, verdict, reason };
      await this.#journal.record('master', { type: 'finding.overridden', actor: by, fields });
      const insert = 'INSERT OR REPLACE INTO override (dataset, column, entity, verdict, reason, by, at)';
      const at = rfc3339(this.#clock.now());
      this.#db.prepare(`${insert} VALUES (?, ?, ?, ?, ?, ?, ?)`).run(dataset, column, entity, verdict, reason, by, at);
    }
  }

  /** Takes back those of a column, or the one of an entity. `input.invalid` when there is none. */
  async withdraw(dataset: string, column: string, entity: string | undefined, by: string): Promise<void> {
    const kept = this.list(dataset).filter(
      (each) => each.column === column && (entity === undefined || each.entity === entity),
    );
    if (kept.length === 0)
      throw new CounterfoilError('input.invalid', `Nothing is overridden in the column ${printable(column)}.`);
    for (const each of kept) {
      const fields = { ...named(dataset, column), entity: each.entity };
      await this.#journal.record('master', { type: 'finding.restored', actor: by, fields });
      this.#db
        .prepare('DELETE FROM override WHERE dataset = ? AND column = ? AND entity = ?')
        .run(dataset, column, each.entity);
    }
  }
}

/** Findings with the column that each is in, and what people have said of them. Another verdict is another finding. */
export function judged(
  columns: readonly { name: string; personal: readonly PersonalFinding[] }[],
  overrides: readonly Override[],
): JudgedFinding[] {
  return columns.flatMap(({ name, personal }) =>
    personal.map((finding) => {
      const override = overrides.find(
        ({ column, entity, verdict }) =>
          column === finding.column && entity === finding.entity && verdict === finding.verdict,
      );
      return { ...finding, root: name, ...(override === undefined ? {} : { override }) };
    }),
  );
}

const named = (dataset: string, column: string) => ({
  dataset: printable(dataset, LIMITS.datasetNameChars).slice(1, -1),
  column: printable(column, 120).slice(1, -1),
});
