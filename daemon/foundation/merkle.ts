import { createHash, hash } from 'node:crypto';

const LEAF = Uint8Array.of(0);
const SMALL = 4096;
const small = Buffer.alloc(1 + SMALL);

/** The bytes behind a zero byte, in a buffer that the next call uses again. */
function prefixed(data: Uint8Array): Uint8Array {
  small.set(data, 1);
  return small.subarray(0, 1 + data.length);
}

/** RFC 6962 leaf hash: SHA-256(0x00 ‖ data). */
export function leafHash(...data: Uint8Array[]): Uint8Array {
  const bytes = data.length === 1 && data[0]!.length < SMALL ? prefixed(data[0]!) : Buffer.concat([LEAF, ...data]);
  return Buffer.from(hash('sha256', bytes, 'binary'), 'latin1');
}

/** The leaf hash of the UTF-8 bytes of a text: no copy of them is made. */
export const leafHashOfText = (text: string): Uint8Array =>
  Buffer.from(hash('sha256', `\0${text}`, 'binary'), 'latin1');

const pair = Buffer.alloc(65, 1);

/** RFC 6962 node hash: SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  pair.set(left, 1);
  pair.set(right, 33);
  // One-shot hashing with a string result is several times as fast as a hash object for so few bytes.
  return Buffer.from(hash('sha256', pair, 'binary'), 'latin1');
}

/** Root of the empty tree: SHA-256(""). */
export function emptyRoot(): Uint8Array {
  return createHash('sha256').digest();
}

/**
 * The right edge of an RFC 6962 tree: takes leaf hashes one by one and gives the root at any time, in O(log n) memory.
 * `state` round-trips through `MerkleRange.from`.
 */
export class MerkleRange {
  #size = 0;
  /** Roots of the complete subtrees from left to right, one for each set bit of the size, high bit first. */
  #peaks: Uint8Array[] = [];

  static from(state: { size: number; peaks: readonly Uint8Array[] }): MerkleRange {
    const range = new MerkleRange();
    range.#size = state.size;
    range.#peaks = [...state.peaks];
    return range;
  }

  get size(): number {
    return this.#size;
  }

  get peaks(): readonly Uint8Array[] {
    return this.#peaks;
  }

  push(leaf: Uint8Array): void {
    let node = leaf;
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) node = nodeHash(this.#peaks.pop()!, node);
    this.#peaks.push(node);
    this.#size++;
  }

  root(): Uint8Array {
    if (this.#peaks.length === 0) return emptyRoot();
    let root = this.#peaks[this.#peaks.length - 1]!;
    for (let i = this.#peaks.length - 2; i >= 0; i--) root = nodeHash(this.#peaks[i]!, root);
    return root;
  }
}

/** RFC 6962 root over leaf hashes. */
export function merkleRoot(leaves: Iterable<Uint8Array>): Uint8Array {
  const range = new MerkleRange();
  for (const leaf of leaves) range.push(leaf);
  return range.root();
}
