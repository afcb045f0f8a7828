import {
  base64,
  type Clock,
  CounterfoilError,
  fromBase64,
  hex,
  newId,
  type OrgId,
  sha256,
} from '../foundation/index.js';
import type { Signer } from '../identity/index.js';
import { Chain } from './chain.js';
import { GroupCommit } from './commit.js';
import { decodeEntry, type EntryObject, type HeadClaim } from './entry.js';
import { type Checkpoint, signCheckpoint } from './note.js';
import { rotatedKey, rotationsIn } from './rotation.js';
import type { SideFile } from './side-file.js';
import type { CosignatureRow, HeadRow, LogRow, Tables } from './tables.js';

/** Origins of logs. */
export const masterOrigin = (org: string): string => `${org}/counterfoil/master`;
export const channelOrigin = (org: string, peer: string): string => `${org}/counterfoil/peer/${peer}`;

/** A head of this gateway's own that a peer holds and this ledger does not reach. */
export interface LostHead {
  origin: string;
  size: number;
  root: Uint8Array;
}

/** What the parts of the ledger share: its logs, its key, its group commit. Not part of the door. */
export class Core {
  readonly master: Chain;
  /** Channel logs of this gateway, by peer. */
  readonly channels = new Map<string, Chain>();
  /** Copies of the peers' logs, by origin; only the present epoch of each. Heads of peers' master logs have no entries. */
  readonly copies = new Map<string, Chain>();
  readonly commit: GroupCommit;
  /** Heads that were signed before a restore and cannot be reached again. Nothing is signed until it is declared. */
  readonly lost = new Map<string, LostHead>();
  /** Sizes that peers said they hold, by origin and peer; newer than what their cosignatures say. */
  readonly told = new Map<string, number>();
  /** The newest cosignature of each log of this gateway, also by cosigner; one of the same head later is newer. */
  readonly cosigned = new Map<string, CosignatureRow>();
  incarnation: string;

  constructor(
    readonly tables: Tables,
    readonly side: SideFile,
    public key: Signer,
    readonly clock: Clock,
    readonly evidenceFolder: string,
    /** Told of each document that shows a peer's misbehaviour. */
    readonly onEvidence: (peer: OrgId, message: string) => void,
  ) {
    this.commit = new GroupCommit(tables, {
      clock,
      key: () => this.key,
      incarnation: () => this.incarnation,
      peerHead: (chain) => this.#peerHead(chain),
      sign: (chain) => this.sign(chain),
    });
    const rows = tables.logs();
    for (const row of rows) this.#load(row);
    const origin = masterOrigin(key.id);
    const row = rows.find((candidate) => candidate.origin === origin);
    this.master = row === undefined ? Chain.create(tables.addLog(origin, '', '', 0), tables) : Chain.load(row, tables);
    this.master.confirmed = this.master.confirmed || this.channels.size === 0;
    this.incarnation = this.#lastIncarnation() ?? newId('inc', clock.now());
  }

