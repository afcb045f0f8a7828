import {
  CounterfoilError,
  type EntryDraft,
  equalBytes,
  hex,
  LIMITS,
  leafHash,
  MerkleRange,
  newId,
  type OrgId,
  type RecordedEntry,
} from '../foundation/index.js';
import { transaction } from '../store/index.js';
import type { Chain } from './chain.js';
import { type Core, type LostHead, masterOrigin } from './core.js';
import { decodeEntry, encodeEntry, later } from './entry.js';
import type { HeadHeld } from './messages.js';
import { type Checkpoint, cosignerName, openCheckpoint } from './note.js';

/**
 * `confirmed`: the peer holds nothing later, signing may go on. `refill`: it holds entries [from, to) that are missing
 * here; fetch and hand them to `refill`. `restored`: heads that were signed are lost for good; an operator declares it.
 */
export type Handshake =
  | { state: 'confirmed' }
  | { state: 'refill'; from: number; to: number }
  | { state: 'restored'; origins: string[] };

interface Refill {
  head: Checkpoint;
  from: number;
  bodies: Uint8Array[];
}

/** The handshake of one process with its peers after the ledger was opened. */
export class RestoreHandshakes {
  readonly #core: Core;
  readonly #refills = new Map<string, Refill>();

  constructor(core: Core) {
    this.#core = core;
  }

  needs(peer: string): boolean {
    return this.#core.channels.get(peer)?.confirmed === false;
  }

  /**
   * Compares what a peer holds of this gateway's logs with what is here. Errors: `evidence.invalid` when the peer shows
   * a head that this gateway did not sign; `ledger.corrupt` when this ledger signed something else than the peer holds.
   */
  complete(peer: OrgId, held: HeadHeld): Handshake {
    const core = this.#core;
    const channel = core.channel(peer);
    core.commit.flush();
    const head = this.#ownHead(peer, channel, held.checkpoint, held.size);
    const master = this.#ownHead(peer, core.master, held.masterCheckpoint, held.masterSize);
    if (master !== undefined && !reached(core.master, master) && !this.#declared(channel, master))
      core.lost.set(lostName(peer, master.origin), master);
    if (head === undefined || reached(channel, head)) return this.#settle(peer, channel, head?.size ?? 0);
    const from = Math.min(channel.size, core.tables.cosignedSize(channel.row.id, cosignerName(peer)));
    if (held.mirrored < head.size || head.size - from > LIMITS.refillEntries) {
      core.lost.set(lostName(peer, head.origin), head);
      return this.#settle(peer, channel, 0);
    }
    this.#refills.set(peer, { head, from, bodies: [] });
    return { state: 'refill', from, to: head.size };
  }

  /** Takes entries that a peer gives back, in order from where the last call ended. Says when all are there. */
  async refill(peer: OrgId, from: number, bodies: readonly Uint8Array[]): Promise<Handshake> {
    const core = this.#core;
    const channel = core.channel(peer);
    const refill = this.#refills.get(peer);
    if (refill === undefined || from !== refill.from + refill.bodies.length || bodies.length === 0) {
      throw new CounterfoilError('evidence.invalid', `${peer} gave back ledger entries that were not asked for.`);
    }
    refill.bodies.push(...bodies);
    const next = refill.from + refill.bodies.length;
    if (next < refill.head.size) return { state: 'refill', from: next, to: refill.head.size };
    this.#refills.delete(peer);
    const before = { size: channel.size, root: hex(channel.tree.root()) };
    applyRefill(core, peer, channel, refill);
    const state = this.#settle(peer, channel, refill.head.size);
    const fields = { origin: channel.origin, ...before, previous: core.incarnation, by: 'gateway' };
    const refilled = refill.head.size - before.size;
    await core.commit.submit(core.master, {
      type: 'ledger.restored',
      actor: 'gateway',
      fields: { ...fields, refilled: Math.max(0, refilled) },
    });
    return state;
  }

  /** Declares, by an operator's decision, that signed heads are lost: a new incarnation begins, and every peer is told. */
  async declare(by: string, actor: string): Promise<RecordedEntry> {
    const core = this.#core;
    if (core.lost.size === 0) {
      throw new CounterfoilError('input.invalid', 'There is no restore to declare: no signed head is missing.');
    }
    const { origin, size, tree } = core.master;
    const furthest = [...core.lost.values()]
      .filter((head) => head.origin === origin)
      .sort((a, b) => b.size - a.size)[0];
    const about = { origin, size, root: hex(tree.root()), previous: core.incarnation, by };
    const draft = (head: LostHead | undefined): EntryDraft => ({
      type: 'ledger.restored',
      actor,
      fields: { ...about, ...(head === undefined ? {} : { lostSize: head.size, lostRoot: hex(head.root) }) },
    });
    // To each peer the very head that it holds, so that it is not asked about again.
    const drafts = [...core.channels].map(
      ([peer, chain]) => [chain, draft(core.lost.get(lostName(peer, origin)) ?? furthest)] as const,
    );
    core.lost.clear();
    core.told.clear();
    core.incarnation = newId('inc', core.clock.now());
    core.master.confirmed = true;
    const recorded = core.commit.submit(core.master, draft(furthest));
    await Promise.all(drafts.map(([chain, entry]) => core.commit.submit(chain, entry)));
    return recorded;
  }

  /** Whether the loss of a head that a peer holds was declared to it. It keeps that head until it acknowledges. */
  #declared(channel: Chain, head: Checkpoint): boolean {
    return this.#core.tables.rare(channel.row.id, 'ledger.restored').some(({ body }) => {
      const { lostSize, lostRoot } = decodeEntry(body, false);
      return lostSize === head.size && lostRoot === hex(head.root);
    });
  }

  /** Accepts, by an operator's decision, that a peer restored an older ledger and goes on in a new history. */
  async acknowledge(peer: OrgId, by: string, actor: string): Promise<RecordedEntry> {
    const core = this.#core;
    const origin = masterOrigin(peer);
    if (!core.restoreWaits(peer)) {
      throw new CounterfoilError('input.invalid', `${peer} has not said that it restored its ledger.`, {
        hint: `Its gateway says so once it was reached. Run "peer show ${peer}" to see whether it has.`,
      });
    }
    const copy = core.copies.get(origin);
    const restored = core.restoresOf(peer);
    const lost = copy && core.tables.held(copy.row.id);
    core.guard(() => core.newCopy(origin, peer));
    return core.commit.submit(core.channel(peer), {
      type: 'restore.acknowledged',
      actor,
      fields: { peer, origin, restored: hex(restored.at(-1)!.leaf), keptSize: 0, lostSize: lost?.size, by },
    });
  }

  #settle(peer: OrgId, channel: Chain, held: number): Handshake {
    const core = this.#core;
    core.told.set(`${channel.origin} ${peer}`, held);
    channel.confirmed = true;
    for (const [name, head] of core.lost) {
      const chain = core.own(head.origin);
      if (chain !== undefined && reached(chain, head)) core.lost.delete(name);
    }
    if (core.lost.size > 0) return { state: 'restored', origins: [...core.lost.values()].map((head) => head.origin) };
    core.master.confirmed = true;
    return { state: 'confirmed' };
  }

  /** A head of ours that the peer shows; undefined when it holds none. */
  #ownHead(peer: string, chain: Chain, note: Uint8Array, size: number): Checkpoint | undefined {
    if (note.length === 0 && size === 0) return undefined;
    for (const { key } of this.#core.keyHistory().toReversed()) {
      try {
        const head = openCheckpoint(note, key);
        if (head.origin === chain.origin && head.size === size) return head;
      } catch {
        // another key of ours may have signed it
      }
    }
    throw new CounterfoilError('evidence.invalid', `${peer} shows a head of ${chain.origin} that was not signed here.`);
  }
}

