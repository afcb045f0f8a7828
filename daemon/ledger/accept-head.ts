import {
  CounterfoilError,
  equalBytes,
  hex,
  leafHash,
  MerkleRange,
  type OrgId,
  printable,
  utf8,
} from '../foundation/index.js';
import { transaction } from '../store/index.js';
import type { Chain } from './chain.js';
import { type Core, channelOrigin, masterOrigin } from './core.js';
import { decodeEntry, type EntryObject } from './entry.js';
import { forkDocument, keepEvidence, unprovenDocument } from './evidence.js';
import { stepHead } from './head-rule.js';
import type { HeadReply, HeadUpdate } from './messages.js';
import { type Checkpoint, checkpointText, cosign, cosignerName, openCheckpoint } from './note.js';
import { verifyConsistency } from './proof.js';
import { followRotations } from './rotation.js';
import type { HeadRow } from './tables.js';

export interface Accepted {
  reply: HeadReply;
  /** The key that signed, where the update itself shows that it follows the one that was known. */
  rotated?: Uint8Array;
}

interface Incoming {
  peer: OrgId;
  key: Uint8Array;
  head: Checkpoint;
  note: string;
  update: HeadUpdate;
  copy: Chain;
}

/**
 * Takes a head of a peer's log: verifies the note, the consistency with the head that is held and, for a channel, every
 * entry in between; stores head and entries in one transaction; only then cosigns. An update that starts before the held
 * head is fine, one that starts after it is answered without a cosignature. Errors: `evidence.invalid` when something
 * does not verify, `peer.evidence` when the peer signed two heads that cannot both be true, or one that it does not
 * prove to extend the one before (kept as evidence), `peer.restored` when it says why.
 */
export async function acceptHead(core: Core, peer: OrgId, peerKey: Uint8Array, update: HeadUpdate): Promise<Accepted> {
  const incoming = openUpdate(core, peer, peerKey, update);
  const held = core.tables.held(incoming.copy.row.id);
  const { head, copy, key } = incoming;
  const rotated = equalBytes(key, peerKey) ? {} : { rotated: key };
  const ours = held === undefined || head.size > held.size ? undefined : knownRoot(core, copy, held, head.size);
  const step = stepHead(held?.size, head.size, update.oldSize, ours && equalBytes(ours, head.root));
  if (step === 'fork') await refuseFork(core, incoming, held!, ours!);
  if (step === 'older' || step === 'gap') return { reply: stale(head.origin, held?.size ?? 0) };
  if (step === 'longer') {
    const from = held?.size ?? 0;
    let entries: Uint8Array[] | undefined;
    try {
      entries = extension(core, incoming, held);
    } catch (error) {
      return refuseUnproven(core, incoming, held, error);
    }
    if (entries === undefined) return { reply: stale(head.origin, from) };
    store(core, incoming, from, entries); // without a pause since the held head was read
  }
  const seconds = Math.floor(core.clock.now() / 1000);
  const line = cosign(checkpointText(head), cosignerName(core.key.id), core.key, seconds);
  return { reply: { origin: head.origin, size: head.size, cosignature: utf8(line) }, ...rotated };
}

const stale = (origin: string, size: number): HeadReply => ({ origin, size, cosignature: new Uint8Array() });

const invalid = (peer: string, what: string): CounterfoilError =>
  new CounterfoilError('evidence.invalid', `The ledger head that ${peer} sent ${what}.`);

function openUpdate(core: Core, peer: OrgId, peerKey: Uint8Array, update: HeadUpdate): Incoming {
  const { origin } = update;
  const channel = origin === channelOrigin(peer, core.key.id);
  if (!channel && origin !== masterOrigin(peer))
    throw invalid(peer, `is of a log that is not its own: ${printable(origin)}`);
  if (!channel && update.entries.length > 0) throw invalid(peer, 'carries entries of its master log');
  try {
    const key = signer(peer, peerKey, update);
    const head = openCheckpoint(update.checkpoint, key);
    if (head.origin !== origin) throw new RangeError('is of another log than it says');
    const note = Buffer.from(update.checkpoint).toString('utf8');
    return { peer, key, head, note, update, copy: core.copy(origin, peer) };
  } catch (error) {
    if (error instanceof RangeError) throw invalid(peer, error.message);
    throw error;
  }
}

/** The key known, or the one that rotations in the update lead to. */
function signer(peer: string, peerKey: Uint8Array, update: HeadUpdate): Uint8Array {
  try {
    openCheckpoint(update.checkpoint, peerKey);
    return peerKey;
  } catch {
    return followRotations(update.entries, peer, peerKey);
  }
}

/** Root at a size not beyond the held head: of a channel always known, of a master log only where a head was held. */
function knownRoot(core: Core, copy: Chain, held: HeadRow, size: number): Uint8Array | undefined {
  if (size === held.size) return held.root;
  return copy.size === held.size ? copy.tree.rootAt(size) : core.tables.heldAt(copy.row.id, size)?.root;
}