  #load(row: LogRow): void {
    if (row.owner === '' && row.peer !== '') this.channels.set(row.peer, Chain.load(row, this.tables));
    if (row.owner !== '') this.copies.set(row.origin, Chain.load(row, this.tables)); // rows come by id: the last epoch stays
  }

  #lastIncarnation(): string | undefined {
    const last = [...this.tables.entries(this.master.row.id, Math.max(0, this.master.size - 1))].at(-1);
    return last === undefined ? undefined : decodeEntry(last.body, false).incarnation;
  }

  /** The channel with a peer. Error: `peer.not_found` before it was opened. */
  channel(peer: string): Chain {
    const chain = this.channels.get(peer);
    if (chain === undefined) throw new CounterfoilError('peer.not_found', `There is no ledger channel with ${peer}.`);
    return chain;
  }

  /** One of this gateway's own logs by its origin. */
  own(origin: string): Chain | undefined {
    if (origin === this.master.origin) return this.master;
    return [...this.channels.values()].find((chain) => chain.origin === origin);
  }

  ownChains(): Chain[] {
    return [this.master, ...this.channels.values()];
  }

  /** The copy of a peer's log; made when there is none. */
  copy(origin: string, peer: string): Chain {
    return this.copies.get(origin) ?? this.newCopy(origin, peer);
  }

  /** Begins another history of a peer's log, the one held so far being kept as it is. */
  newCopy(origin: string, peer: string): Chain {
    const epoch = (this.copies.get(origin)?.row.epoch ?? -1) + 1;
    const chain = Chain.create(this.tables.addLog(origin, peer, '', epoch), this.tables);
    this.copies.set(origin, chain);
    return chain;
  }

  /** Signs the head of a chain and remembers it beside the database. */
  sign(chain: Chain): void {
    if (this.lost.size > 0) return;
    const head = { origin: chain.origin, size: chain.size, root: chain.readBack.root() };
    chain.signed = { size: head.size, root: head.root, note: signCheckpoint(head, this.key) };
    chain.signedSize = head.size;
    this.side.write(head);
  }

  /** A signed head of `size` entries. The same size always gives the same note: Ed25519 signs without chance. */
  checkpoint(chain: Chain, size = chain.size): HeadRow {
    if (chain.signed?.size === size) return chain.signed;
    const head: Checkpoint = { origin: chain.origin, size, root: chain.tree.rootAt(size) };
    if (size > chain.signedSize) {
      chain.signedSize = size;
      this.side.write(head);
    }
    return { size, root: head.root, note: signCheckpoint(head, this.key) };
  }

  /** Runs a write; a failure of the disk ends the ledger. */
  guard<T>(write: () => T): T {
    if (this.commit.failure !== undefined) throw this.commit.failure;
    try {
      return write();
    } catch (error) {
      throw this.commit.fail(error);
    }
  }

  /** Public keys of this gateway's ledger from the first to the present one, each with the master size it begins at. */
  keyHistory(): { from: number; key: Uint8Array }[] {
    const first = this.tables.rare(this.master.row.id, 'genesis')[0];
    if (first === undefined) return [{ from: 0, key: this.key.publicKey }];
    let key = fromBase64(decodeEntry(first.body, false).key as string);
    const history = [{ from: 0, key }];
    for (const { seq, body } of this.tables.rare(this.master.row.id, 'key.rotated')) {
      const next = rotatedKey(decodeEntry(body, false), this.key.id, key);
      if (next === undefined) continue;
      key = next;
      history.push({ from: seq + 1, key });
    }
    return history;
  }

  /** Size from which on heads of a chain are signed by the present key. */
  keyStart(chain: Chain): number {
    const last = rotationsIn(this, chain, this.key.id).at(-1);
    return last === undefined ? 0 : last.seq + 1;
  }

  /** Our copy of a peer's channel with us. */
  channelCopy(peer: string): Chain | undefined {
    return this.copies.get(channelOrigin(peer, this.key.id));
  }

  /** Fields of `channel.opened`. */
  openingFields(peer: OrgId, peerKey: Uint8Array): Record<string, string> {
    const genesis = this.tables.rare(this.master.row.id, 'genesis')[0]!;
    return { peer, key: base64(this.key.publicKey), peerKey: base64(peerKey), genesis: hex(genesis.leaf) };
  }

  /** The peer's key that a channel names, from its last `channel.opened`. */
  pinnedKey(chain: Chain): Uint8Array | undefined {
    const last = this.tables.rare(chain.row.id, 'channel.opened').at(-1);
    return last === undefined ? undefined : fromBase64(decodeEntry(last.body, false).peerKey as string);
  }

  /** Entries that a peer wrote about restores of its ledger, in our copy of its channel. */
  restoresOf(peer: string): { entry: EntryObject; leaf: Uint8Array }[] {
    const copy = this.channelCopy(peer);
    if (copy === undefined) return [];
    const rows = this.tables.rare(copy.row.id, 'ledger.restored');
    const origin = masterOrigin(peer);
    return rows
      .map(({ body, leaf }) => ({ entry: decodeEntry(body, false), leaf }))
      .filter(({ entry }) => entry.origin === origin);
  }

  /** Whether a peer's own entries say that it restored its master log, once more than was acknowledged here. */
  restoreWaits(peer: string): boolean {
    const channel = this.channels.get(peer);
    if (channel === undefined) return false;
    const opened = this.tables.rare(channel.row.id, 'channel.opened').at(-1)?.seq ?? 0;
    const answered = this.tables.rare(channel.row.id, 'restore.acknowledged').filter(({ seq }) => seq > opened);
    return this.restoresOf(peer).length > answered.length;
  }

  #peerHead(chain: Chain): HeadClaim | undefined {
    if (chain.row.peer === '') return undefined;
    const copy = this.channelCopy(chain.row.peer);
    if (copy === undefined || copy.size === 0 || copy.size === chain.claimed) return undefined;
    return { origin: copy.origin, size: copy.size, root: hex(copy.tree.root()) };
  }
}

/** Names a document of evidence. */
export const documentDigest = (document: string): string => hex(sha256(document));
