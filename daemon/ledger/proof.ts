import { equalBytes, LIMITS, nodeHash } from '../foundation/index.js';

/** Hash of the complete subtree of 2^level leaves that begins at leaf index · 2^level. */
export type NodeReader = (level: number, index: number) => Uint8Array;

const HASH_BYTES = 32;

/** Hashes of the maximal complete subtrees that make up leaves [from, to), left to right; `from` is aligned to the first. */
export function* rangeNodes(node: NodeReader, from: number, to: number): Generator<Uint8Array> {
  for (let at = from; at < to; ) {
    let level = 0;
    let width = 1;
    while (at % (width * 2) === 0 && at + width * 2 <= to) {
      width *= 2;
      level++;
    }
    yield node(level, at / width);
    at += width;
  }
}

/** RFC 6962 hash of leaves [from, to), where `from` begins a subtree of the tree of size `to` or larger. */
export function rangeHash(node: NodeReader, from: number, to: number): Uint8Array {
  const parts = [...rangeNodes(node, from, to)];
  let hash = parts.pop()!;
  while (parts.length > 0) hash = nodeHash(parts.pop()!, hash);
  return hash;
}

/** Largest power of two below `size` (size ≥ 2). */
function split(size: number): number {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}

/** RFC 6962 section 2.1.1: audit path of leaf `index` in the tree of `size` leaves. */
export function inclusionProof(node: NodeReader, index: number, size: number): Uint8Array[] {
  const path: Uint8Array[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + split(to - from);
    if (index < middle) {
      path.push(rangeHash(node, middle, to));
      to = middle;
    } else {
      path.push(rangeHash(node, from, middle));
      from = middle;
    }
  }
  return path.reverse();
}

/** RFC 6962 section 2.1.2: proof that the tree of `size` leaves extends the one of `old` leaves. 0 < old ≤ size. */
export function consistencyProof(node: NodeReader, old: number, size: number): Uint8Array[] {
  const path: Uint8Array[] = [];
  let from = 0;
  let to = size;
  let whole = true; // the subtree in hand is one that the old tree had, so that its hash is known to the reader
  while (to !== old) {
    const middle = from + split(to - from);
    if (old <= middle) {
      path.push(rangeHash(node, middle, to));
      to = middle;
    } else {
      path.push(rangeHash(node, from, middle));
      from = middle;
      whole = false;
    }
  }
  if (!whole) path.push(rangeHash(node, from, to));
  return path.reverse();
}

/** RFC 9162 section 2.1.3.2. False for anything but the one proof that fits. */
export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!wellFormed(index, size, proof) || index >= size || leaf.length !== HASH_BYTES) return false;
  let fn = index;
  let sn = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sibling, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 && equalBytes(hash, root);
}

/** RFC 9162 section 2.1.4.2. A proof from the empty tree proves nothing and is refused. */
export function verifyConsistency(
  old: number,
  size: number,
  proof: readonly Uint8Array[],
  oldRoot: Uint8Array,
  root: Uint8Array,
): boolean {
  if (!wellFormed(old, size, proof) || old === 0 || old > size) return false;
  if (old === size) return proof.length === 0 && equalBytes(oldRoot, root);
  const rest = [...proof];
  let fn = old - 1;
  let sn = size - 1;
  while (fn % 2 === 1) [fn, sn] = [(fn - 1) / 2, Math.floor(sn / 2)];
  const first = fn === 0 ? oldRoot : rest.shift();
  if (first === undefined || first.length !== HASH_BYTES) return false;
  let before = first;
  let after = first;
  for (const hash of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      before = nodeHash(hash, before);
      after = nodeHash(hash, after);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else {
      after = nodeHash(after, hash);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 && equalBytes(before, oldRoot) && equalBytes(after, root);
}

function wellFormed(a: number, b: number, proof: readonly Uint8Array[]): boolean {
  return (
    Number.isSafeInteger(a) &&
    Number.isSafeInteger(b) &&
    a >= 0 &&
    b >= 0 &&
    proof.length <= LIMITS.proofHashes &&
    proof.every((hash) => hash.length === HASH_BYTES)
  );
}
