import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { emptyRoot, hex, leafHash, nodeHash, utf8 } from '../daemon/foundation/index.js';
import * as gateway from '../daemon/ledger/proof.js';
import { verifyConsistency, verifyInclusion } from '../daemon/ledger/proof.js';
import { LogTree, type Tile } from '../daemon/ledger/tree.js';
import { vectorsFolder } from './support/repo.js';
import * as verifier from './support/verifier.js';

/** RFC 6962 section 2.1, word for word. */
function naiveRoot(leaves: Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return emptyRoot();
  if (leaves.length === 1) return leaves[0]!;
  const k = below(leaves.length);
  return nodeHash(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}

function naivePath(m: number, leaves: Uint8Array[]): Uint8Array[] {
  if (leaves.length <= 1) return [];
  const k = below(leaves.length);
  return m < k
    ? [...naivePath(m, leaves.slice(0, k)), naiveRoot(leaves.slice(k))]
    : [...naivePath(m - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))];
}

function naiveProof(m: number, leaves: Uint8Array[], whole = true): Uint8Array[] {
  if (m === leaves.length) return whole ? [] : [naiveRoot(leaves)];
  const k = below(leaves.length);
  return m <= k
    ? [...naiveProof(m, leaves.slice(0, k), whole), naiveRoot(leaves.slice(k))]
    : [...naiveProof(m - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))];
}

function below(size: number): number {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}

/** A tree whose full tiles are kept in a map, as the database keeps them. */
function storedTree(size: number): { tree: LogTree; leaves: Uint8Array[]; tiles: Map<string, Tile> } {
  const tiles = new Map<string, Tile>();
  const tree = new LogTree({ hashes: (level, index) => tiles.get(`${level}/${index}`)!.hashes });
  const leaves = Array.from({ length: size }, (_, i) => leafHash(utf8(String(i))));
  for (const leaf of leaves) {
    tree.push(leaf);
    for (const tile of tree.takeFresh()) tiles.set(`${tile.level}/${tile.index}`, tile);
  }
  return { tree, leaves, tiles };
}

const same = (a: Uint8Array[], b: Uint8Array[]) => assert.deepEqual(a.map(hex), b.map(hex));

test('the tree of tiles equals the naive tree at every size from 0 to 300', () => {
  const { tree, leaves } = storedTree(300);
  for (let size = 0; size <= 300; size++) {
    const part = leaves.slice(0, size);
    assert.equal(hex(tree.rootAt(size)), hex(naiveRoot(part)));
    for (const index of new Set([0, 1, size >> 1, size - 2, size - 1].filter((i) => i >= 0 && i < size))) {
      const path = tree.inclusion(index, size);
      same(path, naivePath(index, part));
      assert.ok(verifyInclusion(leaves[index]!, index, size, path, naiveRoot(part)));
    }
    for (const old of new Set([1, 2, 3, size >> 2, size >> 1, size - 1, size].filter((i) => i > 0 && i <= size))) {
      const proof = tree.consistency(old, size);
      same(proof, naiveProof(old, part));
      assert.ok(verifyConsistency(old, size, proof, naiveRoot(leaves.slice(0, old)), naiveRoot(part)));
    }
  }
});

test('a tree loaded from its tiles goes on as if it had never been put down', () => {
  for (const size of [0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 66_000]) {
    const { tree, leaves, tiles } = storedTree(size);
    const loaded = LogTree.load(
      { hashes: (level, index) => tiles.get(`${level}/${index}`)!.hashes },
      size,
      (from) => leaves.slice(from),
      (level, from) => [...tiles.values()].filter((t) => t.level === level && t.index >= from).map((t) => t.root),
    );
    for (let i = 0; i < 300; i++) {
      const leaf = leafHash(utf8(`more ${i}`));
      tree.push(leaf);
      loaded.push(leaf);
    }
    assert.equal(hex(loaded.root()), hex(tree.root()), String(size));
    const path = loaded.inclusion(Math.floor(size / 2), size + 300);
    assert.ok(verifyInclusion(loaded.leaf(Math.floor(size / 2)), Math.floor(size / 2), size + 300, path, tree.root()));
  }
});

interface Vector {
  leafIdx?: number;
  treeSize?: number;
  root?: string;
  leafHash?: string;
  size1?: number;
  size2?: number;
  root1?: string;
  root2?: string;
  proof: string[] | null;
  desc: string;
  wantErr: boolean;
}

const bytes = (text = '') => Buffer.from(text, 'base64');
const shared = vectorsFolder();

test('the RFC 6962 vectors of others are answered as they say, by gateway and verifier', {
  skip: shared === undefined && 'no shared vectors here',
}, () => {
  let seen = 0;
  for (const kind of ['inclusion', 'consistency']) {
    const folder = join(shared!, 'rfc6962', kind);
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.json'),
    )) {
      const v = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Vector;
      const proof = (v.proof ?? []).map(bytes);
      for (const [who, part] of Object.entries({ gateway, verifier })) {
        const ok =
          kind === 'inclusion'
            ? part.verifyInclusion(bytes(v.leafHash), v.leafIdx!, v.treeSize!, proof, bytes(v.root))
            : part.verifyConsistency(v.size1!, v.size2!, proof, bytes(v.root1), bytes(v.root2));
        assert.equal(ok, !v.wantErr, `${who}: ${kind}/${name}: ${v.desc}`);
      }
      seen++;
    }
  }
  assert.ok(seen >= 190, `only ${seen} vectors`);
});
