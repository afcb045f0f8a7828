import {
  base64,
  type Clock,
  CounterfoilError,
  diskError,
  type EntryDraft,
  type EntryType,
  hex,
  type Journal,
  type LogName,
  type OrgId,
  type RecordedEntry,
  systemClock,
} from '../foundation/index.js';
import type { Signer } from '../identity/index.js';
import { type Accepted, acceptHead } from './accept-head.js';
import { LedgerAnchors } from './anchors.js';
import { Chain } from './chain.js';
import { Core, channelOrigin } from './core.js';
import { checkDraft, type EntryObject } from './entry.js';
import { type Contradiction, contradictionDocument, evidenceFile, keepEvidence } from './evidence.js';
import { LedgerKeys } from './keys.js';
import type { HeadHeld, HeadReply, HeadUpdate, LogKind } from './messages.js';
import { type Checkpoint, signNote } from './note.js';
import { assertReached, keyInForce } from './open.js';
import { erasePayloads, readPayload } from './payloads.js';
import {
  heldHeads,
  type ListFilter,
  listEntries,
  mirroredEntries,
  type OwnHead,
  ownHeads,
  type ShownEntry,
  searchEntries,
  showEntry,
} from './read.js';
import { evidenceFor, type RelationEvidence } from './relation.js';
import { type Handshake, RestoreHandshakes } from './restore.js';
import { completeRotations, peerKeys } from './rotation.js';
import { assertMaySign, chainFor, headUpdateFor, heldByPeer, recordCosignature } from './send-head.js';
import { SideFile } from './side-file.js';
import { type EntrySearch, type EvidenceRow, Tables } from './tables.js';
import { VOCABULARY } from './vocabulary.js';

export interface LedgerOptions {
  /** ledger.db */
  path: string;
  /** Where the last signed heads are kept apart from the database. */
  sideFile: string;
  /** Folder for proofs of a peer's misbehaviour. */
  evidenceFolder: string;
  key: Signer;
  /** The key that is to follow, where a rotation to it may have been cut short by a crash. */
  nextKey?: Signer | undefined;
  clock?: Clock;
  /** Name and release for the first entry. */
  name?: string;
  software?: string;
  /** The key of a peer, so that its channel opens by itself at the first entry. */
  peerKey?: (peer: OrgId) => Uint8Array | undefined;
  /** Opens although the database is behind the side file; peers are then asked to give back what they hold. */
  restore?: boolean;
  /** Peers whose cosignatures of the master log go into all bundles. */
  witnesses?: readonly OrgId[];
  /** Told whenever something is kept that shows a peer's misbehaviour, in a sentence: exchange with it has to stop. */
  onEvidence?: (peer: OrgId, message: string) => void;
}

/** A document that shows a peer's misbehaviour, and where it is. */
export type KeptEvidence = EvidenceRow & { peer: OrgId; file: string };

/** The ledger of one gateway: its master log, a channel log for each peer, and copies of the peers' channels. */
export class Ledger implements Journal {
  /** The keys of this gateway and of its peers, as the logs tell. */
  readonly keys: LedgerKeys;
  /** What binds it to times and third parties. */
  readonly anchors: LedgerAnchors;
  readonly #core: Core;
  readonly #opening = new Map<OrgId, Promise<void>>();
  readonly #handshakes: RestoreHandshakes;
  readonly #peerKey: (peer: OrgId) => Uint8Array | undefined;

  private constructor(core: Core, options: LedgerOptions) {
    this.#core = core;
    this.keys = new LedgerKeys(core);
    this.anchors = new LedgerAnchors(core, options.witnesses ?? []);
    this.#handshakes = new RestoreHandshakes(core);
    this.#peerKey = options.peerKey ?? (() => undefined);
  }

