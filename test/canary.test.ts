import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { pino } from 'pino';
import { columnReader, valueText } from '../daemon/columnar/index.js';
import { openSource } from '../daemon/pipeline/index.js';
import { OPERATORS, parseMask } from '../daemon/pipeline/masks/index.js';
import { ACME, asAdmin, contractOf, Exchange, VENDOR } from './support/exchange.js';
import { RecordingProxy } from './support/recording-proxy.js';

const ROWS = 60;

/** A column with values that occur nowhere else, and the mask under which a peer gets it. */
interface Canary {
  column: string;
  value: (row: number) => string;
  mask: string;
}

const text = (column: string, mask: string): Canary => ({
  column,
  value: (row) => `Kanarienvogel${column}${String(row).padStart(3, '0')}`,
  mask,
});
const number = (column: string, mask: string, from: number): Canary => ({
  column,
  value: (row) => String(from + row * 7919),
  mask,
});

const moment = (row: number): number => Date.UTC(1987, 2, 17, 4, 5, 6) + row * 90_061_000;
const time = (column: string, mask: string, shift = 0): Canary => ({
  column,
  value: (row) => new Date(moment(row) + shift).toISOString().slice(0, 19),
  mask,
});

const CANARIES: readonly Canary[] = [
  text('dropped', 'drop'),
  text('nulled', 'null'),
  text('constantly', 'constant:XX'),
  text('partly', 'partial:4'),
  { column: 'email', value: (row) => `kanarienvogel.mail${row}@example.org`, mask: 'partial_email' },
  text('token', 'token'),
  text('rtoken', 'token_random'),
  text('hash', 'hash_random'),
  text('sealed', 'encrypt'),
  text('faked', 'fake:name'),
  text('suppressed', 'suppress_small:5'),
  text('replaced', 'regex_replace(pattern="[A-Za-z]+", with="#")'),
  {
    column: 'note',
    value: (row) => `Please write to kanarienvogel.note${row}@example.org or call +49 30 77${String(4_000_000 + row)}`,
    mask: 'text_redact',
  },
  { column: 'ip', value: (row) => `203.141.57.${100 + row}`, mask: 'ip_prefix' },
  { column: 'fpe', value: (row) => `9182-7364-${5_546_372 + row}`, mask: 'fpe_ff1' },
  number('account', 'token', 718_273_645_546_372),
  number('salary', 'round:-6', 518_273_645_546_372),
  number('bucketed', 'bucket:1000', 318_273_645_546_372),
  number('sealednumber', 'encrypt', 618_273_645_546_372),
  number('stepped', 'generalise:1000000000', 418_273_645_546_372),
  number('topped', 'top_code:1000', 128_273_645_546_372),
  number('bottomed', 'bottom_code:999999999999999', 138_273_645_546_372),
  number('noisy', 'noise:0.5', 148_273_645_546_372),
  { column: 'zip', value: (row) => `83012-${4711 + row}`, mask: 'zip3' },
  { column: 'latitude', value: (row) => (52.1234567 + row * 0.0101013).toFixed(7), mask: 'geo_round:1' },
  time('seen', 'generalise_date:year'),
  time('moved', 'date_shift(subject=token, days=300)', 400 * 86_400_000),
];

const CSV = `${[...CANARIES.map(({ column }) => column), 'open'].join(',')}\n${Array.from({ length: ROWS }, (_, row) =>
  [...CANARIES.map(({ value }) => value(row)), `Offenervogel${String(row).padStart(3, '0')}`].join(','),
).join('\n')}\n`;

interface Needle {
  column: string;
  bytes: Buffer;
  /** The least or largest number of its column. */
  extreme: boolean;
}

/** The raw values as they would stand in bytes: text, and numbers and times as Arrow and Parquet hold them. */
const NEEDLES: readonly Needle[] = CANARIES.flatMap(({ column, value }) =>
  Array.from({ length: ROWS }, (_, row) => {
    const raw = value(row);
    const bytes = Buffer.from(column === 'note' ? raw.slice(16, 50) : raw);
    const extreme = row === 0 || row === ROWS - 1;
    return [bytes, ...binaries(raw)].map((each) => ({ column, bytes: each, extreme }));
  }).flat(),
);

/** A number or time as columns hold it. */
function binaries(raw: string): Buffer[] {
  const long = (value: number | bigint): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    return bytes;
  };
  if (/^\d{15}$/.test(raw)) return [long(BigInt(raw))];
  if (/^\d{2}\.\d{7}$/.test(raw)) {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(Number(raw));
    return [bytes];
  }
  if (!/^\d{4}-\d\d-\d\dT/.test(raw)) return [];
  const millis = Date.parse(`${raw}Z`);
  return [long(millis), long(millis * 1000), long(BigInt(millis) * 1_000_000n)];
}

function found(where: string, bytes: Buffer): string[] {
  // The provider's own profile has the range of columns that do not look personal: its catalog, never sent.
  const profile = /acme\/gateway\.db/.test(where);
  return NEEDLES.filter((needle) => !(profile && needle.extreme) && bytes.includes(needle.bytes)).map(
    ({ column }) => `${where}: ${column}`,
  );
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}

