import { type Column, columnReader, type DataType } from '../../columnar/index.js';

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

const PER_SECOND = { s: 1n, ms: 1000n, us: 1_000_000n, ns: 1_000_000_000n } as const;

function shownValue(type: DataType, value: number | bigint): string | number {
  switch (type.name) {
    case 'decimal':
      return decimalText(BigInt(value), type.scale);
    case 'date':
      return isoDate(type.unit === 'd' ? Number(value) * 86_400_000 : Number(value)) ?? String(value);
    case 'timestamp':
      return isoTime(BigInt(value), PER_SECOND[type.unit], type.tz !== undefined) ?? String(value);
    default: {
      const number = Number(value);
      const isExact = typeof value === 'bigint' ? Number.isSafeInteger(number) : Number.isFinite(number);
      return isExact ? number : String(value);
    }
  }
}

function decimalText(unscaled: bigint, scale: number): string {
  if (scale <= 0) return String(unscaled * 10n ** BigInt(-scale));
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

const isoDate = (ms: number): string | undefined =>
  Number.isNaN(new Date(ms).getTime()) ? undefined : new Date(ms).toISOString().slice(0, -14);

function isoTime(value: bigint, perSecond: bigint, isZoned: boolean): string | undefined {
  const seconds = value / perSecond - (value % perSecond < 0n ? 1n : 0n);
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return undefined;
  const fraction = value - seconds * perSecond;
  const digits =
    fraction === 0n
      ? ''
      : `.${String(fraction)
          .padStart(String(perSecond).length - 1, '0')
          .replace(/0+$/, '')}`;
  return `${date.toISOString().slice(0, 19)}${digits}${isZoned ? 'Z' : ''}`;
}
