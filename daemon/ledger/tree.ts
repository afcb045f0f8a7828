import { hash } from 'node:crypto';
import { emptyRoot, nodeHash } from '../foundation/index.js';
import { consistencyProof, inclusionProof, rangeHash, rangeNodes } from './proof.js';

/** Hashes in a full tile (C2SP tlog-tiles). */
const TILE_WIDTH = 256;
const HASH_BYTES = 32;
const HEIGHT = 8;

/** A full tile: 256 hashes of its level, and the hash over them all, which is one hash of the level above. */
export interface Tile {
  level: number;
  index: number;
  hashes: Uint8Array;
  root: Uint8Array;
}

/** Where full tiles are kept. The tree asks for none that it did not give out before. */
export interface TileReader {
  hashes(level: number, index: number): Uint8Array;
}

/** The right-most, partial tile of a level. */
class Edge {
  readonly hashes = Buffer.alloc(TILE_WIDTH * HASH_BYTES);
  /** Roots of the complete subtrees inside it, left to right. */
  readonly peaks: Uint8Array[] = [];
  width = 0;
  /** How many full tiles the level has. */
  full = 0;

  push(value: Uint8Array): void {
    this.hashes.set(value, this.width * HASH_BYTES);
    let node = value;
    for (let rest = this.width; rest % 2 === 1; rest = (rest - 1) / 2) node = nodeHash(this.peaks.pop()!, node);
    this.peaks.push(node);
    this.width++;
  }

  close(level: number): Tile {
    const tile = { level, index: this.full++, hashes: new Uint8Array(this.hashes), root: this.peaks.pop()! };
    this.width = 0;
    return tile;
  }
}

/**
 * An RFC 6962 tree over stored tiles: appends in amortised two hashes a leaf, proofs from at most a few tiles, and only
 * the right edge of each level in memory.
 */
export class LogTree {
  #size = 0;
  readonly #edges: Edge[] = [];
  readonly #tiles: TileReader;
  readonly #expanded = new Map<string, Uint8Array>();
  #fresh: Tile[] = [];

  constructor(tiles: TileReader) {
    this.#tiles = tiles;
  }

  /**
   * The tree of `size` leaves as stored: `tileRoots(level, from)` gives the roots of the full tiles of a level from an
   * index on, `leaves(from)` the leaf hashes from a position on.
   */
  static load(
    tiles: TileReader,
    size: number,
    leaves: (from: number) => Iterable<Uint8Array>,
    tileRoots: (level: number, from: number) => Iterable<Uint8Array>,
  ): LogTree {
    const tree = new LogTree(tiles);
    tree.#size = size;
    let width = size;
    for (let level = 0; width > 0; level++) {
      const edge = new Edge();
      edge.full = Math.floor(width / TILE_WIDTH);
      const start = edge.full * TILE_WIDTH;
      for (const value of level === 0 ? leaves(start) : tileRoots(level - 1, start)) edge.push(value);
      if (edge.width !== width - start) throw new RangeError('the stored tree is incomplete');
      tree.#edges.push(edge);
      width = edge.full;
    }
    return tree;
  }

  get size(): number {
    return this.#size;
  }

  push(leaf: Uint8Array): void {
    this.#size++;
    let value = leaf;
    for (let level = 0; ; level++) {
      this.#edges[level] ??= new Edge();
      const edge = this.#edges[level]!;
      edge.push(value);
      if (edge.width < TILE_WIDTH) return;
      const tile = edge.close(level);
      this.#fresh.push(tile);
      value = tile.root;
    }
  }

  /** Tiles that became full since the last call; the caller stores them. */
  takeFresh(): Tile[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }

  root(): Uint8Array {
    let root: Uint8Array | undefined;
    for (const edge of this.#edges) {
      for (let i = edge.peaks.length - 1; i >= 0; i--) {
        root = root === undefined ? edge.peaks[i]! : nodeHash(edge.peaks[i]!, root);
      }
    }
    return root ?? emptyRoot();
  }

