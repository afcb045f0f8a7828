import { type Column, columnReader, type DataType, valueText } from '../../columnar/index.js';

/** The text of a row that is not null; undefined where the value has no exact form. */
export type CellText = (row: number) => string | undefined;

const DAY_MS = 86_400_000;
const PER_SECOND = { s: 1, ms: 1e3, us: 1e6, ns: 1e9 } as const;
/** Days from the year 0 to the end of the year 9999, counted from 1970. */
const FIRST_DAY = -719_528;
const LAST_DAY = 2_932_896;

/** Cells of any type but text, for which `textTypeName` has a name. */
export function cellText(column: Column): CellText {
  const { type } = column;
  const reader = columnReader(column);
  const typed = reader.typed;
  switch (type.name) {
    case 'int':
      return (row) => `${typed![row]!}`;
    case 'float':
      return type.bits === 32
        ? (row) => floatText(shortest(Number(typed![row]!)))
        : (row) => floatText(Number(typed![row]!));
    case 'date':
      return dates(typed as Int32Array);
    case 'time':
      return times(type, (row) => Number(typed![row]!));
    case 'timestamp':
      return timestamps(type, typed as BigInt64Array);
    default:
      return (row) => valueText(type, reader.value(row)!);
  }
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  return Object.is(value, -0) ? '-0.0' : String(value);
}

/** The number with the fewest digits that a 32-bit float reads as this one. */
function shortest(value: number): number {
  if (!Number.isFinite(value) || value === 0) return value;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

const dayText = (day: number): string | undefined =>
  day < FIRST_DAY || day > LAST_DAY ? undefined : new Date(day * DAY_MS).toISOString().slice(0, 10);

/** Days come in runs: the last one is remembered. */
function remembered(): (day: number) => string | undefined {
  let last = Number.NaN;
  let text: string | undefined;
  return (day) => {
    if (day !== last) [last, text] = [day, dayText(day)];
    return text;
  };
}

function dates(days: Int32Array): CellText {
  const text = remembered();
  return (row) => text(days[row]!);
}

function times({ unit }: Extract<DataType, { name: 'time' }>, valueAt: (row: number) => number): CellText {
  const per = PER_SECOND[unit];
  return (row) => {
    const value = valueAt(row);
    const seconds = Math.floor(value / per);
    return seconds < 0 || seconds >= 86_400 ? undefined : clock(seconds, value - seconds * per, per);
  };
}

function timestamps({ unit, tz }: Extract<DataType, { name: 'timestamp' }>, values: BigInt64Array): CellText {
  const per = PER_SECOND[unit];
  const perBig = BigInt(per);
  const day = remembered();
  const zone = tz === undefined ? '' : 'Z';
  return (row) => {
    const value = values[row]!;
    let fraction = Number(value % perBig);
    let seconds = Number(value / perBig);
    if (fraction < 0) {
      fraction += per;
      seconds--;
    }
    const days = Math.floor(seconds / 86_400);
    const text = day(days);
    return text === undefined ? undefined : `${text}T${clock(seconds - days * 86_400, fraction, per)}${zone}`;
  };
}

const two = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));

/** `10:00:00`, with as many digits of the fraction as it has. */
function clock(second: number, fraction: number, per: number): string {
  const whole = `${two[Math.floor(second / 3600)]}:${two[Math.floor(second / 60) % 60]}:${two[second % 60]}`;
  if (fraction === 0) return whole;
  const digits = String(fraction)
    .padStart(String(per).length - 1, '0')
    .replace(/0+$/, '');
  return `${whole}.${digits}`;
}
