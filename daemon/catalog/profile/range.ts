import { type Column, columnReader, type DataType, valueText } from '../../columnar/index.js';

/** The smallest and the largest value of a column of numbers or times, exactly. NaN is neither. */
export class Range {
  readonly #type: DataType;
  #least: number | bigint | undefined;
  #most: number | bigint | undefined;
  /** Whether a value is NaN, and so in no range. */
  hasNaN = false;

  constructor(type: DataType) {
    this.#type = type;
  }

  update(column: Column): void {
    const { name } = this.#type;
    if (!['int', 'float', 'decimal', 'date', 'timestamp'].includes(name) || column.nulls === column.rows) return;
    if (name === 'float' && (this.#type as { bits: number }).bits === 16) return;
    const reader = columnReader(column);
    const { typed } = reader;
    let least = this.#least;
    let most = this.#most;
    for (let row = 0; row < column.rows; row++) {
      if (reader.isNull(row)) continue;
      const value = typed === undefined ? (reader.value(row) as bigint) : typed[row]!;
      if (least === undefined || value < least) least = Number.isNaN(value) ? least : value;
      if (most === undefined || value > most) most = Number.isNaN(value) ? most : value;
    }
    this.#least = least;
    this.#most = most;
    this.hasNaN ||= name === 'float' && (typed as Float64Array).some(Number.isNaN);
  }

  /** As JSON: a number where that is exact, else text; null where there is none. */
  ends(): { min: string | number | null; max: string | number | null } {
    const shown = (value: number | bigint | undefined) => (value === undefined ? null : shownValue(this.#type, value));
    return { min: shown(this.#least), max: shown(this.#most) };
  }
}

/** Numbers that JSON carries exactly stay numbers. */
function shownValue(type: DataType, value: number | bigint): string | number {
  const number = Number(value);
  const isPlain = type.name === 'int' || type.name === 'float';
  const isExact = typeof value === 'bigint' ? Number.isSafeInteger(number) : Number.isFinite(number);
  return isPlain && isExact ? number : valueText(type, value);
}
