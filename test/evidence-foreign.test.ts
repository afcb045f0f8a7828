import assert from 'node:assert/strict';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fromBase64, hex, sha256 } from '../daemon/foundation/index.js';
import { entriesOf, entryFile, repack } from './support/cheat.js';
import { temporaryFolder } from './support/folder.js';
import { checked, noForeign } from './support/foreign.js';
import { exchangeHeads } from './support/ledgers.js';
import { bundleOf, finishedRelation, write } from './support/relation.js';
import { repoRoot } from './support/repo.js';
import { openStamp } from './support/verifier.js';

const vectors = join(repoRoot, 'test', 'vectors');
test('an implementation in another language makes the golden vectors what we say', { skip: noForeign }, () => {
  assert.deepEqual(checked('vectors', vectors), { entries: 5, checkpoints: 2, cosignatures: 2 });
});

test('the time-stamp of the vectors is read', async () => {
  const { note, token, ...told } = JSON.parse(readFileSync(join(vectors, 'timestamp.json'), 'utf8')) as {
    [name: string]: string;
  };
  const stamp = await openStamp(fromBase64(token!), note!);
  const found = {
    time: new Date(stamp.time).toISOString(),
    authority: stamp.authority,
    certificate: stamp.chain[0],
    digest: hex(sha256(fromBase64(token!))),
  };
  assert.deepEqual(found, told);
});

test('an implementation in another language checks exported bundles from the specification', {
  skip: noForeign,
}, async (t) => {
  const [a, b] = await finishedRelation(t);
  // More than a tile of entries, so that there are full and partial tiles at two levels.
  const draft = { type: 'data.deleted', actor: 'gateway', fields: { agreement: 'agr-1' } } as const;
  await Promise.all(Array.from({ length: 300 }, () => write(a, b, draft)));
  await exchangeHeads(a, b);
  const mine = await bundleOf(t, a, b);
  const found = checked('bundle', mine);
  assert.deepEqual(
    { ...found, inclusion: found.inclusion! > 2, consistency: found.consistency! > 1 },
    { entries: 312, signed: 2, heads: 5, cosignatures: 4, inclusion: true, consistency: true, documents: 0 },
  );
  checked('bundle', await bundleOf(t, b, a));
  const edited = join(temporaryFolder(t), 'edited.tar');
  copyFileSync(mine, edited);
  repack(
    edited,
    (files) => {
      const name = 'channel/tile/entries/000';
      const bodies = entriesOf(files.get(name)!);
      bodies[2] = Buffer.from(bodies[2]!.toString().replace('"admin"', '"admin:m"'));
      files.set(name, entryFile(bodies));
    },
    a.key,
  );
  assert.throws(() => checked('bundle', edited), /AssertionError/);
});
