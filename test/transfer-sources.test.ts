import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Answer } from '../daemon/cli/client.js';
import type { WireFrame } from '../daemon/pipeline/transfers/index.js';
import { isLongRun } from './support/effort.js';
import { framewise, Hostile } from './support/hostile.js';
import { Member, mayMount } from './support/member.js';
import { agree, csvFile, firstColumn, meet, pair, proven } from './support/pair.js';
import { fileIn } from './support/sources.js';
import { until } from './support/until.js';

const hostile = new Hostile();
const config = { limits: { batchTargetRows: 1024, transferTries: 3 }, keepDelivered: 'none' };
const { acme, vendor, folder } = await pair(
  { after },
  { acme: { config, overrides: { between: hostile } }, vendor: { config } },
);

const versions = async (name: string) =>
  (await acme.admin.get<{ versions: { version: string }[] }>(`/v1/datasets/${name}/versions`)).versions;

/** What a gateway writes of versions, views and scratch. */
const stored = (): string[] =>
  (
    readdirSync(join(acme.home, 'store'), { recursive: true, withFileTypes: true }) as {
      isFile(): boolean;
      name: string;
    }[]
  )
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();

const master = async () =>
  (await acme.admin.get<{ entries: { type: string }[] }>('/v1/ledger/entries', { limit: 1000 })).entries.filter(
    ({ type }) => type === 'version.published',
  ).length;

/** Publishing fails so; nothing of it is left, and no entry says that there is a version. */
async function isNotPublished(name: string, code: string, message: RegExp, publish = () => acme.publish(name)) {
  const before = [await versions(name), stored(), await master()];
  await assert.rejects(publish(), (error: { code?: string; message: string; hint?: string }) => {
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    assert.ok((error.hint ?? '').length > 10, 'says what to do');
    return true;
  });
  assert.deepEqual([await versions(name), stored(), await master()], before);
}

test('a source that is gone, is no table any more, or may not be read is told, and what was published stays', async () => {
  const path = csvFile(folder, 'items', 100);
  const { version } = await acme.dataset('items', path);
  rmSync(path);
  await isNotPublished('items', 'source.missing', /items\.csv/);
  writeFileSync(path, 'id,label,amount\n1,x,2\n3,y\n');
  await isNotPublished('items', 'source.invalid', /"items\.csv", line 3: it has 2 cells where the header has 3/);
  writeFileSync(path, 'PAR1 and so on');
  await isNotPublished('items', 'source.invalid', /items\.csv/);
  rmSync(path);
  mkdirSync(path);
  await isNotPublished('items', 'source.missing', /items\.csv/);
  rmSync(path, { recursive: true });
  await assert.rejects(acme.dataset('others', join(folder, 'none.csv')), { code: 'source.missing' });
  csvFile(folder, 'items', 100);
  assert.equal((await acme.publish('items')).unchanged, true);
  assert.deepEqual(
    (await versions('items')).map((each) => each.version),
    [version],
  );
});

test('a source without rights', { skip: process.getuid?.() === 0 && 'root may read everything' }, async () => {
  const path = csvFile(folder, 'secret', 10);
  await acme.dataset('secret', path);
  chmodSync(path, 0);
  await isNotPublished('secret', 'source.permission', /secret\.csv/);
});

test('a source that is written to while it is read is not published, and is when it rests', async () => {
  const path = fileIn(folder, 'grows.csv', `x\n${'1234567\n'.repeat(400_000)}`);
  await acme.admin.post('/v1/datasets', { name: 'grows', source: path });
  const publish = (onProgress: () => void) =>
    acme.admin.long<Answer<'datasets', 'publish'>>('/v1/datasets/grows/publish', {}, onProgress);
  let grown = 0;
  await isNotPublished('grows', 'source.changed', /grows\.csv/, () =>
    publish(() => {
      appendFileSync(path, '9\n');
      grown++;
    }),
  );
  const { rows } = await acme.publish('grows');
  assert.equal(rows, 400_000 + grown);
});

const HUGE = new Uint8Array(17 * 1024 * 1024);
const oversize: Record<string, (frame: WireFrame) => WireFrame> = {
  'a body': (frame) => ({ ...frame, body: HUGE }),
  'a header': (frame) => ({ ...frame, header: HUGE }),
};

/** The transfer ends on both sides, with an entry each, and nothing of it lands or stays. */
async function isRefused(provider: Member, cheat: Hostile, agreement: string, change: (frame: WireFrame) => WireFrame) {
  cheat.sends = framewise((frame, kind) => [kind === 'batch' ? change(frame) : frame]);
  const landed = readdirSync(join(vendor.home, 'landing'), { recursive: true });
  const id = await vendor.transfer(agreement);
  for (const [side, other] of [[vendor, provider] as const, [provider, vendor] as const]) {
    const shown = await side.ends(id, 120_000);
    assert.equal(shown.state, 'failed', side.id);
    assert.match(
      shown.reasons[0]!.code,
      /^(batch\.too_large|limit\.exceeded|stream\.incomplete)$/,
      JSON.stringify(shown.reasons),
    );
    assert.equal((await side.entriesOf(other, id)).filter((type) => type === 'transfer.failed').length, 1);
  }
  assert.deepEqual(readdirSync(join(vendor.home, 'landing'), { recursive: true }), landed);
  await until('no files of it', () => readdirSync(join(vendor.home, 'quarantine')).length === 0);
  cheat.behave();
}

test('a message larger than may be ends the transfer on both sides: pulled', async () => {
  const agreement = await agree(acme, vendor, 'items');
  for (const change of Object.values(oversize)) await isRefused(acme, hostile, agreement, change);
});

test('the same pushed, by a provider that cannot be dialled', {
  skip: !isLongRun && 'it waits for a push that does not come',
}, async (t) => {
  const between = new Hostile();
  const lab = await Member.make(t, 'lab.example', { reachable: false, config, overrides: { between } });
  await meet(vendor, lab);
  await lab.dataset('items', csvFile(folder, 'items', 100));
  await isRefused(lab, between, await agree(lab, vendor, 'items'), oversize['a body']!);
});

test('a disk that gets full while Parquet is written: it waits, and lands once there is room', {
  skip: !mayMount && 'no small file system can be mounted here without rights',
}, async (t) => {
  const small = { folder: 'landing', bytes: 4 * 1024 * 1024 };
  const cramped = await Member.make(t, 'cramped.example', {
    config: { ...config, limits: { ...config.limits, transferTries: 50 } },
    small,
  });
  await meet(acme, cramped);
  const agreement = await agree(acme, cramped, 'items');
  const filler = cramped.seen('landing', 'filler');
  assert.throws(() => writeFileSync(filler, new Uint8Array(2 * small.bytes)), { code: 'ENOSPC' });
  const id = await cramped.transfer(agreement);
  await until('waiting', async () => (await cramped.show(id)).reasons[0]?.code === 'store.full');
  assert.equal((await cramped.entriesOf(acme, id)).includes('transfer.landed'), false);
  rmSync(filler);
  const ended = await cramped.ends(id, 60_000);
  assert.equal(ended.state, 'receipted', JSON.stringify(ended.reasons));
  assert.equal((await firstColumn(join(`/proc/${cramped.pid}/root`, ended.landed!), folder)).length, 100);
  assert.equal((await acme.ends(id)).state, 'receipted');
});

test('after all that an honest transfer lands, and both ledgers prove together', async () => {
  const id = await vendor.transfer(await agree(acme, vendor, 'items'));
  assert.equal((await vendor.ends(id)).state, 'receipted');
  await acme.ends(id);
  await proven(acme, vendor, folder);
});
