import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Batch, columnDigest, decodeBatch, encodeBatch, type Schema, takeRows } from '../daemon/columnar/index.js';
import { CounterfoilError, hex } from '../daemon/foundation/index.js';
import { applyPatch, Differ, decodePatch, encodePatch, RowsBefore } from '../daemon/pipeline/changes/index.js';
import { anyType, batchOf, valueFor } from './support/columns.js';
import { isLongRun } from './support/effort.js';
import { agree, firstColumn, type Pair, pair, proven } from './support/pair.js';
import { until } from './support/until.js';

const deliveryOf = (schema: Schema, batches: readonly Batch[]) => {
  const frames = batches.map((batch) => encodeBatch(schema, batch));
  return { schema, batches: batches.map(({ rows }) => rows), read: (index: number) => frames[index]! };
};

const digests = (batch: Batch): string[] => batch.columns.map((column) => hex(columnDigest(column)));

/** Sends batches after a delivery, as changed rows where that is worth it. Gives how many rows came along, of how many. */
function sent(schema: Schema, before: readonly Batch[], now: readonly Batch[], seed = 1) {
  const differ = new Differ(deliveryOf(schema, before), seed, 0);
  const held = new RowsBefore(deliveryOf(schema, before));
  let fresh = 0;
  for (const batch of now) {
    const found = differ.of(batch);
    fresh += found?.rows.length ?? batch.rows;
    if (found === undefined) continue;
    const came = decodeBatch(schema, encodeBatch(schema, takeRows(batch, found.rows)));
    const made = applyPatch(held, decodePatch(encodePatch(found.runs)), came, batch.rows);
    assert.deepEqual(digests(made), digests(batch));
  }
  return fresh;
}

const cut = <T>(rows: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(rows.length / size) }, (_, at) => rows.slice(at * size, (at + 1) * size));

test('whatever was done to the rows, what arrives is the new version', () => {
  const edits = fc.array(
    fc.record({ at: fc.nat(60), out: fc.nat(4), again: fc.nat(60), size: fc.nat(20), fresh: fc.nat(3) }),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(
      fc.array(anyType, { minLength: 1, maxLength: 3 }).chain((types) =>
        fc.record({
          types: fc.constant(types),
          some: fc.array(fc.tuple(...types.map(valueFor)), { minLength: 1, maxLength: 20 }),
          again: fc.array(fc.nat(), { maxLength: 40 }),
          more: fc.array(fc.tuple(...types.map(valueFor)), { minLength: 1, maxLength: 6 }),
        }),
      ),
      edits,
      fc.integer({ min: 1, max: 25 }),
      fc.integer({ min: 1, max: 25 }),
      ({ types, some, again: picks, more }, changes, size, other) => {
        const rows = [...some, ...picks.map((pick) => some[pick % some.length]!)];
        const now = [...rows];
        for (const { at, out, again, size: copied, fresh } of changes)
          now.splice(at, out, ...rows.slice(again, again + copied), ...more.slice(0, fresh));
        const schema: Schema = { fields: types.map((type, at) => ({ name: `c${at}`, type, nullable: true })) };
        const batches = (all: readonly (readonly unknown[])[], each: number) =>
          cut(all, each).map((part) =>
            batchOf(
              schema,
              part.length,
              types.map((_, at) => part.map((row) => row[at])),
            ),
          );
        sent(schema, batches(rows, size), batches(now, other));
      },
    ),
    { numRuns: isLongRun ? 500 : 60 },
  );
});

test('few rows come along when few have changed, wherever that is', () => {
  const schema: Schema = {
    fields: [
      { name: 'id', type: { name: 'int', bits: 64, signed: true }, nullable: false },
      { name: 'text', type: { name: 'utf8' }, nullable: false },
    ],
  };
  const batches = (ids: readonly number[]) =>
    cut(ids, 500).map((part) => batchOf(schema, part.length, [part, part.map((id) => `row ${id % 777} of ${id}`)]));
  const ids = Array.from({ length: 20_000 }, (_, at) => at);
  const cases: [name: string, now: number[], most: number][] = [
    ['nothing', ids, 0],
    ['one in a hundred in place', ids.map((id) => (id % 100 === 37 ? -id : id)), 200],
    ['runs of ten in place', ids.map((id) => (id % 1000 < 10 ? -id - 1 : id)), 200],
    ['some put in', ids.flatMap((id) => (id % 100 === 5 ? [id, -id] : [id])), 200],
    ['some taken out', ids.filter((id) => id % 100 !== 5), 0],
    ['appended', [...ids, ...ids.slice(0, 300).map((id) => id + 50_000)], 300],
    [
      'a block in the middle',
      [...ids.slice(0, 7001), ...ids.slice(0, 300).map((id) => id + 50_000), ...ids.slice(7001)],
      300,
    ],
    ['the first half dropped', ids.slice(10_000), 250],
    ['halves swapped', [...ids.slice(10_000), ...ids.slice(0, 10_000)], 750],
    ['all different', ids.map((id) => id + 50_000), 20_000],
  ];
  const before = batches(ids);
  for (const [name, now, most] of cases) {
    const fresh = sent(schema, before, batches(now));
    assert.ok(fresh <= most, `${name}: ${fresh} rows came along, not ${most} at most`);
  }
});

