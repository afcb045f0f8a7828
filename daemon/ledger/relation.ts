import { CounterfoilError, fromBase64, LIMITS, type OrgId } from '../foundation/index.js';
import type { Chain } from './chain.js';
import { type Core, channelOrigin, masterOrigin } from './core.js';
import { decodeEntry, type EntryObject } from './entry.js';
import { cosignerName, vkey } from './note.js';
import { peerKeys, rotationsIn } from './rotation.js';
import type { HeadRow } from './tables.js';

/** A signed head, as a note that may carry cosignatures, and the proof that the exported head extends it. */
export interface HeadEvidence {
  size: number;
  note: string;
  /** Consistency proof up to the exported size; empty where the sizes are the same or entries are there to compare. */
  proof: Uint8Array[];
  /** When it came, of a head that is held of the peer's master log. Milliseconds. */
  held?: number;
}

/** One log as an auditor gets it: up to the size of its checkpoint. */
export interface LogEvidence {
  origin: string;
  size: number;
  root: Uint8Array;
  checkpoint: string;
  heads: HeadEvidence[];
  bodies(from: number, to: number): Generator<Uint8Array>;
  /** The first `width` hashes of a tile. */
  tile(level: number, index: number, width: number): Uint8Array;
}

export interface StoredPayload {
  commit: string;
  /** Absent where it was erased. */
  stored: { salt: Uint8Array; body: Uint8Array } | undefined;
}

export interface RelationEvidence {
  org: OrgId;
  peer: OrgId;
  incarnation: string;
  channel: LogEvidence;
  /** The copy of the peer's channel; absent before its first head. */
  copy: LogEvidence | undefined;
  /** Heads held of the peer's master log. */
  peerMaster: HeadEvidence[];
  /** The master log: its head, and the entries that concern this relation or keys, each with its inclusion proof. */
  master: LogEvidence;
  disclosed(): Generator<{ seq: number; body: Uint8Array; proof: Uint8Array[] }>;
  /** C2SP verifier keys, with the size of the log from which each is in force. */
  keys: { log: string; from: number; vkey: string }[];
  payloads(): Generator<StoredPayload>;
  /** Time-stamps of heads of the master log, oldest first, each with a consistency proof to its head. */
  timestamps: (HeadEvidence & { token: Uint8Array })[];
}

const ALWAYS = ['genesis', 'key.added', 'key.rotated', 'key.revoked', 'ledger.restored', 'time.token', 'witness.head'];

/** Errors: `peer.not_found`, `ledger.unconfirmed` when no head was ever signed. */
export function evidenceFor(core: Core, peer: OrgId, witnesses: readonly OrgId[]): RelationEvidence {
  core.commit.flush();
  const channel = ownLog(core, core.channel(peer), [peer]);
  const master = ownLog(core, core.master, [peer, ...witnesses.filter((witness) => witness !== peer)]);
  const copied = core.copies.get(channelOrigin(peer, core.key.id));
  const peerMaster = core.copies.get(masterOrigin(peer));
  return {
    org: core.key.id as OrgId,
    peer,
    incarnation: core.incarnation,
    channel,
    copy: copied === undefined ? undefined : copyOf(core, copied),
    peerMaster: peerMaster === undefined ? [] : heldMasterHeads(core, peerMaster),
    master,
    *disclosed() {
      for (const { seq, body } of core.tables.entries(core.master.row.id, 0, master.size)) {
        const entry = readable(body);
        if (entry === undefined) continue;
        if (!ALWAYS.includes(entry.type) && entry.peer !== peer) continue;
        yield { seq, body, proof: core.master.tree.inclusion(seq, master.size) };
      }
    },
    keys: keysOf(core, peer),
    timestamps: core.tables
      .timestamps(core.master.row.id, LIMITS.bundleAnchors)
      .filter(({ size }) => size <= master.size)
      .map(({ size, note, token }) => ({ size, note, token, proof: core.master.tree.consistency(size, master.size) }))
      .reverse(),
    *payloads() {
      for (const { body } of core.tables.entries(core.channel(peer).row.id, 0, channel.size)) {
        const payload = readable(body)?.payload;
        const row = payload && core.tables.payload(payload.commit);
        if (payload === undefined) continue;
        const stored = row?.salt && row.body ? { salt: row.salt, body: row.body } : undefined;
        yield { commit: payload.commit, stored };
      }
    },
  };
}

/** An entry that is damaged goes into the bundle as it is; what it would say is left out. */
function readable(body: Uint8Array): EntryObject | undefined {
  try {
    return decodeEntry(body, false);
  } catch {
    return undefined;
  }
}

