import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import {
  batchSalt,
  columnDigest,
  commitment,
  decodeBatch,
  encodeBatch,
  encodeSchema,
  type Schema,
  sliceBatch,
} from '../daemon/columnar/index.js';
import type { ErrorCode } from '../daemon/foundation/index.js';
import type { WireFrame } from '../daemon/pipeline/transfers/index.js';
import { encodeMeta } from '../daemon/pipeline/wire/index.js';
import { framewise, Hostile } from './support/hostile.js';
import { agree, csvFile, firstColumn, pair, proven } from './support/pair.js';
import { until } from './support/until.js';

const hostile = new Hostile();
const limits = { batchTargetRows: 1024, transferTries: 2 };
const keepDelivered = 'none'; // whole batches, for those who change them on the way
const { acme, vendor, folder } = await pair(
  { after },
  {
    acme: { overrides: { between: hostile }, config: { limits, keepDelivered, wireCompression: 'never' } },
    vendor: { config: { limits, keepDelivered } },
  },
);
const ROWS = 5000;
await acme.dataset('items', csvFile(folder, 'items', ROWS));
const agreement = await agree(acme, vendor, 'items');

/** Of the last offer, for those who forge with the right keys. */
let keys: Record<string, Uint8Array> = {};
let schema: Schema = { fields: [] };
const EMPTY = new Uint8Array();

afterEach(() => {
  hostile.behave();
  listen();
});
listen();

function listen(): void {
  hostile.outgoing['Transfers/Offer'] = (offer, go) => {
    keys = offer.columnKeys;
    schema = (JSON.parse(Buffer.from(offer.view!.document).toString('utf8')) as { schema: Schema }).schema;
    return go(offer);
  };
}

/** One transfer, which both sides give up for the same reason; nothing of it stays. */
async function failsWith(code: ErrorCode | readonly ErrorCode[], message?: RegExp): Promise<void> {
  const landed = readdirSync(join(vendor.home, 'landing'), { recursive: true });
  const id = await vendor.transfer(agreement);
  const [there, here] = await Promise.all([vendor.ends(id), acme.ends(id)]);
  for (const shown of [there, here]) {
    assert.equal(shown.state, 'failed');
    const [reason] = shown.reasons;
    assert.ok([code].flat().includes(reason!.code as ErrorCode), JSON.stringify(shown.reasons));
    if (message !== undefined) assert.match(reason!.message, message);
  }
  assert.equal(there.correlation, here.correlation);
  for (const [side, other] of [[vendor, acme] as const, [acme, vendor] as const]) {
    const entries = (await side.entries(other)).filter(({ entry }) => entry.transfer === id);
    assert.deepEqual(
      entries.filter(({ type }) => type === 'transfer.failed').map(({ entry }) => entry.reasons),
      [[there.reasons[0]!.code]],
      side.id,
    );
    assert.equal(
      entries.some(({ type }) => type === 'transfer.landed'),
      false,
    );
  }
  assert.deepEqual(readdirSync(join(vendor.home, 'landing'), { recursive: true }), landed);
  const files = () =>
    [join(vendor.home, 'quarantine'), join(acme.home, 'store', 'views')].flatMap((path) => readdirSync(path));
  await until('no files of it', () => files().length === 0);
}

const flip = (bytes: Uint8Array, at: number): Uint8Array => {
  const changed = Uint8Array.from(bytes);
  changed[at]! ^= 1;
  return changed;
};

/** Another batch in the place of this one, committed to as its receiver will check it. */
function forged(frame: WireFrame, index: number, change: (rows: number) => number): WireFrame {
  const batch = decodeBatch(schema, frame);
  const other = sliceBatch(batch, 0, change(batch.rows));
  const commitments = other.columns.map((column, at) => {
    const key = keys[schema.fields[at]!.name]!;
    return commitment(batchSalt(key, index), columnDigest(column));
  });
  return {
    ...encodeBatch(schema, other),
    metadata: encodeMeta({ kind: 'batch', index, rows: other.rows, commitments }),
  };
}

test('a flipped bit is known when its batch arrives', async () => {
  hostile.sends = framewise((frame, kind, index) =>
    kind === 'batch' && index === 2 ? [{ ...frame, body: flip(frame.body, 16) }] : [frame],
  );
  await failsWith('batch.corrupt', /batch 2/i);
});

test('a missing batch, one twice, and two in the wrong order break the order', async () => {
  hostile.sends = framewise((frame, kind, index) => (kind === 'batch' && index === 1 ? [] : [frame]));
  await failsWith('stream.order', /batch 1 was to come; the peer sent batch 2/i);
  hostile.sends = framewise((frame, kind, index) => (kind === 'batch' && index === 1 ? [frame, frame] : [frame]));
  await failsWith('stream.order');
  let held: WireFrame | undefined;
  hostile.sends = framewise((frame, kind, index) => {
    if (kind !== 'batch' || index === 0 || index > 2) return [frame];
    if (index === 2) return [frame, held!];
    held = frame;
    return [];
  });
  await failsWith('stream.order');
});

test('a stream that ends before the batches that were signed', async () => {
  hostile.sends = framewise((frame, kind, index) => (kind === 'batch' && index >= 3 ? [] : [frame]));
  await failsWith('view.mismatch', /ended its stream before/);
});

test('a stream that brings nothing is tried as often as the limit says', async () => {
  let tries = 0;
  hostile.sends = (frames) => {
    tries++;
    return framewise((frame, kind) => (kind === 'schema' ? [frame] : []))(frames);
  };
  await failsWith('stream.incomplete');
  assert.equal(tries, limits.transferTries);
});

