import { CounterfoilError, hex, MerkleRange } from '../foundation/index.js';
import { decodeEntry, NO_PREVIOUS } from './entry.js';
import type { HeadRow, LogRow, Tables } from './tables.js';
import { LogTree } from './tree.js';

/** One log in memory: its tree, its last entry, and what was signed of it. */
export class Chain {
  readonly row: LogRow;
  tree: LogTree;
  /** The root over what was read back from the disk; equal to the tree's, or nothing is signed. */
  readBack: MerkleRange;
  /** Leaf hash (hex) of the last entry. */
  prev = NO_PREVIOUS;
  /** Time of the last entry: entries of a log never go back in time. */
  ts = '';
  /** How many entries there were when this process opened the log. */
  readonly openSize: number;
  /** Size up to which a head was signed, as far as this process knows. */
  signedSize = 0;
  /** The signed head, when one was signed in this process. */
  signed: HeadRow | undefined;
  /** False until the peers that may hold later heads have said what they hold. Nothing is signed before that. */
  confirmed: boolean;
  /** Size of the peer's head that the last `peerHead` of an entry named. */
  claimed = 0;

  private constructor(row: LogRow, tree: LogTree, confirmed: boolean) {
    this.row = row;
    this.tree = tree;
    this.readBack = MerkleRange.from(tree.range());
    this.openSize = tree.size;
    this.confirmed = confirmed;
  }

  static create(row: LogRow, tables: Tables): Chain {
    return new Chain(row, new LogTree(tables.tiles(row.id)), true);
  }

  /** Error: `ledger.corrupt` when tiles or entries are missing. */
  static load(row: LogRow, tables: Tables): Chain {
    const chain = new Chain(row, loadTree(row, tables), false);
    chain.takeLast(tables);
    return chain;
  }

  get origin(): string {
    return this.row.origin;
  }

  get size(): number {
    return this.tree.size;
  }

  /** Reads the state again after entries were put in by other means than the group commit. */
  reload(tables: Tables): void {
    this.tree = loadTree(this.row, tables);
    this.readBack = MerkleRange.from(this.tree.range());
    this.takeLast(tables);
  }

  private takeLast(tables: Tables): void {
    const last = [...tables.entries(this.row.id, Math.max(0, this.size - 1))].at(-1);
    if (last === undefined) return;
    this.prev = hex(last.leaf);
    try {
      this.ts = decodeEntry(last.body, false).ts;
    } catch (error) {
      throw new CounterfoilError('ledger.corrupt', `The last entry of ${this.origin} cannot be read.`, {
        cause: error,
      });
    }
  }
}

function loadTree(row: LogRow, tables: Tables): LogTree {
  const tiles = tables.tiles(row.id);
  try {
    return LogTree.load(
      tiles,
      tables.size(row.id),
      (from) => tables.leaves(row.id, from),
      (level, from) => tables.tileRoots(row.id, level, from),
    );
  } catch (error) {
    if (error instanceof CounterfoilError) throw error;
    throw new CounterfoilError('ledger.corrupt', `The tree of ${row.origin} is incomplete.`, { cause: error });
  }
}
