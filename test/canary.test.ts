import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { pino } from 'pino';
import { columnReader, valueText } from '../daemon/columnar/index.js';
import { openSource } from '../daemon/pipeline/index.js';
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

/** The raw values as they would stand in bytes: text, and whole numbers as Arrow and Parquet hold them. */
const NEEDLES: readonly Needle[] = CANARIES.flatMap(({ column, value }) =>
  Array.from({ length: ROWS }, (_, row) => {
    const raw = value(row);
    const bytes = Buffer.from(column === 'note' ? raw.slice(16, 50) : raw);
    if (!/^\d{15}$/.test(raw)) return [{ column, bytes, extreme: false }];
    const binary = Buffer.alloc(8);
    binary.writeBigInt64LE(BigInt(raw));
    return [bytes, binary].map((each) => ({ column, bytes: each, extreme: row === 0 || row === ROWS - 1 }));
  }).flat(),
);

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