/** Names a lost head by who holds it. */
const lostName = (peer: string, origin: string): string => `${peer} ${origin}`;

const reached = (chain: Chain, head: Checkpoint): boolean =>
  head.size <= chain.size && equalBytes(chain.tree.rootAt(head.size), head.root);

/** Puts entries back where they were. Unsigned entries written since then move behind them. */
function applyRefill(core: Core, peer: string, channel: Chain, { head, from, bodies }: Refill): void {
  const leaves = bodies.map((body) => leafHash(body));
  const range = MerkleRange.from(channel.tree.range(from));
  for (const leaf of leaves) range.push(leaf);
  if (!equalBytes(range.root(), head.root)) {
    throw new CounterfoilError(
      'evidence.invalid',
      `The entries that ${peer} gave back do not match the head it holds.`,
    );
  }
  let same = from;
  while (same < channel.size && same < head.size && equalBytes(channel.tree.leaf(same), leaves[same - from]!)) same++;
  if (channel.signedSize > same) {
    throw new CounterfoilError(
      'ledger.corrupt',
      `This ledger signed another history of ${channel.origin} than ${peer} holds, from entry ${same} on.`,
    );
  }
  core.guard(() => {
    transaction(core.tables.db, () => {
      const moved = [...core.tables.entries(channel.row.id, same)].map((row) => row.body);
      core.tables.rewind(channel.row.id, same);
      channel.reload(core.tables);
      for (const body of bodies.slice(same - from)) put(core, channel, body);
      for (const body of moved) put(core, channel, movedEntry(channel, body));
      for (const tile of channel.tree.takeFresh()) core.tables.addTile(channel.row.id, tile);
    });
    channel.reload(core.tables);
  });
}

function put(core: Core, channel: Chain, body: Uint8Array): void {
  const entry = decodeEntry(body, false);
  const leaf = leafHash(body);
  core.tables.addEntry(channel.row.id, channel.size, entry.type, entry, leaf, body);
  channel.tree.push(leaf);
  channel.prev = hex(leaf);
  channel.ts = entry.ts;
}

function movedEntry(channel: Chain, body: Uint8Array): Uint8Array {
  const entry = decodeEntry(body, false);
  return encodeEntry({ ...entry, seq: channel.size, prev: channel.prev, ts: later(entry.ts, channel.ts) });
}