/** A head that is signed and does not verify is kept, where there is one that it has to extend. */
async function refuseUnproven(
  core: Core,
  incoming: Incoming,
  held: HeadRow | undefined,
  thrown: unknown,
): Promise<never> {
  if (held === undefined || !(thrown instanceof CounterfoilError) || thrown.code !== 'evidence.invalid') throw thrown;
  const { peer, head, key, note, update } = incoming;
  const { origin } = head;
  const document = unprovenDocument({ ...update, origin, key, held: held.note, shown: note });
  throw await keepEvidence(core, peer, { kind: 'unproven-head', origin, document, message: thrown.message });
}

/** The new entries of an update that extends the held head; undefined when it starts where nothing was held. */
function extension(core: Core, incoming: Incoming, held: HeadRow | undefined): Uint8Array[] | undefined {
  const { update, head, copy, peer } = incoming;
  const isChannel = head.origin === channelOrigin(peer, core.key.id);
  if (isChannel && update.entries.length !== head.size - update.oldSize)
    throw invalid(peer, 'comes without all its entries');
  // Only the entries of a channel show what lies between an older start and the held head.
  if (!isChannel && held !== undefined && update.oldSize !== held.size) return undefined;
  if (held !== undefined && update.oldSize > 0) {
    const oldRoot = knownRoot(core, copy, held, update.oldSize);
    if (oldRoot === undefined) return undefined;
    if (!verifyConsistency(update.oldSize, head.size, update.proof, oldRoot, head.root)) {
      refuseRestored(core, incoming);
      throw invalid(peer, 'is not proven to extend the one held');
    }
  }
  return isChannel ? checkEntries(incoming) : [];
}

function checkEntries({ update, head, copy, peer }: Incoming): Uint8Array[] {
  const overlap = copy.size - update.oldSize;
  update.entries.slice(0, overlap).forEach((body, i) => {
    if (!equalBytes(leafHash(body), copy.tree.leaf(update.oldSize + i)))
      throw invalid(peer, 'repeats an entry that differs');
  });
  const fresh = update.entries.slice(overlap);
  const range = MerkleRange.from(copy.tree.range());
  let { prev, ts } = copy;
  for (const body of fresh) {
    const entry = readEntry(peer, body);
    if (entry.log !== head.origin || entry.seq !== range.size || entry.prev !== prev || entry.ts < ts)
      throw invalid(peer, `has an entry ${entry.seq} that does not follow the one before`);
    const leaf = leafHash(body);
    range.push(leaf);
    prev = hex(leaf);
    ts = entry.ts;
  }
  if (!equalBytes(range.root(), head.root)) throw invalid(peer, 'does not match its entries');
  return fresh;
}

function readEntry(peer: string, body: Uint8Array): EntryObject {
  try {
    return decodeEntry(body, false);
  } catch (error) {
    throw invalid(peer, `has an entry that ${error instanceof Error ? error.message : 'cannot be read'}`);
  }
}

/** Compare-and-swap of the held head, with the entries, in one transaction. */
function store(core: Core, incoming: Incoming, from: number, entries: readonly Uint8Array[]): void {
  const { copy, head, note } = incoming;
  core.guard(() => {
    transaction(core.tables.db, () => {
      if ((core.tables.held(copy.row.id)?.size ?? 0) !== from) throw new Error('the held head changed meanwhile');
      for (const body of entries) {
        const leaf = leafHash(body);
        const entry = decodeEntry(body, false);
        core.tables.addEntry(copy.row.id, copy.size, entry.type, entry, leaf, body);
        copy.tree.push(leaf);
        copy.prev = hex(leaf);
        copy.ts = entry.ts;
      }
      for (const tile of copy.tree.takeFresh()) core.tables.addTile(copy.row.id, tile);
      core.tables.addHeld(copy.row.id, { size: head.size, root: head.root, note }, core.clock.now());
    });
  });
}

async function refuseFork(core: Core, incoming: Incoming, held: HeadRow, ours: Uint8Array): Promise<never> {
  const { peer, head, copy, key, note } = incoming;
  refuseRestored(core, incoming);
  const document = forkDocument({
    origin: head.origin,
    key,
    smaller: note,
    larger: held.note,
    rootAtSmaller: ours,
    proof: head.size < held.size && copy.size === held.size ? copy.tree.consistency(head.size, held.size) : [],
  });
  const message = `${peer} signed two heads of ${head.origin} that cannot both be true.`;
  throw await keepEvidence(core, peer, { kind: 'fork', origin: head.origin, document, message });
}

/** A contradiction is no evidence where the peer's own entries say that it restored that log, and nobody answered yet. */
function refuseRestored(core: Core, { peer, head }: Incoming): void {
  if (head.origin !== masterOrigin(peer) || !core.restoreWaits(peer)) return;
  throw new CounterfoilError(
    'peer.restored',
    `${peer} restored an older copy of its ledger and says so in its entries.`,
    { hint: `Ask its operator what happened; if the restore was meant, run "peer acknowledge-restore ${peer}".` },
  );
}
