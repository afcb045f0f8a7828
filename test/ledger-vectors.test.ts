import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { verifyForkProof } from '@counterfoil/verifier';
import { fromBase64, fromHex, hex, leafHash, MerkleRange, utf8 } from '../daemon/foundation/index.js';
import { payloadCommitment } from '../daemon/ledger/commit.js';
import { decodeEntry, encodeEntry } from '../daemon/ledger/entry.js';
import { provesFork } from '../daemon/ledger/evidence.js';
import { openCheckpoint, openCosignature } from '../daemon/ledger/note.js';
import { vectorFile } from './support/ledger-vectors.js';
import { repoRoot } from './support/repo.js';
import * as verifier from './support/verifier.js';

const text = readFileSync(join(repoRoot, 'test', 'vectors', 'ledger.json'), 'utf8');
const vectors = JSON.parse(text) as {
  keys: { org: string; publicKey: string }[];
  entries: { object: never; body: string; leaf: string }[];
  refused: { why: string; body: string }[];
  heads: { size: number; root: string }[];
  checkpoints: string[];
  cosignatures: { time: number; text: string; line: string }[];
  payload: { salt: string; bytes: string; commit: string };
  fork: string;
};
const key = (place: number) => fromBase64(vectors.keys[place]!.publicKey);

test('the gateway makes the golden vectors of the ledger, byte for byte', () => {
  assert.equal(vectorFile(), text);
});

test('entries of the vectors are read and hashed alike by gateway and verifier', () => {
  const range = new MerkleRange();
  for (const [i, { object, body, leaf }] of vectors.entries.entries()) {
    assert.equal(Buffer.from(encodeEntry(object)).toString(), body);
    assert.deepEqual(decodeEntry(utf8(body)), object);
    assert.deepEqual(verifier.readEntry(utf8(body)), object);
    assert.equal(hex(leafHash(utf8(body))), leaf);
    assert.equal(hex(verifier.leafHash(utf8(body))), leaf);
    range.push(fromHex(leaf));
    assert.deepEqual({ size: range.size, root: hex(range.root()) }, vectors.heads[i]);
  }
});

test('what must be refused is refused by both', () => {
  const whole = vectors.entries.map(({ body }) => body);
  for (const { why, body } of vectors.refused) {
    assert.ok(!whole.includes(body), why);
    assert.throws(() => decodeEntry(utf8(body)), RangeError, why);
    assert.throws(() => verifier.readEntry(utf8(body)), RangeError, why);
  }
});

test('notes, cosignatures, payloads and forks of the vectors hold', () => {
  const [first, last] = vectors.checkpoints as [string, string];
  assert.equal(openCheckpoint(first, key(0)).size, 2);
  assert.equal(openCheckpoint(last, key(2)).size, 5);
  assert.throws(() => openCheckpoint(last, key(0)), RangeError);
  assert.equal(
    verifier.checkSignature(
      verifier.parseNote(first),
      verifier.parseHead(`${first.split('\n\n')[0]!}\n`).origin,
      key(0),
    ),
    'valid',
  );
  for (const { time, text: over, line } of vectors.cosignatures) {
    assert.equal(openCosignature(line, over, 'vendor.example/counterfoil', key(1)), time);
    assert.equal(
      verifier.checkCosignature(verifier.parseNote(`${over}\n${line}`), 'vendor.example/counterfoil', key(1)),
      time,
    );
  }
  const { salt, bytes, commit } = vectors.payload;
  assert.equal(payloadCommitment(fromHex(salt), fromHex(bytes)), commit);
  assert.ok(provesFork(vectors.fork));
  assert.deepEqual(verifyForkProof(vectors.fork), {
    ok: true,
    origin: 'acme.example/counterfoil/peer/vendor.example',
    key: vectors.keys[0]!.publicKey,
  });
});

test('the example of the checkpoint specification is read', () => {
  // C2SP signed-note, tlog-checkpoint: a note of another implementation, under a key that is not ours to know.
  const note = verifier.parseNote(
    'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n',
  );
  assert.equal(note.lines[0]!.name, 'example.com/behind-the-sofa');
  assert.equal(verifier.parseHead(note.text).size, 20_852_163);
});