async function readBack(folder: string, scratch: string): Promise<Record<string, string[]>> {
  const source = await openSource({ name: 'landed', uri: join(folder, '*.parquet') }, { scratch });
  const out: Record<string, string[]> = {};
  for await (const batch of source.batches()) {
    source.schema.fields.forEach(({ name, type }, at) => {
      const { value } = columnReader(batch.columns[at]!);
      const shown = (row: number) => (value(row) === null ? '' : valueText(type, value(row)!));
      const texts = Array.from({ length: batch.rows }, (_, row) => shown(row));
      out[name] = [...(out[name] ?? []), ...texts];
    });
  }
  await source.close();
  return out;
}

test('there is a canary under every mask that hides a value', () => {
  const tried = new Set(CANARIES.map(({ column, mask }) => parseMask(`${column}=${mask}`).rule.op));
  const open = OPERATORS.map(({ name }) => name).filter((name) => !tried.has(name));
  assert.deepEqual(open, ['keep', 'shuffle'], 'these two send values as they are');
});

test('raw values of masked columns are nowhere: not on the wire, in files, logs, reports or ledgers', async (t) => {
  const proxies = { acme: await RecordingProxy.open(t), vendor: await RecordingProxy.open(t) };
  const logged: Buffer[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _, done) => {
      logged.push(Buffer.from(chunk));
      done();
    },
  });
  // Nothing is compressed, so that what is sent can be searched.
  const config = 'wireCompression: never\n';
  const exchange = await Exchange.open(t, { config, proxies, overrides: { log: pino({ level: 'trace' }, sink) } });
  // A rule that fails on what is sent, so that the reports have samples.
  const contract = contractOf('birds', [
    '{ id: shape, check: regex, columns: [open], pattern: "^Never", severity: warn }',
  ]);
  await exchange.publish('birds', CSV, contract);
  await exchange.acme.admin.datasets.profile({ name: 'birds' }, asAdmin);
  const mask = CANARIES.map(({ column, mask: rule }) => `${column}=${rule}`);
  await exchange.acme.admin.datasets.preview({ name: 'birds', as: VENDOR, mask }, asAdmin);
  const agreement = await exchange.agree({ dataset: 'birds', mask });
  const { acme, vendor } = await exchange.transfer(agreement.id);
  assert.deepEqual([acme.state, acme.reasons], ['receipted', []]);

  const wire = [...proxies.acme.payloads(), ...proxies.vendor.payloads()];
  assert.ok(
    wire.some((bytes) => bytes.includes('Offenervogel017')),
    'the proxy sees what is sent',
  );
  const leaks = wire.flatMap((bytes) => found('wire', bytes));
  for (const home of [exchange.acme.home, exchange.vendor.home])
    for (const path of files(home)) leaks.push(...found(path, readFileSync(path)));
  leaks.push(...found('log', Buffer.concat(logged)));
  for (const party of [exchange.acme, exchange.vendor]) {
    for (const format of ['json', 'junit', 'html'] as const)
      leaks.push(
        ...found(format, Buffer.from((await party.admin.transfers.report({ id: acme.id, format }, asAdmin)).content)),
      );
    const out = join(exchange.folder, `${party.id}.tar`);
    await party.admin.audit.export({ peer: party === exchange.acme ? VENDOR : ACME, out }, asAdmin);
    leaks.push(...found('bundle', readFileSync(out)));
  }
  for (const party of [exchange.acme, exchange.vendor]) {
    const { admin } = party;
    const answers = [
      await admin.transfers.show({ id: acme.id }, asAdmin),
      await admin.transfers.list({}, asAdmin),
      await admin.agreements.show({ id: agreement.id }, asAdmin),
      await admin.agreements.list(asAdmin),
    ];
    leaks.push(...found(`answers of ${party.id}`, Buffer.from(JSON.stringify(answers))));
  }
  const landed = await readBack(vendor.landed!, exchange.folder);
  leaks.push(...found('landed', Buffer.from(JSON.stringify(landed))));
  assert.deepEqual([...new Set(leaks)], []);
  assert.equal(landed.open![17], 'Offenervogel017');
  assert.deepEqual(landed.note![0], 'Please write to [email] or call [phone]');

  const out = join(exchange.folder, 'opened');
  const opened = await exchange.vendor.admin.data.decrypt({ folder: vendor.landed!, out }, asAdmin);
  assert.deepEqual(opened.columns, ['sealed', 'sealednumber']);
  const clear = await readBack(out, exchange.folder);
  assert.deepEqual(clear.sealed![17], CANARIES.find(({ column }) => column === 'sealed')!.value(17));
  assert.deepEqual(clear.sealednumber![59], CANARIES.find(({ column }) => column === 'sealednumber')!.value(59));
  assert.deepEqual(clear.token, landed.token);
  await assert.rejects(
    exchange.acme.admin.data.decrypt({ folder: vendor.landed!, out: join(exchange.folder, 'stolen') }, asAdmin),
    /does not open/,
  );
});
