import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Batch, batchBytes, type Column, type DataType, textColumn } from '../daemon/columnar/index.js';
import { blankSeal } from '../daemon/pipeline/index.js';
import { type MaskKeys, parseMask, planMasks } from '../daemon/pipeline/masks/index.js';
import type { Bench } from './bench.js';

const ROWS = 131_072;
/** Batches that one figure is made of, after one that warms up. */
const BATCHES = 8;

const TEXT: DataType = { name: 'utf8' };
const INT64: DataType = { name: 'int', bits: 64, signed: true };
const MOMENT: DataType = { name: 'timestamp', unit: 'us', tz: 'UTC' };

/** What each operator is tried on, as columns have it: mostly distinct texts, repeated ones, numbers, times. */
const CASES: readonly [mask: string, type: DataType, column: (at: number) => Column][] = [
  ['null', TEXT, people],
  ['constant:x', TEXT, people],
  ['partial:4', TEXT, people],
  ['partial_email', TEXT, mails],
  ['encrypt', TEXT, people],
  ['encrypt', INT64, numbers],
  ['generalise:1000', INT64, numbers],
  ['round:-2', INT64, numbers],
  ['noise:0.05', INT64, numbers],
  ['top_code:100000', INT64, numbers],
  ['generalise_date:month', MOMENT, moments],
  ['ip_prefix', TEXT, addresses],
  ['regex_replace(pattern="[0-9]+", with="#")', TEXT, people],
  ['text_redact', TEXT, notes],
  ['shuffle', TEXT, people],
  ['zip3', TEXT, zips],
  ['bucket:1000|100000', INT64, numbers],
  ['suppress_small:5', TEXT, people],
  ['date_shift:x', MOMENT, moments],
];

const TOKENS: readonly string[] = ['token', 'hash_random', 'token_random', 'fpe_ff1', 'fake:name'];

/** Masking on one core: bytes of the raw column a second, and for tokens distinct values a second. */
export const maskBenches: readonly Bench[] = [
  ...CASES.map(([mask, type, column]) => ({
    name: `masks/${mask.replace(/[:(].*/, '')}-${type.name}`,
    unit: 'MB/s',
    run: () => ({ value: perSecond(mask, type, column, batchBytes) / 1e6 }),
  })),
  ...TOKENS.map((mask) => ({
    name: `masks/${mask.replace(/:.*/, '')}-distinct`,
    unit: 'values/s',
    run: () => ({ value: perSecond(mask, TEXT, mask === 'fpe_ff1' ? digits : people, ({ rows }) => rows) }),
  })),
];

function perSecond(
  mask: string,
  type: DataType,
  column: (at: number) => Column,
  size: (batch: Batch) => number,
): number {
  const folder = mkdtempSync(join(tmpdir(), 'counterfoil-bench-'));
  try {
    const keys: MaskKeys = {
      ...{ root: randomBytes(32), organisation: 'acme.example', peer: 'vendor.example', agreement: 'agr-1' },
      ...{ version: 'v-1', vault: join(folder, 'vault.db'), seals: { x: blankSeal() } },
    };
    const schema = { fields: [{ name: 'x', type, nullable: true }] };
    const plan = planMasks(schema, { columns: { x: parseMask(`x=${mask}`).rule } }, keys);
    const batches = Array.from({ length: BATCHES + 1 }, (_, at) => ({ rows: ROWS, columns: [column(at)] }));
    plan.apply(batches[0]!, 0);
    // Processor time: what else the machine does is not counted.
    const before = process.cpuUsage();
    let done = 0;
    for (let at = 1; at <= BATCHES; at++) {
      plan.apply(batches[at]!, at);
      done += size(batches[at]!);
    }
    const { user, system } = process.cpuUsage(before);
    return (done * 1e6) / (user + system);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const texts = (make: (row: number) => string): Column =>
  textColumn(Array.from({ length: ROWS }, (_, row) => make(row)));

function people(at: number): Column {
  return texts((row) => `Person ${at}-${row} of the registry`);
}

function mails(at: number): Column {
  return texts((row) => `first.last${at}.${row}@mail.example.org`);
}

function digits(at: number): Column {
  return texts((row) => String(4_000_000_000_000_000 + at * ROWS + row));
}

function zips(at: number): Column {
  return texts((row) => String(10_000 + ((at * ROWS + row) % 90_000)));
}

function addresses(at: number): Column {
  return texts((row) => `10.${at}.${(row >> 8) & 255}.${row & 255}`);
}

function notes(at: number): Column {
  return texts((row) =>
    row % 10 === 0
      ? `Customer ${row} asked to be called back at +49 30 ${4_000_000 + row}, batch ${at}`
      : `The parcel ${row} of batch ${at} was delivered late and the box was damaged on one side`,
  );
}

function numbers(at: number): Column {
  const data = BigInt64Array.from({ length: ROWS }, (_, row) => BigInt(at * ROWS + row) * 37n);
  return { type: INT64, rows: ROWS, nulls: 0, data: new Uint8Array(data.buffer) };
}

function moments(at: number): Column {
  const data = BigInt64Array.from({ length: ROWS }, (_, row) => BigInt(at * ROWS + row) * 61_000_000n);
  return { type: MOMENT, rows: ROWS, nulls: 0, data: new Uint8Array(data.buffer) };
}
