import type { BundleLog } from './bundle.js';
import { equal, hex } from './bytes.js';
import { differences } from './diff.js';
import type { FaultList } from './faults.js';
import { agrees, largest, type SignedHead } from './heads.js';
import { Tree } from './tree.js';

/** Compares the entries of a log with the heads over it and with its tiles, and names what was done to them. */
export function checkLog(
  log: BundleLog,
  checkpoint: SignedHead | undefined,
  heads: readonly SignedHead[],
  faults: FaultList,
): void {
  const { history } = log;
  const before = faults.list.length;
  if (checkpoint !== undefined && !(checkpoint.size === history.size && agrees(checkpoint, history)))
    nameDifference(log, checkpoint, faults);
  else checkTiles(log, faults);
  checkOrder(log, faults, faults.list.length > before);
  for (const head of heads) {
    if (head === checkpoint || agrees(head, history)) continue;
    if (head.size > history.size) {
      faults.add(
        'truncated',
        history.origin,
        history.size,
        `There are ${history.size} entries, but ${history.owner} signed a head over ${head.size}.`,
        history.owner,
      );
    } else if (checkpoint !== undefined && agrees(checkpoint, history)) {
      const sound = largest(heads.filter((other) => other.size < head.size && agrees(other, history)));
      faults.add(
        'rewritten',
        history.origin,
        sound,
        `The entries from ${sound} to ${head.size - 1} are not those of the head that ${history.owner} signed before${head.cosigned === undefined ? '' : ' and the other side cosigned'}.`,
        history.owner,
      );
    }
  }
}

const WORDS: Readonly<Record<string, string>> = {
  edited: 'was edited',
  deleted: 'was deleted',
  inserted: 'was inserted',
  reordered: 'stands in another place than it was written in',
};

/** Entries that do not match their signed head: the tiles of leaf hashes tell which, if they match it. */
function nameDifference(log: BundleLog, head: SignedHead, faults: FaultList): void {
  const { history } = log;
  const reference = leafTiles(log, head);
  if (reference !== undefined) {
    const actual = Array.from({ length: history.size }, (_, i) => history.leafName(i));
    for (const { kind, place } of differences(reference, actual)) {
      if (kind === 'truncated')
        faults.add('truncated', history.origin, place, `The entries from ${place} on are missing.`);
      else if (!faults.at(history.origin, place))
        faults.add(kind, history.origin, place, `Entry ${place} ${WORDS[kind]}.`);
    }
    return;
  }
  const places = history.seqs.map((seq, place) => String(Number.isNaN(seq) ? place : seq));
  const wanted = Array.from({ length: Math.min(head.size, history.size + 1000) }, (_, i) => String(i));
  const found = differences(wanted, places).filter(({ kind }) => kind !== 'edited');
  for (const { kind, place } of found) {
    if (kind === 'truncated')
      faults.add('truncated', history.origin, place, `The entries from ${place} on are missing.`);
    else faults.add(kind, history.origin, place, `Entry ${place} ${WORDS[kind]}.`);
  }
  for (const place of history.broken)
    faults.add(
      'edited',
      history.origin,
      Math.max(0, place - 1),
      `Entry ${Math.max(0, place - 1)} is not the one that the next was written after.`,
    );
  if (found.length === 0 && history.broken.length === 0)
    faults.add('edited', history.origin, null, `The entries are not those under the signed head of size ${head.size}.`);
}

/** The leaf hashes that the tiles state, where they are the ones under the head. */
function leafTiles(log: BundleLog, head: SignedHead): string[] | undefined {
  const names: string[] = [];
  const tree = new Tree();
  for (const [path, bytes] of log.tiles) {
    if (!path.startsWith('0/')) continue;
    for (let at = 0; at + 32 <= bytes.length; at += 32) {
      tree.push(bytes.subarray(at, at + 32));
      names.push(hex(bytes.subarray(at, at + 32)));
    }
  }
  return tree.size === head.size && equal(tree.root(), head.root) ? names : undefined;
}

function checkTiles({ history, tiles }: BundleLog, faults: FaultList): void {
  const expected = new Set<string>();
  for (let level = 0, width = history.size; width > 0; level++, width = Math.floor(width / 256)) {
    for (let index = 0; index * 256 < width; index++) {
      const count = Math.min(256, width - index * 256);
      const path = `${level}/${tilePath(index, count)}`;
      expected.add(path);
      const bytes = tiles.get(path);
      if (bytes === undefined || !equal(bytes, history.tree.tile(level, index, count)))
        faults.add('proof', history.origin, null, `The tile ${path} is not made of the hashes of the entries.`);
    }
  }
  for (const path of tiles.keys()) {
    if (!expected.has(path))
      faults.add('proof', history.origin, null, `There is a tile ${path} that no entry belongs to.`);
  }
}

function tilePath(index: number, width: number): string {
  const digits = String(index).padStart(Math.ceil(String(index).length / 3) * 3, '0');
  const groups = digits.match(/\d{3}/g)!;
  const path = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
  return width === 256 ? path : `${path}.p/${width}`;
}

/** Sequence numbers, links and times of a log whose entries are under their head. */
function checkOrder({ history }: BundleLog, faults: FaultList, explained: boolean): void {
  const { origin, owner } = history;
  let last = Number.NEGATIVE_INFINITY;
  const broken = new Set(history.broken);
  history.seqs.forEach((seq, place) => {
    const time = history.times[place]!;
    if (Number.isNaN(seq)) return;
    if (!explained && seq !== place)
      faults.add(seq > place ? 'deleted' : 'reordered', origin, place, `Entry ${seq} stands in place ${place}.`, owner);
    if (!explained && broken.has(place))
      faults.add('rewritten', origin, place, `Entry ${place} was not written after the entry before it.`, owner);
    if (time < last && !faults.at(origin, place))
      faults.add(
        'inserted',
        origin,
        place,
        `Entry ${place} is dated before the entry that it follows.`,
        explained ? null : owner,
      );
    if (time > last) last = time;
  });
}
