import { INSIDE } from './forms.js';

/** What is counted over all cells of a column. All are sums, so the order and the split of rows do not matter. */
export const TALLIES = [
  /** Cells with a value. */
  'cells',
  /** Cells that are blank or hold a mark for nothing, such as N/A. */
  'missing',
  /** Cells that are text of several words. */
  'prose',
  ...INSIDE,
  /** Cells with a run of digits as long as a card number that an issuer's prefix begins, and those of them that pass Luhn. */
  'issuer_runs',
  'issuer_passes',
  /** The same for runs that no issuer's prefix begins: what Luhn passes in this column by chance or by design. */
  'other_runs',
  'other_passes',
  /** Digit runs in groups of a card's, or after a word such as "card". */
  'card_marked',
  /** Eight digits and a letter, of which one in 23 is a valid Spanish number by chance. */
  'nif_shapes',
  /** Dotted quads of small numbers, as versions are. */
  'narrow_quads',
  /** Binary cells that begin like an image. */
  'images',
] as const;

export type Tally = (typeof TALLIES)[number];

export const TALLY_INDEX = Object.fromEntries(TALLIES.map((name, index) => [name, index])) as Readonly<
  Record<Tally, number>
>;
