import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import type { ErrorCode } from '../daemon/foundation/index.js';
import { encodePatch } from '../daemon/pipeline/changes/index.js';
import type { WireFrame } from '../daemon/pipeline/transfers/index.js';
import { Hostile } from './support/hostile.js';
import { agree, firstColumn, pair, proven } from './support/pair.js';

const hostile = new Hostile();
const limits = { batchTargetRows: 1024, transferTries: 2 };
const { acme, vendor, folder } = await pair(
  { after },
  { acme: { overrides: { between: hostile }, config: { limits } }, vendor: { config: { limits } } },
);
const ROWS = 4096;
const path = join(folder, 'items.csv');

/** The table with other values in a few rows: the next version brings these alone. */
async function next(round: number): Promise<void> {
  const row = (id: number) => `${id},${id % 200 === 7 ? `round ${round}` : 'as it was'} ${(id * 7919) % 100_003}`;
  writeFileSync(path, `${['id,label', ...Array.from({ length: ROWS }, (_, id) => row(id))].join('\n')}\n`);
  if (round === 0) await acme.dataset('items', path);
  else await acme.publish('items');
}

await next(0);
const agreement = await agree(acme, vendor, 'items');
let round = 0;

afterEach(() => hostile.behave());

const CHANGED = 3;
const patchAt = (frame: WireFrame): number => 24 + Buffer.from(frame.metadata).readUInt32LE(4) * 32;

/** Sends something else for the second batch of changed rows of each stream. Says whether there was one. */
function changes(change: (frame: WireFrame) => WireFrame): () => boolean {
  let seen = 0;
  hostile.sends = async function* (frames) {
    seen = 0;
    for await (const frame of frames) yield frame.metadata[1] === CHANGED && ++seen === 2 ? change(frame) : frame;
  };
  return () => seen >= 2;
}

const withPatch = (frame: WireFrame, patch: Uint8Array): WireFrame => ({
  ...frame,
  metadata: Buffer.concat([frame.metadata.subarray(0, patchAt(frame)), patch]),
});

async function failsWith(code: ErrorCode | readonly ErrorCode[], change: (frame: WireFrame) => WireFrame) {
  await next(++round);
  const wasSent = changes(change);
  const id = await vendor.transfer(agreement);
  const [there, here] = await Promise.all([vendor.ends(id), acme.ends(id)]);
  assert.ok(wasSent(), 'changed rows were sent');
  for (const shown of [there, here]) {
    assert.equal(shown.state, 'failed');
    assert.ok([code].flat().includes(shown.reasons[0]!.code as ErrorCode), JSON.stringify(shown.reasons));
  }
  assert.equal(there.landed, null);
}

/** The next version as it is, from what was kept of the last one that landed. */
async function lands(): Promise<void> {
  await next(++round);
  hostile.behave();
  const id = await vendor.transfer(agreement);
  const ended = await vendor.ends(id);
  assert.equal(ended.state, 'receipted', JSON.stringify(ended.reasons));
  await acme.ends(id);
  const ids = await firstColumn(ended.landed!, folder);
  assert.deepEqual([ids.length, ids.at(-1)], [ROWS, BigInt(ROWS - 1)]);
}

test('changed rows that nobody asked for', async () => {
  hostile.sends = async function* (frames) {
    for await (const frame of frames) {
      if (frame.metadata[1] !== 1) yield frame;
      else {
        const metadata = Buffer.concat([frame.metadata, encodePatch([{ from: 0, copied: 1, fresh: 1023 }])]);
        metadata[1] = CHANGED;
        yield { ...frame, metadata };
      }
    }
  };
  const id = await vendor.transfer(agreement);
  const [there, here] = await Promise.all([vendor.ends(id), acme.ends(id)]);
  assert.deepEqual([there.state, here.state, there.reasons[0]!.code], ['failed', 'failed', 'batch.invalid']);
  await lands();
});

test('rows that are not those committed to are asked for again, and not without end', async () => {
  const flipped = (frame: WireFrame) => {
    const body = Uint8Array.from(frame.body);
    body[16]! ^= 1;
    return { ...frame, body };
  };
  await failsWith('stream.incomplete', flipped);
  await failsWith('stream.incomplete', (frame) => {
    const patch = Uint8Array.from(frame.metadata.subarray(patchAt(frame)));
    patch[0] = patch[0]! + 2; // every copied row is the one after
    return withPatch(frame, patch);
  });
  await next(++round);
  let tries = 0;
  changes((frame) => (tries++ === 0 ? flipped(frame) : frame));
  const id = await vendor.transfer(agreement);
  assert.equal((await vendor.ends(id)).state, 'receipted');
  assert.ok(tries >= 1);
});

test('rows that are not there, too many of them, none, and what says nothing', async () => {
  const runs = (from: number, copied: number, fresh: number) => encodePatch([{ from, copied, fresh }]);
  await failsWith('batch.invalid', (frame) => withPatch(frame, runs(2 ** 45, 1023, 1)));
  await failsWith('batch.invalid', (frame) => withPatch(frame, runs(0, 2 ** 45, 1)));
  await failsWith('batch.invalid', (frame) => withPatch(frame, new Uint8Array()));
  await failsWith('batch.invalid', (frame) => withPatch(frame, new Uint8Array(5000).fill(0xff)));
});

test('after all that the next version lands, from what was kept of the last that did, and both ledgers prove', async () => {
  await lands();
  await proven(acme, vendor, folder);
});
