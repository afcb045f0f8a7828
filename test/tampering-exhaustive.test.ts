import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { type BundleSource, type Report, verifyBundles } from '@counterfoil/verifier';
import { entriesOf, entryFile, pack, rewrite, unpack } from './support/cheat.js';
import { tried } from './support/effort.js';
import { temporaryFolder } from './support/folder.js';
import { exchangeHeads, ledgerPair } from './support/ledgers.js';
import { bundleOf, finishedRelation } from './support/relation.js';

/** How many of all the changes a run that is not a long one tries. */
const FEW = 900;

const source = (bytes: Uint8Array, name = 'a.tar'): BundleSource => ({
  name,
  async *chunks() {
    yield bytes;
  },
});

/** The smallest bundle there is: two parties that met and exchanged heads once. */
async function smallBundle(t: TestContext): Promise<{ bytes: Buffer; now: number }> {
  const [a, b] = await ledgerPair([temporaryFolder(t), temporaryFolder(t)]);
  t.after(() => {
    a.ledger.close();
    b.ledger.close();
  });
  await exchangeHeads(a, b);
  return { bytes: readFileSync(await bundleOf(t, a, b)), now: a.clock.now() };
}

/** Nothing goes unnoticed, and whatever is found is named. */
function assertNoticed(report: Report, what: string): void {
  assert.equal(report.ok, false, `${what} goes unnoticed`);
  assert.ok(report.faults.length > 0, `${what} is noticed but not named`);
}

test('a byte of a bundle, changed wherever it is, is noticed and crashes nothing', async (t) => {
  const { bytes, now } = await smallBundle(t);
  assert.deepEqual((await verifyBundles([source(bytes)], { now })).faults, []);
  for (const at of tried(0, bytes.length - 1, FEW)) {
    const before = bytes[at]!;
    bytes[at] = before ^ (1 << (at % 8));
    assertNoticed(await verifyBundles([source(bytes)], { now }), `byte ${at}`);
    bytes[at] = before;
  }
});

test('a bundle cut off at any byte is noticed and crashes nothing', async (t) => {
  const { bytes, now } = await smallBundle(t);
  for (const size of tried(0, bytes.length - 1, FEW)) {
    assertNoticed(await verifyBundles([source(bytes.subarray(0, size))], { now }), `size ${size}`);
  }
  assertNoticed(await verifyBundles([source(Buffer.concat([bytes, new Uint8Array(1)]))], { now }), 'one byte more');
});

/** Every list that comes of one by deleting, doubling or swapping entries. */
function* variants<T>(list: T[]): Generator<[string, T[]]> {
  for (let i = 0; i < list.length; i++) {
    yield [`entry ${i} deleted`, list.toSpliced(i, 1)];
    yield [`entry ${i} doubled`, list.toSpliced(i, 0, list[i]!)];
    for (let j = i + 1; j < list.length; j++) {
      yield [`entries ${i} and ${j} swapped`, list.map((_, k) => list[k === i ? j : k === j ? i : k]!)];
    }
  }
}

test('every entry deleted, doubled or swapped is noticed in one bundle', async (t) => {
  const [a, b] = await finishedRelation(t);
  const path = await bundleOf(t, a, b);
  const files = unpack(path);
  const name = 'channel/tile/entries/000.p/7';
  for (const [what, bodies] of variants(entriesOf(files.get(name)!))) {
    pack(path, new Map([...files, [name, entryFile(bodies)]]));
    const report = await verifyBundles([source(readFileSync(path))], { now: a.clock.now() });
    assertNoticed(report, what);
    assert.ok(
      report.faults.some((fault) => /^[3-6] /.test(fault.class)),
      `${what}: ${JSON.stringify(report.faults)}`,
    );
  }
});

test('the same, signed anew by the owner of the ledger, is noticed against the bundle of the peer', async (t) => {
  const [a, b] = await finishedRelation(t);
  const theirs = readFileSync(await bundleOf(t, b, a));
  const entries = [...a.ledger.entries({ peer: b.id })].map(({ leaf: _, ...entry }) => entry as never);
  for (const [what, changed] of variants<never>(entries)) {
    if (/entr(y|ies) 0/.test(what)) continue; // the first entry names the keys; class 9 and 17 have tests of their own
    rewrite(a, b.id, () => changed);
    const mine = readFileSync(await bundleOf(t, a, b));
    const report = await verifyBundles([source(mine), source(theirs, 'b.tar')], { now: a.clock.now() });
    assertNoticed(report, what);
    assert.ok(
      report.faults.some((fault) => fault.culprit === a.id),
      `${what}: ${JSON.stringify(report.faults)}`,
    );
  }
});