/** A log with the heads that the peer cosigned, and of others (the witnesses) those that entries name, and the last. */
function ownLog(core: Core, chain: Chain, [peer, ...witnesses]: readonly OrgId[]): LogEvidence {
  const head = exportHead(core, chain);
  const names = [peer!, ...witnesses].map(cosignerName);
  const lines = core.tables.cosignatures(chain.row.id).filter(({ cosigner }) => names.includes(cosigner));
  const withLines = (size: number, note: string): string =>
    note +
    lines
      .filter((row) => row.size === size)
      .map((row) => row.line)
      .join('');
  const cosigned = new Set(lines.filter((row) => row.cosigner === names[0]).map((row) => row.size));
  for (const witness of witnesses) {
    const last = core.tables.lastCosignature(chain.row.id, cosignerName(witness));
    if (last !== undefined) cosigned.add(last.size);
    for (const { size } of core.tables.witnessed(chain.row.id, witness, LIMITS.bundleAnchors)) cosigned.add(size);
  }
  const heads = core.tables
    .checkpoints(chain.row.id)
    .filter(({ size }) => size <= head.size && cosigned.has(size))
    .map(({ size, note }) => ({
      size,
      note: withLines(size, note),
      proof: chain === core.master ? chain.tree.consistency(size, head.size) : [],
    }));
  return logEvidence(core, chain, head, withLines(head.size, head.note), heads);
}

/** The present head, or the last that was signed where nothing may be signed now. */
function exportHead(core: Core, chain: Chain): HeadRow {
  if (chain.confirmed && core.lost.size === 0) return core.checkpoint(chain);
  const last = core.tables.checkpoints(chain.row.id).findLast(({ size }) => size <= chain.size);
  if (last !== undefined) return last;
  throw new CounterfoilError('ledger.unconfirmed', `No head of ${chain.origin} may be signed yet.`);
}

function copyOf(core: Core, chain: Chain): LogEvidence | undefined {
  const head = core.tables.held(chain.row.id);
  return head && logEvidence(core, chain, head, head.note, heldHeads(core, chain));
}

const heldHeads = (core: Core, chain: Chain): HeadEvidence[] =>
  core.tables.allHeld(chain.row.id).map(({ size, note }) => ({ size, note, proof: [] }));

/** Heads of the peer's master log, with the time at which each came: one that came after the peer's export cannot be in it. */
const heldMasterHeads = (core: Core, chain: Chain): HeadEvidence[] =>
  core.tables.allHeld(chain.row.id).map(({ size, note, time }) => ({ size, note, proof: [], held: time }));

function logEvidence(core: Core, chain: Chain, head: HeadRow, note: string, heads: HeadEvidence[]): LogEvidence {
  return {
    origin: chain.origin,
    size: head.size,
    root: head.root,
    checkpoint: note,
    heads,
    *bodies(from, to) {
      for (const { body } of core.tables.entries(chain.row.id, from, Math.min(to, head.size))) yield body;
    },
    tile: (level, index, width) => chain.tree.tile(level, index, width),
  };
}

/** C2SP verifier keys: of this gateway's logs, of the peer's logs, and of the peer as cosigner. */
function keysOf(core: Core, peer: OrgId): { log: string; from: number; vkey: string }[] {
  const channel = core.channel(peer);
  const own = core.keyHistory();
  const rotations = rotationsIn(core, channel, core.key.id); // those from before the channel was opened are not in it
  const first = own[own.length - rotations.length - 1]!;
  const list = (name: string, type: number, keys: { key: Uint8Array; from: number }[]) =>
    keys.map(({ key, from }) => ({ log: name, from, vkey: vkey(name, type, key) }));
  const theirs = peerKeys(core, peer);
  const copy = core.channelCopy(peer);
  const starts = copy === undefined ? [] : rotationsIn(core, copy, peer).map(({ seq }) => seq + 1);
  const inCopy = theirs.slice(0, starts.length + 1).map((key, i) => ({ key, from: i === 0 ? 0 : starts[i - 1]! }));
  const anywhere = theirs.map((key) => ({ key, from: 0 })); // where in its master log they begin is not known here
  return [
    ...list(core.master.origin, 1, own),
    ...list(channel.origin, 1, [
      { key: first.key, from: 0 },
      ...rotations.map(({ seq, handover }) => ({ key: fromBase64(handover.new), from: seq + 1 })),
    ]),
    ...list(channelOrigin(peer, core.key.id), 1, inCopy),
    ...list(masterOrigin(peer), 1, anywhere),
    ...list(cosignerName(peer), 4, anywhere),
  ];
}