test('what is said of changed rows is bounded and strict', () => {
  const refused = (work: () => unknown) =>
    assert.throws(work, (error) => error instanceof CounterfoilError && error.code === 'batch.invalid');
  fc.assert(
    fc.property(
      fc.array(fc.record({ from: fc.maxSafeNat(), copied: fc.nat(99), fresh: fc.integer({ min: 1, max: 9 }) })),
      (runs) => {
        const sound = runs.map(({ from, ...rest }) => ({ from: Math.floor(from / 4), ...rest }));
        assert.deepEqual(decodePatch(encodePatch(sound)), sound);
      },
    ),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        assert.deepEqual(encodePatch(decodePatch(bytes)), bytes);
      } catch (error) {
        assert.equal((error as CounterfoilError).code, 'batch.invalid');
      }
    }),
  );
  const schema: Schema = { fields: [{ name: 'n', type: { name: 'int', bits: 32, signed: true }, nullable: true }] };
  const one = batchOf(schema, 1, [[1]]);
  const held = () =>
    new RowsBefore(
      deliveryOf(
        schema,
        Array.from({ length: 12 }, () => one),
      ),
    );
  refused(() => applyPatch(held(), [{ from: 11, copied: 2, fresh: 1 }], one, 3));
  refused(() => applyPatch(held(), [{ from: 0, copied: 2, fresh: 1 }], one, 4));
  refused(() => applyPatch(held(), [{ from: 0, copied: 2, fresh: 0 }], one, 2));
  refused(() => applyPatch(held(), [{ from: 0, copied: 9, fresh: 1 }], one, 10)); // more batches than may be held
});

/** Rows `id,text` as CSV; `changed` says which have another text. */
function table(folder: string, name: string, ids: readonly number[], changed: (id: number) => boolean): string {
  const path = join(folder, `${name}.csv`);
  const line = (id: number) => `${id},${changed(id) ? 'changed' : 'as it was'} ${(id * 7919) % 100_003} and some more`;
  writeFileSync(path, `${['id,text', ...ids.map(line)].join('\n')}\n`);
  return path;
}

async function delivered({ acme, vendor }: Pair, agreement: string, by = vendor) {
  const id = await by.transfer(agreement);
  const shown = await vendor.ends(id);
  assert.equal(shown.state, 'receipted', JSON.stringify(shown.reasons));
  assert.equal((await acme.ends(id)).state, 'receipted');
  return shown;
}

const small = { config: { limits: { batchTargetRows: 1024 }, wireCompression: 'never' } };
const ids = Array.from({ length: 10_000 }, (_, at) => at);
const files = (folder: string) => readdirSync(folder).filter((name) => !name.includes('.'));

for (const mode of ['plain', 'masked and pushed'] as const)
  test(`a new version brings the changed rows alone, and lands whole (${mode})`, async (t) => {
    const two = await pair(t, { acme: { ...small, ...(mode !== 'plain' && { reachable: false }) }, vendor: small });
    const { acme, vendor, folder } = two;
    const path = table(folder, 'rows', ids, () => false);
    await acme.dataset('rows', path);
    const agreement = await agree(acme, vendor, 'rows', mode !== 'plain' ? { mask: ['text=token'] } : {});
    const first = await delivered(two, agreement);
    assert.ok(first.wire! > first.bytes, 'the first version comes whole');
    assert.equal(files(join(vendor.home, 'quarantine')).length, 1, 'its batches are kept');

    table(
      folder,
      'rows',
      [...ids.slice(100, 7000), ...ids.slice(7000).map((id) => id + 5), 50_000],
      (id) => id % 100 === 37,
    );
    await acme.publish('rows');
    const second = await delivered(two, agreement);
    assert.ok(second.wire! < second.bytes / 10, `${second.wire} bytes came, of ${second.bytes}`);
    assert.equal((await firstColumn(second.landed!, folder)).length, 9901);
    assert.equal(files(join(vendor.home, 'quarantine')).length, 1, 'only those of the last one are kept');
    assert.equal(files(join(acme.home, 'store', 'views')).length, mode !== 'plain' ? 1 : 0);

    if (mode !== 'plain') {
      await vendor.stop();
      await vendor.start();
    }
    table(folder, 'rows', ids, (id) => id % 50 === 1);
    await acme.publish('rows');
    const third = await delivered(two, agreement, acme); // who cannot be dialled is not there at once
    assert.ok(third.wire! < third.bytes / 5, 'also after a restart');
    await proven(acme, vendor, folder);

    await acme.admin.post(`/v1/agreements/${agreement}/terminate`, {});
    for (const kept of [join(vendor.home, 'quarantine'), join(acme.home, 'store', 'views')]) await gone(kept);
  });

async function gone(folder: string): Promise<void> {
  await until('nothing is kept when the agreement has ended', () => files(folder).length === 0);
}

test('where nothing is kept, or it has other columns or was lost, the version comes whole', async (t) => {
  const two = await pair(t, { acme: small, vendor: { config: { keepDelivered: 'none' } } });
  const { acme, vendor, folder } = two;
  await acme.dataset(
    'rows',
    table(folder, 'rows', ids, () => false),
  );
  const agreement = await agree(acme, vendor, 'rows');
  await delivered(two, agreement);
  assert.ok(existsSync(join(vendor.home, 'quarantine')) && files(join(vendor.home, 'quarantine')).length === 0);
  table(folder, 'rows', ids, (id) => id === 5);
  await acme.publish('rows');
  const second = await delivered(two, agreement);
  assert.ok(second.wire! > second.bytes);
});
