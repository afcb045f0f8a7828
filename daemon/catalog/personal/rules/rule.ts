import type { Reading } from '../column-state.js';
import type { Kind } from '../kinds.js';

/**
 * How an entity is known.
 * `bond` says what else must be in the table: `self` nothing; `quasi` (age, gender, …) is personal unless the table is of
 * things or of sums; `place` (city, coordinates, …) is personal only where people are in the table.
 */
export interface Rule {
  noun: string;
  bond: 'self' | 'quasi' | 'place';
  /** Types a column can have. */
  readings: readonly Reading[];
  /** Under a clear header, at least half of the values must be of one of these kinds. */
  plausible: readonly Kind[];
  /** Without a header: the share of values that must be of this kind (and of `and`). */
  proof?: { kind: Kind; share: number; and?: Kind; distinct?: number; chance?: number };
}

export const TEXT: readonly Reading[] = ['text'];
export const EITHER: readonly Reading[] = ['text', 'number'];

/** At least five letters and digits, of which one is a digit: numbers that are given to people are no small ones. */
export const LONG_CODES: readonly Kind[] = ['long_code', 'marked', 'hex_like'];
export const CODES: readonly Kind[] = ['code_like', 'digits', 'word', 'marked', 'hex_like'];
