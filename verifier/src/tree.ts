import { sha256 } from '@noble/hashes/sha2.js';
import { equal } from './bytes.js';

const MOST_PROOF = 64;

/** RFC 6962 leaf hash: SHA-256 of 0x00 and the data. */
export function leafHash(data: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + data.length);
  input.set(data, 1);
  return sha256(input);
}

/** RFC 6962 node hash: SHA-256 of 0x01 and both children. */
function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const input = new Uint8Array(65);
  input[0] = 1;
  input.set(left, 1);
  input.set(right, 33);
  return sha256(input);
}

/** Hashes one after the other, without an object for each. */
class Hashes {
  #bytes = new Uint8Array(1024 * 32);
  count = 0;

  push(hash: Uint8Array): void {
    if ((this.count + 1) * 32 > this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(hash, this.count * 32);
    this.count++;
  }

  at(index: number): Uint8Array {
    return this.#bytes.subarray(index * 32, index * 32 + 32);
  }
}

/** The leaf hashes of a log, with the hashes of all complete subtrees above them. */
export class Tree {
  /** rows[l] holds hashes of complete subtrees of 2^l leaves. */
  readonly #rows: Hashes[] = [new Hashes()];

  get size(): number {
    return this.#rows[0]!.count;
  }

  push(leaf: Uint8Array): void {
    let hash = leaf;
    for (let level = 0; ; level++) {
      this.#rows[level] ??= new Hashes();
      const row = this.#rows[level]!;
      row.push(hash);
      if (row.count % 2 === 1) return;
      hash = nodeHash(row.at(row.count - 2), row.at(row.count - 1));
    }
  }

  leaf(index: number): Uint8Array {
    return this.#rows[0]!.at(index);
  }

  /** Root of the first `size` leaves. */
  root(size = this.size): Uint8Array {
    if (size > this.size) throw new RangeError('the tree is smaller');
    return size === 0 ? sha256(new Uint8Array()) : this.#range(0, size);
  }

  /** RFC 6962 section 2.1.2. */
  consistency(old: number, size: number): Uint8Array[] {
    return this.#proof(old, 0, size, true);
  }

  /** Hashes of a tile of C2SP tlog-tiles. */
  tile(level: number, index: number, width: number): Uint8Array {
    const out = new Uint8Array(width * 32);
    const step = 256 ** level;
    for (let i = 0; i < width; i++) {
      const from = (index * 256 + i) * step;
      out.set(this.#range(from, from + step), i * 32);
    }
    return out;
  }

  #proof(old: number, from: number, to: number, whole: boolean): Uint8Array[] {
    if (old === to - from) return whole ? [] : [this.#range(from, to)];
    const k = split(to - from);
    return old <= k
      ? [...this.#proof(old, from, from + k, whole), this.#range(from + k, to)]
      : [...this.#proof(old - k, from + k, to, false), this.#range(from, from + k)];
  }

  #range(from: number, to: number): Uint8Array {
    const count = to - from;
    if (count === 1) return this.leaf(from);
    const level = Math.log2(count);
    if (Number.isInteger(level) && from % count === 0) return this.#rows[level]!.at(from / count);
    const k = split(count);
    return nodeHash(this.#range(from, from + k), this.#range(from + k, to));
  }
}

/** Largest power of two below a count of two or more. */
function split(count: number): number {
  let k = 1;
  while (k * 2 < count) k *= 2;
  return k;
}

const sound = (proof: readonly Uint8Array[]): boolean =>
  proof.length <= MOST_PROOF && proof.every((hash) => hash.length === 32);

/** RFC 6962 inclusion, checked by rebuilding the path from the top down. */
export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!sound(proof) || !Number.isSafeInteger(size) || !Number.isSafeInteger(index)) return false;
  if (index < 0 || index >= size || leaf.length !== 32) return false;
  const rest = [...proof];
  const rebuilt = climb(leaf, index, size, rest);
  return rebuilt !== undefined && rest.length === 0 && equal(rebuilt, root);
}

/** Hash of the tree of `size` leaves, consuming the path from its end (the top). Undefined when the path is too short. */
function climb(leaf: Uint8Array, index: number, size: number, path: Uint8Array[]): Uint8Array | undefined {
  if (size === 1) return leaf;
  const sibling = path.pop();
  if (sibling === undefined) return undefined;
  const k = split(size);
  const inner = index < k ? climb(leaf, index, k, path) : climb(leaf, index - k, size - k, path);
  if (inner === undefined) return undefined;
  return index < k ? nodeHash(inner, sibling) : nodeHash(sibling, inner);
}

/** RFC 6962 consistency. A proof from the empty tree proves nothing and is refused. */
export function verifyConsistency(
  old: number,
  size: number,
  proof: readonly Uint8Array[],
  oldRoot: Uint8Array,
  root: Uint8Array,
): boolean {
  if (!sound(proof) || !Number.isSafeInteger(old) || !Number.isSafeInteger(size)) return false;
  if (old < 1 || old > size) return false;
  if (old === size) return proof.length === 0 && equal(oldRoot, root);
  const rest = [...proof];
  const both = extend(old, size, true, oldRoot, rest);
  return both !== undefined && rest.length === 0 && equal(both[0], oldRoot) && equal(both[1], root);
}

/** [root of the old part, root of the whole] of a subtree, consuming the proof from its end (the top). */
function extend(
  old: number,
  size: number,
  whole: boolean,
  oldRoot: Uint8Array,
  proof: Uint8Array[],
): [Uint8Array, Uint8Array] | undefined {
  if (old === size) {
    const hash = whole ? oldRoot : proof.pop();
    return hash && [hash, hash];
  }
  const sibling = proof.pop();
  if (sibling === undefined) return undefined;
  const k = split(size);
  if (old <= k) {
    const left = extend(old, k, whole, oldRoot, proof);
    return left && [left[0], nodeHash(left[1], sibling)];
  }
  const right = extend(old - k, size - k, false, oldRoot, proof);
  return right && [nodeHash(sibling, right[0]), nodeHash(sibling, right[1])];
}
