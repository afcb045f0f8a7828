import { type Column, columnReader, type DataType } from '../../columnar/index.js';

/** More values than this are not few. */
const MOST = 50;
/** Longer texts are not the names of categories. */
const MOST_CHARS = 64;
/** A value that occurs less often could tell of one row. */
const OFTEN = 5;

type Key = string | number | bigint;

/** The values of a column of texts or whole numbers, as long as they are few: its categories. */
export class FewValues {
  #counts: Map<Key, number> | undefined;

  constructor({ name }: DataType) {
    this.#counts = name === 'utf8' || name === 'int' ? new Map() : undefined;
  }

  update(column: Column): void {
    if (this.#counts === undefined || column.nulls === column.rows) return;
    const counts = this.#counts;
    const { isNull, text, typed } = columnReader(column);
    for (let row = 0; row < column.rows; row++) {
      if (isNull(row)) continue;
      const value: Key = text === undefined ? typed![row]! : text(row);
      const before = counts.get(value);
      if (before === undefined && (counts.size === MOST || (typeof value === 'string' && value.length > MOST_CHARS))) {
        this.#counts = undefined;
        return;
      }
      counts.set(value, (before ?? 0) + 1);
    }
  }

  /** In their order, whole numbers that JSON cannot hold exactly as text; undefined where they are not few, or one is seldom. */
  list(): (string | number)[] | undefined {
    const counts = [...(this.#counts ?? [])];
    if (counts.length === 0 || counts.some(([, count]) => count < OFTEN)) return undefined;
    return counts
      .map(([value]) => value)
      .sort((a, b) => (a < b ? -1 : 1))
      .map((value) =>
        typeof value !== 'bigint' ? value : Number.isSafeInteger(Number(value)) ? Number(value) : String(value),
      );
  }
}
