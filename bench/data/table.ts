import type { Batch, Column, DataType, Schema } from '../../daemon/columnar/index.js';

/**
 * The table of the data benches: 15 columns of mixed types, about 183 bytes a row as Arrow. Row `n` depends on the seed
 * and on `n` alone, so a table of fewer rows is the beginning of a longer one, and one row can be changed on its own.
 */
export const TABLE_SCHEMA: Schema = {
  fields: [
    { name: 'id', type: { name: 'int', bits: 64, signed: true }, nullable: false },
    { name: 'meter', type: { name: 'int', bits: 32, signed: true }, nullable: false },
    { name: 'quantity', type: { name: 'int', bits: 16, signed: true }, nullable: false },
    { name: 'amount', type: { name: 'decimal', precision: 15, scale: 2 }, nullable: false },
    { name: 'balance', type: { name: 'decimal', precision: 18, scale: 4 }, nullable: true },
    { name: 'rate', type: { name: 'float', bits: 64 }, nullable: false },
    { name: 'score', type: { name: 'float', bits: 64 }, nullable: true },
    { name: 'active', type: { name: 'bool' }, nullable: false },
    { name: 'booked', type: { name: 'date', unit: 'd' }, nullable: false },
    { name: 'created', type: { name: 'timestamp', unit: 'us', tz: 'UTC' }, nullable: false },
    { name: 'updated', type: { name: 'timestamp', unit: 'us' }, nullable: true },
    { name: 'status', type: { name: 'utf8' }, nullable: false },
    { name: 'region', type: { name: 'utf8' }, nullable: false },
    { name: 'reference', type: { name: 'utf8' }, nullable: false },
    { name: 'remark', type: { name: 'utf8' }, nullable: true },
  ],
};

export const STATUSES = ['new', 'priced', 'packed', 'shipped', 'delivered', 'returned', 'settled', 'void'];
const REGIONS = Array.from({ length: 48 }, (_, at) => `R${String(at + 1).padStart(2, '0')}`);

const SYLLABLES = [
  'ba',
  'ter',
  'lo',
  'min',
  'qua',
  'vel',
  'sor',
  'dra',
  'ne',
  'pil',
  'gu',
  'hex',
  'mo',
  'ric',
  'tan',
  'ze',
];
/** 512 made-up words of two or three syllables. */
const WORDS = Array.from({ length: 512 }, (_, at) => {
  const parts = [SYLLABLES[at & 15], SYLLABLES[(at >> 4) & 15], at & 256 ? SYLLABLES[(at * 7) & 15] : ''];
  return parts.join('');
});
const HEX = '0123456789ABCDEF';
const FIRST_DAY = 17_897; // 2019-01-01
const DAYS = 2190;
const REMARK_WORDS = 10;

/** A hash of 32 bits of a row and a column: one round of a multiplicative mixer, good enough for data. */
function mixed(seed: number, row: number, column: number): number {
  let h = Math.imul(row ^ Math.imul(column + 1, 0x9e3779b1) ^ seed, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x27d4eb2f);
  return (h ^ (h >>> 15)) >>> 0;
}

/** Rows `from` to `from + rows`. */
export function tableBatch(seed: number, from: number, rows: number): Batch {
  return tableRows(
    seed,
    Float64Array.from({ length: rows }, (_, at) => from + at),
  );
}