  /** State for a `MerkleRange` over the first `size` leaves. */
  range(size = this.#size): { size: number; peaks: Uint8Array[] } {
    return { size, peaks: [...rangeNodes(this.#node, 0, size)] };
  }

  /** Root of the first `size` leaves. */
  rootAt(size: number): Uint8Array {
    if (size === this.#size) return this.root();
    return size === 0 ? emptyRoot() : rangeHash(this.#node, 0, size);
  }

  inclusion(index: number, size = this.#size): Uint8Array[] {
    return inclusionProof(this.#node, index, size);
  }

  /** Proof from the tree of `old` leaves to that of `size`; empty when `old` is 0, since nothing is to be proven then. */
  consistency(old: number, size = this.#size): Uint8Array[] {
    return old === 0 ? [] : consistencyProof(this.#node, old, size);
  }

  leaf(index: number): Uint8Array {
    return this.#node(0, index);
  }

  /** The first `width` hashes of a tile (C2SP tlog-tiles), full or as it was when the tree was smaller. */
  tile(level: number, index: number, width: number): Uint8Array {
    return Buffer.concat(Array.from({ length: width }, (_, i) => this.#node(level * HEIGHT, index * TILE_WIDTH + i)));
  }

  readonly #node = (level: number, index: number): Uint8Array => {
    const tileLevel = Math.floor(level / HEIGHT);
    const inside = level % HEIGHT;
    const first = index * 2 ** inside;
    const tile = Math.floor(first / TILE_WIDTH);
    const place = (first % TILE_WIDTH) / 2 ** inside;
    const edge = this.#edges[tileLevel]!;
    if (tile >= edge.full) return subtree(edge.hashes, place * 2 ** inside, 2 ** inside);
    return nodeOf(this.#expand(tileLevel, tile), inside, place);
  };

  /** All nodes of a full tile; the last few tiles asked for are kept. */
  #expand(level: number, index: number): Uint8Array {
    const name = `${level}/${index}`;
    let nodes = this.#expanded.get(name);
    if (nodes === undefined) {
      const fresh = this.#fresh.find((tile) => tile.level === level && tile.index === index);
      nodes = expandTile(fresh?.hashes ?? this.#tiles.hashes(level, index));
      if (this.#expanded.size >= 128) this.#expanded.delete(this.#expanded.keys().next().value!);
      this.#expanded.set(name, nodes);
    }
    return nodes;
  }
}

/** 511 hashes: the 256 of the tile, the 128 above them, and so on to its root. */
function expandTile(hashes: Uint8Array): Uint8Array {
  const nodes = Buffer.alloc((2 * TILE_WIDTH - 1) * HASH_BYTES);
  nodes.set(hashes);
  const pair = Buffer.alloc(65, 1);
  let read = 0;
  for (let write = TILE_WIDTH; write < 2 * TILE_WIDTH - 1; write++, read += 2) {
    pair.set(nodes.subarray(read * HASH_BYTES, (read + 2) * HASH_BYTES), 1);
    nodes.write(hash('sha256', pair, 'binary'), write * HASH_BYTES, 'latin1');
  }
  return nodes;
}

function nodeOf(nodes: Uint8Array, level: number, place: number): Uint8Array {
  const row = 2 * TILE_WIDTH - 2 * (TILE_WIDTH >> level); // hashes before the row of this level
  return nodes.subarray((row + place) * HASH_BYTES, (row + place + 1) * HASH_BYTES);
}

function subtree(hashes: Uint8Array, from: number, width: number): Uint8Array {
  if (width === 1) return new Uint8Array(hashes.subarray(from * HASH_BYTES, (from + 1) * HASH_BYTES)); // the edge changes
  return nodeHash(subtree(hashes, from, width / 2), subtree(hashes, from + width / 2, width / 2));
}