test('a stream that is cut after each batch still comes to its end, batch by batch', async () => {
  let tries = 0;
  hostile.sends = async function* (frames) {
    tries++;
    let count = 0;
    for await (const frame of frames) {
      if (++count > 2) return;
      yield frame;
    }
  };
  const id = await vendor.transfer(agreement);
  const ended = await vendor.ends(id);
  assert.equal(ended.state, 'receipted', JSON.stringify(ended.reasons));
  assert.equal((await acme.ends(id)).state, 'receipted');
  assert.equal(tries, 5);
  assert.equal((await firstColumn(ended.landed!, folder)).length, ROWS);
});

test('batches beyond those that were signed, without end', async () => {
  hostile.sends = async function* (frames) {
    let last: WireFrame | undefined;
    let index = -1;
    for await (const frame of frames) {
      if (frame.metadata[1] === 2) break;
      yield frame;
      if (frame.metadata[1] === 1) [last, index] = [frame, index + 1];
    }
    for (;;) yield forged(last!, ++index, (rows) => rows);
  };
  await failsWith('view.mismatch', /the peer sent more/);
});

test('a batch with more rows, or fewer, than were signed', async () => {
  hostile.sends = framewise((frame, kind, index) =>
    kind === 'batch' && index === 1 ? [forged(frame, index, (rows) => rows - 1)] : [frame],
  );
  await failsWith('view.mismatch', /1023 rows; 1024 were signed/);
});

test('other rows, committed to as if they were right, are not those of the signed view', async () => {
  hostile.sends = framewise((frame, kind, index) => {
    if (kind !== 'batch' || index !== 0) return [frame];
    const changed = { ...frame, body: flip(frame.body, 16) };
    return [forged(changed, index, (rows) => rows)];
  });
  await failsWith('view.mismatch', /other digests/);
});

test('another schema, no schema, and two of them', async () => {
  const other = (frame: WireFrame): WireFrame => {
    const fields = schema.fields.map((field, at) => (at === 0 ? { ...field, name: 'other' } : field));
    return { ...frame, header: encodeSchema({ fields }) };
  };
  hostile.sends = framewise((frame, kind) => (kind === 'schema' ? [other(frame)] : [frame]));
  await failsWith('schema.mismatch');
  hostile.sends = framewise((frame, kind) => (kind === 'schema' ? [] : [frame]));
  await failsWith('stream.order');
  hostile.sends = framewise((frame, kind) => (kind === 'schema' ? [frame, frame] : [frame]));
  await failsWith('stream.order');
});

test('what is not Arrow', async () => {
  const noise = Buffer.from('this is not a flatbuffer, whatever it may look like at first sight');
  hostile.sends = framewise((frame, kind) => (kind === 'schema' ? [{ ...frame, header: noise }] : [frame]));
  await failsWith('batch.invalid');
  hostile.sends = framewise((frame, kind) => (kind === 'batch' ? [{ ...frame, header: noise }] : [frame]));
  await failsWith('batch.invalid');
  hostile.sends = framewise((frame, kind) => (kind === 'batch' ? [{ ...frame, body: EMPTY }] : [frame]));
  await failsWith('batch.invalid');
  hostile.sends = framewise((frame) => [{ ...frame, metadata: EMPTY }]);
  await failsWith('batch.invalid', /record beside/);
});

test('commitments that do not fit their batch', async () => {
  const commitments = (change: (all: Uint8Array) => Uint8Array) =>
    framewise((frame, kind, index) =>
      kind === 'batch' && index === 1 ? [{ ...frame, metadata: change(frame.metadata) }] : [frame],
    );
  hostile.sends = commitments((all) => flip(all, all.length - 1));
  await failsWith('batch.corrupt');
  hostile.sends = commitments((all) => {
    const fewer = Buffer.from(all.subarray(0, all.length - 32));
    fewer.writeUInt32LE(fewer.readUInt32LE(4) - 1, 4);
    return fewer;
  });
  await failsWith('batch.corrupt');
});

test('a stream that begins elsewhere than was asked for', async () => {
  hostile.sends = framewise((frame, kind) =>
    kind === 'schema' ? [{ ...frame, metadata: encodeMeta({ kind: 'schema', start: 1 }) }] : [frame],
  );
  await failsWith('stream.order', /begins at batch 1/);
});

test('something after the end', async () => {
  hostile.sends = framewise((frame, kind) => (kind === 'end' ? [frame, frame] : [frame]));
  await failsWith('stream.order', /after the end/);
});

test('a flip anywhere in a stream is found, or changes nothing that lands', async () => {
  for (let round = 0; round < 6; round++) {
    const part = (['header', 'metadata', 'body'] as const)[round % 3]!;
    const [at, where] = [(round * 3) % 7, (round * 0.618) % 1];
    let count = 0;
    hostile.sends = (frames) => {
      count = 0;
      return framewise((frame) => {
        const bytes = frame[part];
        if (count++ !== at || bytes.length === 0) return [frame];
        return [{ ...frame, [part]: flip(bytes, Math.floor(where * bytes.length)) }];
      })(frames);
    };
    const id = await vendor.transfer(agreement);
    const ended = await vendor.ends(id);
    assert.equal((await acme.ends(id)).state, ended.state);
    if (ended.state === 'receipted') {
      const ids = await firstColumn(ended.landed!, folder);
      assert.deepEqual([ids.length, ids[0], ids.at(-1)], [ROWS, 0n, BigInt(ROWS - 1)]);
    } else assert.equal(ended.state, 'failed');
  }
});

test('after all that, an honest transfer lands, and both ledgers prove together', async () => {
  const id = await vendor.transfer(agreement);
  assert.equal((await vendor.ends(id)).state, 'receipted');
  await acme.ends(id);
  await proven(acme, vendor, folder);
});