/** The rows of these numbers. A number beyond 2^31 stands for a changed row: the row itself with other values. */
export function tableRows(seed: number, numbers: Float64Array): Batch {
  const rows = numbers.length;
  const at = (row: number) => numbers[row]! | 0;
  const id = words(rows, 2, (out, row) => wide(out, row * 2, 1_000_000 + (numbers[row]! % 2 ** 31)));
  const meter = Int32Array.from({ length: rows }, (_, row) => mixed(seed, at(row), 1) % 2_000_000);
  const quantity = Int16Array.from({ length: rows }, (_, row) => 1 + (mixed(seed, at(row), 2) % 200));
  const amount = words(rows, 4, (out, row) => wide(out, row * 4, mixed(seed, at(row), 3) % 50_000_000));
  const balance = words(rows, 4, (out, row) => wide(out, row * 4, (mixed(seed, at(row), 4) | 0) * 16, 4));
  const rate = Float64Array.from({ length: rows }, (_, row) => mixed(seed, at(row), 5) / 2 ** 32);
  const score = Float64Array.from({ length: rows }, (_, row) => Math.sqrt(mixed(seed, at(row), 6)) - 32_768);
  const active = new Uint8Array(Math.ceil(rows / 8));
  for (let row = 0; row < rows; row++) active[row >> 3]! |= (mixed(seed, at(row), 7) & 1) << (row & 7);
  const booked = Int32Array.from({ length: rows }, (_, row) => FIRST_DAY + (mixed(seed, at(row), 8) % DAYS));
  const created = words(rows, 2, (out, row) =>
    wide(out, row * 2, 1.546e15 + numbers[row]! * 1e6 + (mixed(seed, at(row), 9) % 1e6)),
  );
  const updated = words(rows, 2, (out, row) => wide(out, row * 2, 1.6e15 + mixed(seed, at(row), 10) * 1000));
  return {
    rows,
    columns: [
      fixed(0, rows, id),
      fixed(1, rows, meter),
      fixed(2, rows, quantity),
      fixed(3, rows, amount),
      nulled(fixed(4, rows, balance), seed, numbers, 32),
      fixed(5, rows, rate),
      nulled(fixed(6, rows, score), seed, numbers, 16),
      fixed(7, rows, active),
      fixed(8, rows, booked),
      fixed(9, rows, created),
      nulled(fixed(10, rows, updated), seed, numbers, 8),
      text(11, rows, (row) => STATUSES[mixed(seed, at(row), 11) & 7]!),
      text(12, rows, (row) => REGIONS[mixed(seed, at(row), 12) % REGIONS.length]!),
      text(13, rows, (row) => reference(mixed(seed, at(row), 13), at(row))),
      text(14, rows, (row) => (isNull(seed, at(row), 14, 10) ? null : remark(seed, at(row)))),
    ],
  };
}

function reference(random: number, row: number): string {
  let text = 'ORD-';
  for (let digit = 0; digit < 6; digit++) text += HEX[(random >>> (digit * 4)) & 15]!;
  return `${text}-${(row >>> 0).toString(36).padStart(6, '0').toUpperCase()}`;
}

function remark(seed: number, row: number): string {
  let random = mixed(seed, row, 15);
  let text = WORDS[random & 511]!;
  const more = 4 + (random >>> 29);
  for (let word = 1; word < more && word < REMARK_WORDS; word++) {
    if ((word & 1) === 0) random = mixed(seed, row, 15 + word);
    else random >>>= 12;
    text += ` ${WORDS[random & 511]!}`;
  }
  return text;
}

const typeOf = (column: number): DataType => TABLE_SCHEMA.fields[column]!.type;

function fixed(column: number, rows: number, values: ArrayBufferView): Column {
  return {
    type: typeOf(column),
    rows,
    nulls: 0,
    data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  };
}

function words(rows: number, each: number, set: (out: Int32Array, row: number) => void): Int32Array {
  const out = new Int32Array(rows * each);
  for (let row = 0; row < rows; row++) set(out, row);
  return out;
}

/** A whole number within 2^53 as two or, sign-extended, four words. */
function wide(out: Int32Array, at: number, value: number, size = 2): void {
  out[at] = value | 0;
  const high = Math.floor(value / 2 ** 32);
  out[at + 1] = high;
  for (let word = 2; word < size; word++) out[at + word] = high < 0 ? -1 : 0;
}

const isNull = (seed: number, row: number, column: number, oneIn: number): boolean =>
  mixed(seed ^ 0x5bd1e995, row, column) % oneIn === 0;

/** One value in `oneIn` null. */
function nulled(column: Column, seed: number, numbers: Float64Array, oneIn: number): Column {
  const { rows, data } = column;
  const width = data!.length / rows;
  const validity = new Uint8Array(Math.ceil(rows / 8));
  let nulls = 0;
  for (let row = 0; row < rows; row++) {
    if (isNull(seed, numbers[row]! | 0, width, oneIn)) {
      nulls++;
      data!.fill(0, row * width, (row + 1) * width);
    } else validity[row >> 3]! |= 1 << (row & 7);
  }
  return nulls === 0 ? column : { ...column, nulls, validity };
}

function text(column: number, rows: number, value: (row: number) => string | null): Column {
  const offsets = new Int32Array(rows + 1);
  const validity = new Uint8Array(Math.ceil(rows / 8));
  let data = Buffer.allocUnsafeSlow(rows * 80);
  let end = 0;
  let nulls = 0;
  for (let row = 0; row < rows; row++) {
    const found = value(row);
    if (found === null) nulls++;
    else {
      validity[row >> 3]! |= 1 << (row & 7);
      end += data.write(found, end, 'latin1');
    }
    offsets[row + 1] = end;
  }
  data = data.subarray(0, end);
  const base = { type: typeOf(column), rows, nulls, offsets, data: new Uint8Array(data.buffer, data.byteOffset, end) };
  return nulls === 0 ? base : { ...base, validity };
}
