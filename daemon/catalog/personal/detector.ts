import type { Batch, Schema } from '../../columnar/index.js';
import { decodeStates, encodeStates } from './codec.js';
import { ColumnState } from './column-state.js';
import { decide } from './decide.js';
import type { Entity } from './entities.js';
import { evidenceInside, evidenceOf } from './evidence.js';
import { COUNTED, type CountedEntity } from './forms.js';
import { type Leaf, leavesOf } from './leaves.js';
import { Profile } from './profile.js';
import { contained } from './rules/contains.js';
import type { Verdict } from './verdict.js';

/** What is said of one column. `matched` and `tested` are cells; no text of the data is in any field. */
export interface PersonalFinding {
  column: string;
  entity: Entity;
  verdict: 'is' | 'contains';
  /** From 0 to 1; what is below one half is not reported. */
  confidence: number;
  evidence: string;
  matched: number;
  tested: number;
}

/**
 * Looks at every cell of a table for personal data. The state is a function of the multiset of rows: any split into batches
 * and any order of merging give the same bytes and the same findings.
 */
export class TableDetector {
  readonly #leaves: readonly Leaf[];
  readonly #states: readonly ColumnState[];

  /** @throws CounterfoilError `batch.invalid` when `saved` is not a state of these columns. */
  constructor(schema: Schema, saved?: Uint8Array) {
    this.#leaves = leavesOf(schema);
    this.#states =
      saved === undefined ? this.#leaves.map(() => new ColumnState()) : decodeStates(saved, this.#leaves.length);
  }

  update(batch: Batch): void {
    for (const [index, leaf] of this.#leaves.entries())
      this.#states[index]!.update(leaf.pick(batch.columns), leaf.reading);
  }

  merge(other: this): void {
    for (const [index, state] of this.#states.entries()) state.merge(other.#states[index]!);
  }

  serialise(): Uint8Array {
    return encodeStates(this.#states);
  }

  /** In schema order; for a column first what it is, then what it contains. */
  findings(): PersonalFinding[] {
    const profiles = this.#leaves.map((leaf, index) => new Profile(leaf, this.#states[index]!));
    const verdicts = decide(profiles);
    return profiles.flatMap((profile) => {
      const verdict = verdicts.get(profile);
      const { name: column } = profile.leaf;
      const tested = profile.cells;
      const inside = contained(profile, verdict?.entity).map((each): PersonalFinding => {
        const evidence = evidenceInside(each, profile);
        return {
          column,
          entity: each.entity,
          verdict: 'contains',
          confidence: each.confidence,
          evidence,
          matched: each.cells,
          tested,
        };
      });
      if (verdict === undefined || verdict.confidence < 0.5) return inside;
      return [{ column, tested, verdict: 'is', ...isFinding(verdict, profile) }, ...inside];
    });
  }
}

function isFinding(
  verdict: Verdict,
  profile: Profile,
): Pick<PersonalFinding, 'entity' | 'confidence' | 'evidence' | 'matched'> {
  const sampled = verdict.kinds === undefined ? 0 : Math.round(profile.share(...verdict.kinds) * profile.cells);
  const counted = countedCells(verdict.entity, profile);
  return {
    entity: verdict.entity,
    confidence: Math.round(Math.min(0.99, verdict.confidence) * 100) / 100,
    evidence: evidenceOf(verdict, profile, counted),
    matched: counted ?? sampled,
  };
}

/** The cells of a text column in which the full scan saw the entity; undefined where only the sample tells. */
function countedCells(entity: Entity, profile: Profile): number | undefined {
  if (!(COUNTED as readonly Entity[]).includes(entity) || profile.leaf.reading !== 'text') return undefined;
  const cells = profile.tally(entity as CountedEntity);
  return cells > 0 ? cells : undefined;
}

/** Makes a detector for the columns of a schema; given bytes it continues from a serialised one. */
export const personalDetector = (schema: Schema, saved?: Uint8Array): TableDetector => new TableDetector(schema, saved);
