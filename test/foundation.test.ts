import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  base32,
  CounterfoilError,
  canonicalJson,
  ERROR_TABLE,
  emptyRoot,
  hex,
  type Json,
  leafHash,
  MerkleRange,
  merkleRoot,
  newId,
  nodeHash,
  orgId,
  pathSegment,
  printable,
  utf8,
} from '../daemon/foundation/index.js';

test('canonical JSON follows RFC 8785', () => {
  const sample: Json = { '\u20ac': 'Euro', '\r': 'CR', '1': 'One', b: [true, null, 1, 4.5, 1e-7], a: undefined };
  assert.equal(canonicalJson(sample), '{"\\r":"CR","1":"One","b":[true,null,1,4.5,1e-7],"\u20ac":"Euro"}');
  assert.throws(() => canonicalJson(2 ** 53), RangeError);
  assert.throws(() => canonicalJson('\ud800'), RangeError);
  assert.throws(() => canonicalJson(Number.NaN), RangeError);
});

test('canonical JSON of any value parses back to it and does not depend on key order', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ noUnicodeString: false })), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      try {
        assert.equal(canonicalJson(value as Json), canonicalJson(reversed as Json));
      } catch (error) {
        assert.ok(error instanceof RangeError); // numbers beyond 2^53 and lone surrogates are refused
      }
    }),
  );
});

/** RFC 6962 section 2.1, word for word. */
function naiveRoot(leaves: Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return emptyRoot();
  if (leaves.length === 1) return leaves[0]!;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}

test('the Merkle range equals the naive tree at every size, and goes on from a saved state', () => {
  const leaves = Array.from({ length: 300 }, (_, i) => leafHash(utf8(String(i))));
  let range = new MerkleRange();
  for (let size = 0; size <= 300; size++) {
    assert.equal(hex(range.root()), hex(naiveRoot(leaves.slice(0, size))));
    if (size % 37 === 0) range = MerkleRange.from({ size: range.size, peaks: range.peaks });
    if (size < 300) range.push(leaves[size]!);
  }
  assert.equal(hex(merkleRoot(leaves)), hex(range.root()));
});

test('base32 is RFC 4648 without padding', () => {
  assert.equal(base32(utf8('foobar')), 'mzxw6ytboi');
  assert.equal(base32(utf8('f')), 'my');
  assert.equal(base32(new Uint8Array(32)).length, 52);
});

test('names from outside cannot leave a folder or a line', () => {
  for (const name of ['../x', '..', '.', '', 'a/b', 'a\\b', 'a\u0000b', 'x'.repeat(500), '名前', 'con\n"']) {
    const segment = pathSegment(name);
    assert.match(segment, /^[A-Za-z0-9%_-][A-Za-z0-9%._-]*$/);
    assert.ok(segment.length <= 180);
    assert.ok(!/\p{Cc}/u.test(printable(name)));
  }
  assert.notEqual(pathSegment('a/b'), pathSegment('a_b'));
  assert.notEqual(pathSegment('x'.repeat(500)), pathSegment('x'.repeat(501)));
  assert.equal(orgId('acme.example'), 'acme.example');
  for (const bad of ['', 'Acme', '../x', 'a..b', '-a', 'a b', 'a\n']) assert.throws(() => orgId(bad), CounterfoilError);
});

test('every error code has a hint that tells what to do', () => {
  for (const [code, row] of Object.entries(ERROR_TABLE)) {
    assert.match(code, /^[a-z_]+(\.[a-z_]+)?$/);
    assert.ok(row.hint.length > 10 && row.hint.endsWith('.'), `${code}: ${row.hint}`);
  }
});

test('ids sort by when they were made', () => {
  const times = [0, 1, 2 ** 20, 1_700_000_000_000, 1_700_000_000_001, 1_700_000_000_900, 1_700_000_033_000, 2 ** 47];
  const ids = times.map((now) => newId('trn', now));
  assert.deepEqual([...ids].sort(), ids);
  for (const id of ids) assert.match(id, /^trn-[a-z2-7]{26}$/);
});