  /**
   * Opens or makes the ledger. Errors: `ledger.behind` when the database is older than what was signed,
   * `ledger.corrupt` when it contradicts it, `key.invalid` when the key is not the one in force, `ledger.unavailable` when
   * the disk fails, `store.*` of the database.
   */
  static open(options: LedgerOptions): Ledger {
    const tables = Tables.open(options.path);
    try {
      const core = new Core(
        tables,
        SideFile.open(options.sideFile),
        options.key,
        options.clock ?? systemClock,
        options.evidenceFolder,
        options.onEvidence ?? (() => undefined),
      );
      if (core.master.size === 0) writeGenesis(core, options);
      assertReached(core, options.restore === true);
      core.key = keyInForce(core, options.nextKey);
      completeRotations(core);
      return new Ledger(core, options);
    } catch (error) {
      tables.close();
      const named = diskError(error);
      if (named instanceof CounterfoilError) throw named;
      throw new CounterfoilError('ledger.unavailable', 'The ledger could not be opened.', { cause: error });
    }
  }

  /** False from the first failed write on: nothing can be recorded until the gateway is started again. */
  get healthy(): boolean {
    return this.#core.commit.failure === undefined;
  }

  /** Leaf hash (hex) of the first entry of the master log: names this ledger in invites and channels. */
  get genesis(): string {
    return hex(this.#core.tables.rare(this.#core.master.row.id, 'genesis')[0]!.leaf);
  }

  get incarnation(): string {
    return this.#core.incarnation;
  }

  /** Refuses what is outside the vocabulary with `internal`; see `Journal` for the rest. */
  async record(log: LogName, draft: EntryDraft): Promise<RecordedEntry> {
    checkDraft(draft, log === 'master' ? 'master' : 'channel');
    if (log === 'master') return this.#core.commit.submit(this.#core.master, draft);
    if (draft.fields?.peer !== undefined && draft.fields.peer !== log.peer)
      throw new CounterfoilError('internal', `An entry about ${String(draft.fields.peer)} is not for ${log.peer}.`);
    const chain = this.#core.channels.get(log.peer) ?? (await this.#openFor(log.peer));
    if (VOCABULARY[draft.type].signs !== undefined) assertMaySign(this.#core, chain, log.peer);
    return this.#core.commit.submit(chain, draft);
  }

  find(log: LogName, type: EntryType, subject: string): RecordedEntry | undefined {
    const chain = log === 'master' ? this.#core.master : this.#core.channels.get(log.peer);
    const row = chain && this.#core.tables.find(chain.row.id, type, subject);
    return chain && row && { log: chain.origin, seq: row.seq, leaf: hex(row.leaf), body: row.body };
  }

  /** Writes everything that waits, and closes. */
  close(): void {
    this.#core.commit.flush();
    if (this.healthy) keepHeads(this.#core);
    this.#core.commit.fail(new Error('the ledger was closed'));
    this.#core.side.close();
    this.#core.tables.close();
  }

  /**
   * Opens the channel with a peer under its organisation key (32 bytes). Nothing happens when it is open under that
   * key or one that it follows; under a stranger (the peer enrolled anew), that is recorded and what was held is set aside.
   */
  async openChannel(peer: OrgId, peerKey: Uint8Array): Promise<void> {
    if (this.#names(peer, peerKey)) return;
    // One at a time: a second one that comes meanwhile finds it open.
    const opened = (this.#opening.get(peer) ?? Promise.resolve()).then(() => this.#open(peer, peerKey));
    const settled = opened.catch(() => {});
    this.#opening.set(peer, settled);
    await opened.finally(() => {
      if (this.#opening.get(peer) === settled) this.#opening.delete(peer);
    });
  }

  async #open(peer: OrgId, peerKey: Uint8Array): Promise<void> {
    if (this.#names(peer, peerKey)) return;
    const core = this.#core;
    const existing = core.channels.get(peer);
    const chain = existing ?? this.#addChannel(peer);
    if (peerKeys(core, peer).length > 0) {
      for (const copy of [...core.copies.values()].filter(({ row }) => row.owner === peer))
        core.guard(() => core.newCopy(copy.origin, peer));
    }
    const fields = core.openingFields(peer, peerKey);
    const draft = { type: 'channel.opened', actor: 'gateway', fields } as const;
    await Promise.all([core.commit.submit(core.master, draft), core.commit.submit(chain, draft)]);
  }

  /** Whether the channel with a peer is open under this key, or one that it follows. */
  #names(peer: OrgId, peerKey: Uint8Array): boolean {
    return peerKeys(this.#core, peer).some((key) => base64(key) === base64(peerKey));
  }

  #addChannel(peer: OrgId): Chain {
    const core = this.#core;
    const chain = core.guard(() =>
      Chain.create(core.tables.addLog(channelOrigin(core.key.id, peer), '', peer, 0), core.tables),
    );
    core.channels.set(peer, chain);
    return chain;
  }

  async #openFor(peer: OrgId): Promise<Chain> {
    const key = this.#peerKey(peer);
    if (key !== undefined) await this.openChannel(peer, key);
    return this.#core.channel(peer);
  }

  /** Peers whose channels are open. */
  get peers(): OrgId[] {
    return [...this.#core.channels.keys()] as OrgId[];
  }

  // ---- Heads and cosignatures ----

  /** See `headUpdateFor` of send-head. `log` is the channel with the peer, or the master log (heads only). */
  headUpdateFor(peer: OrgId, log: LogKind = 'channel'): HeadUpdate {
    return headUpdateFor(this.#core, peer, log);
  }

  /** Whether a peer is not known to hold the latest head of a log. */
  peerIsBehind(peer: OrgId, log: LogKind = 'channel'): boolean {
    const chain = chainFor(this.#core, peer, log);
    return heldByPeer(this.#core, chain, peer) < chain.size;
  }

  acceptHead(peer: OrgId, peerKey: Uint8Array, update: HeadUpdate): Promise<Accepted> {
    return acceptHead(this.#core, peer, peerKey, update);
  }

  recordCosignature(peer: OrgId, peerKey: Uint8Array, reply: HeadReply): boolean {
    return recordCosignature(this.#core, peer, peerKey, reply);
  }

  /** What is held of a peer's logs: the answer to its question after a restart. */
  held(peer: OrgId): HeadHeld {
    return heldHeads(this.#core, peer);
  }

  /** Entries [from, to) of a peer's channel log as it gave them, as many as fit into one message. */
  mirroredEntries(peer: OrgId, from: number, to: number): Uint8Array[] {
    return mirroredEntries(this.#core, peer, from, to);
  }

  // ---- After a restart or restore ----

  /** True until the peer has said which heads it holds. Entries can be recorded meanwhile, but nothing is signed. */
  needsHandshake(peer: OrgId): boolean {
    return this.#handshakes.needs(peer);
  }

  completeHandshake(peer: OrgId, held: HeadHeld): Handshake {
    return this.#handshakes.complete(peer, held);
  }

  refill(peer: OrgId, from: number, bodies: readonly Uint8Array[]): Promise<Handshake> {
    return this.#handshakes.refill(peer, from, bodies);
  }

  /** Origins of which signed heads are lost. While there is one, nothing is signed. */
  get lostHeads(): string[] {
    return [...this.#core.lost.values()].map((head) => head.origin);
  }

  declareRestored(by: string, actor = 'admin'): Promise<RecordedEntry> {
    return this.#handshakes.declare(by, actor);
  }

  /** Whether a peer has said that it restored its ledger, and nobody has acknowledged it here yet. */
  restoreWaits(peer: OrgId): boolean {
    return this.#core.restoreWaits(peer);
  }

  acknowledgeRestore(peer: OrgId, by: string, actor = 'admin'): Promise<RecordedEntry> {
    return this.#handshakes.acknowledge(peer, by, actor);
  }

  // ---- Payloads ----

  /** Bytes that were kept beside an entry; undefined when they were erased. */
  payload(commit: string): Uint8Array | undefined {
    return readPayload(this.#core, commit);
  }

  /** Records the erasure in the log given, then erases. */
  erasePayloads(log: LogName, commits: string[], basis: string, requester: string): Promise<RecordedEntry> {
    return erasePayloads(this.#core, (draft) => this.record(log, draft), { commits, basis, requester });
  }

  // ---- Misbehaviour ----

  /** What is kept against a peer, or against all; each with the file of its document. */
  evidence(peer?: OrgId): KeptEvidence[] {
    const core = this.#core;
    return core.tables
      .evidence(peer)
      .map((row) => ({ ...row, peer: row.peer as OrgId, file: evidenceFile(core, row) }));
  }

  /** Keeps what a peer signed and what contradicts what was agreed; gives the error to throw. */
  keepContradiction(found: Contradiction): Promise<CounterfoilError> {
    const { peer, contradicts: message } = found;
    const origin = channelOrigin(peer, this.#core.key.id);
    const document = contradictionDocument(found);
    return keepEvidence(this.#core, peer, { kind: 'contradiction', origin, document, message });
  }

  // ---- Reading ----

  /** The head of a log as it is now. */
  head(log: LogName): Checkpoint {
    const chain = log === 'master' ? this.#core.master : this.#core.channel(log.peer);
    return { origin: chain.origin, size: chain.size, root: chain.tree.root() };
  }

  /** Entries of a log, newest last, each with its place and leaf hash. */
  entries(log: LogName, filter: ListFilter = {}): Generator<EntryObject & { leaf: string }> {
    return listEntries(this.#core, log, filter);
  }

  /** Entries that are looked for, newest first. */
  search(log: LogName, search: EntrySearch): ReturnType<typeof searchEntries> {
    return searchEntries(this.#core, log, search);
  }

  /** One entry with its bytes and proof. Error: `not_found`. */
  show(log: LogName, seq: number): ShownEntry {
    return showEntry(this.#core, log, seq);
  }

  /** The heads of all logs of this gateway, and who cosigned what of them last. */
  heads(): OwnHead[] {
    return ownHeads(this.#core);
  }

  /** RFC 6962 inclusion proof of an entry in the tree of `size` (now, when left out). */
  inclusionProof(log: LogName, seq: number, size?: number): Uint8Array[] {
    const chain = log === 'master' ? this.#core.master : this.#core.channel(log.peer);
    return chain.tree.inclusion(seq, size);
  }

  /** What an auditor's bundle of the relation with a peer is made of; see daemon/audit. */
  evidenceFor(peer: OrgId): RelationEvidence {
    return evidenceFor(this.#core, peer, this.anchors.witnesses);
  }

  /** Ed25519 signature of the key in force over a text, as a C2SP signed note under `<org>/counterfoil/<name>`. */
  signNote(name: string, text: string): string {
    return signNote(text, `${this.#core.key.id}/counterfoil/${name}`, this.#core.key);
  }
}

/** The last signed heads stay in the database, so that they can be exported before the peers have been heard again. */
function keepHeads(core: Core): void {
  core.guard(() => {
    for (const { row, signed } of core.ownChains()) if (signed !== undefined) core.tables.addCheckpoint(row.id, signed);
  });
}

function writeGenesis(core: Core, options: LedgerOptions): void {
  const { name, software, key } = options;
  const fields = { org: key.id, key: base64(key.publicKey), name, software };
  const draft: EntryDraft = { type: 'genesis', actor: 'gateway', fields };
  checkDraft(draft, 'master');
  core.commit.submit(core.master, draft).catch(() => undefined); // a failure is read off below
  core.commit.flush();
  if (core.commit.failure !== undefined) throw core.commit.failure;
}
