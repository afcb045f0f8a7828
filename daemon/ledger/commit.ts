import { randomBytes } from 'node:crypto';
import {
  base64,
  type Clock,
  CounterfoilError,
  type EntryDraft,
  equalBytes,
  hex,
  LIMITS,
  leafHashOfText,
  type RecordedEntry,
  rfc3339,
  sha256,
  utf8,
} from '../foundation/index.js';
import { fingerprint, type Signer } from '../identity/index.js';
import { transaction } from '../store/index.js';
import type { Chain } from './chain.js';
import { composeEntry } from './compose.js';
import { type EntryBase, type HeadClaim, later, signedBytes } from './entry.js';
import type { Tables } from './tables.js';
import { VOCABULARY } from './vocabulary.js';

interface Pending {
  chain: Chain;
  draft: EntryDraft;
  resolve(entry: RecordedEntry): void;
  reject(error: unknown): void;
}

interface Prepared {
  pending: Pending;
  seq: number;
  text: string;
  leaf: Uint8Array;
  /** The leaf hash in hex. */
  name: string;
  body: Uint8Array;
  payload: Payload | undefined;
}

interface Payload {
  commit: string;
  salt: Uint8Array;
  body: Uint8Array;
}

/** What the group commit needs to know of the ledger around it. */
export interface CommitContext {
  clock: Clock;
  key(): Signer;
  incarnation(): string;
  /** The head held of the other end of a channel, in the form an entry states it. */
  peerHead(chain: Chain): HeadClaim | undefined;
  /** Signs the head of a chain whose entries are durable and read back. */
  sign(chain: Chain): void;
}

/** SHA-256 commitment to bytes that are kept beside an entry. */
export const payloadCommitment = (salt: Uint8Array, bytes: Uint8Array): string =>
  hex(sha256(utf8('counterfoil/payload/1\n'), salt, bytes));

/**
 * Group commit: entries queue, and all that wait are written in one durable transaction at the next turn of the event
 * loop. A caller hears of its entry after the commit was read back and the head over it signed. Any failure of the
 * disk is final: this and every later entry is refused with `ledger.unavailable`.
 */
export class GroupCommit {
  readonly #tables: Tables;
  readonly #context: CommitContext;
  #queue: Pending[] = [];
  #alongside: (() => void)[] = [];
  #time = { ms: Number.NaN, text: '' };
  #scheduled = false;
  #failure: CounterfoilError | undefined;

  constructor(tables: Tables, context: CommitContext) {
    this.#tables = tables;
    this.#context = context;
  }

  get failure(): CounterfoilError | undefined {
    return this.#failure;
  }

  submit(chain: Chain, draft: EntryDraft): Promise<RecordedEntry> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) throw this.#failure;
      if ((draft.payload?.length ?? 0) > LIMITS.ledgerPayloadBytes) throw tooLarge(draft);
      if (this.#queue.length >= LIMITS.ledgerQueueEntries) {
        throw new CounterfoilError('limit.exceeded', `${LIMITS.ledgerQueueEntries} ledger entries wait to be written.`);
      }
      this.#queue.push({ chain, draft, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.flush();
    });
  }

  /** Puts a write into the next transaction: for what may be lost in a crash, as it can be had again. */
  alongside(write: () => void): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#alongside.push(write);
    this.#schedule();
  }

  /** Writes everything that waits, now. */
  flush(): void {
    while (this.#queue.length + this.#alongside.length > 0 && this.#failure === undefined) {
      this.#write(this.#queue.splice(0, LIMITS.ledgerGroupEntries), this.#alongside.splice(0));
    }
  }

  /** Refuses everything from now on. */
  fail(cause: unknown): CounterfoilError {
    this.#failure ??= new CounterfoilError('ledger.unavailable', 'The ledger could not be written.', { cause });
    for (const pending of this.#queue.splice(0)) pending.reject(this.#failure);
    return this.#failure;
  }

  #write(group: Pending[], alongside: readonly (() => void)[]): void {
    let prepared: Prepared[] = [];
    try {
      prepared = group.map((pending) => this.#prepare(pending)).filter((entry) => entry !== undefined);
      transaction(this.#tables.db, () => {
        for (const write of alongside) write();
        this.#insert(prepared);
      });
      for (const [chain, entries] of byChain(prepared)) {
        this.#readBack(chain, entries);
        if (chain.confirmed) this.#context.sign(chain);
      }
    } catch (error) {
      const failure = this.fail(error);
      for (const pending of group) pending.reject(failure);
      return;
    }
    for (const { pending, seq, name, body } of prepared) {
      pending.resolve({ log: pending.chain.origin, seq, leaf: name, body });
    }
  }

  /** The entry as it will stand; undefined when it cannot be one, which its caller then hears. */
  #prepare(pending: Pending): Prepared | undefined {
    const { chain, draft } = pending;
    try {
      const payload = draft.payload === undefined ? undefined : commitTo(draft.payload);
      const base = this.#base(chain, draft, payload);
      const text = this.#compose(base, draft.fields);
      const body = Buffer.from(text, 'utf8');
      if (body.length > LIMITS.entryBytes) throw tooLarge(draft);
      const leaf = leafHashOfText(text);
      chain.tree.push(leaf);
      chain.prev = hex(leaf);
      chain.ts = base.ts;
      if (base.peerHead !== undefined) chain.claimed = base.peerHead.size;
      return { pending, seq: base.seq, text, leaf, name: chain.prev, body, payload };
    } catch (error) {
      pending.reject(error);
      return undefined;
    }
  }

  #base(chain: Chain, draft: EntryDraft, payload: Payload | undefined): EntryBase {
    return {
      v: 1,
      log: chain.origin,
      seq: chain.size,
      prev: chain.prev,
      ts: later(this.#now(), chain.ts),
      type: draft.type,
      actor: draft.actor,
      incarnation: this.#context.incarnation(),
      peer: chain.row.peer === '' ? (draft.fields?.peer as string | undefined) : chain.row.peer,
      refs: draft.refs?.length ? draft.refs : undefined,
      peerHead: this.#context.peerHead(chain),
      payload: payload && { commit: payload.commit, bytes: payload.body.length },
      sigKey: undefined,
      sig: undefined,
    };
  }

  /** The time of the clock as text, made once for entries of the same millisecond. */
  #now(): string {
    const now = this.#context.clock.now();
    if (now !== this.#time.ms) this.#time = { ms: now, text: rfc3339(now) };
    return this.#time.text;
  }

  #compose(base: EntryBase, fields: EntryDraft['fields']): string {
    const role = VOCABULARY[base.type].signs;
    if (role !== undefined) {
      const key = this.#context.key();
      base.sigKey = fingerprint(key.publicKey);
      base.sig = base64(key.sign(signedBytes(role, composeEntry(base, fields))));
    }
    return composeEntry(base, fields);
  }

  #insert(prepared: readonly Prepared[]): void {
    const chains = new Set<Chain>();
    for (const { pending, seq, leaf, body, payload } of prepared) {
      const { chain, draft } = pending;
      this.#tables.addEntry(chain.row.id, seq, draft.type, draft.fields ?? {}, leaf, body);
      if (payload !== undefined) this.#tables.addPayload(chain.row.id, payload);
      chains.add(chain);
    }
    for (const chain of chains) for (const tile of chain.tree.takeFresh()) this.#tables.addTile(chain.row.id, tile);
  }

  /** Reads what was committed, through another connection, and builds the root from that alone. */
  #readBack(chain: Chain, written: readonly Prepared[]): void {
    const stored = this.#tables.readBack(chain.row.id, written[0]!.seq);
    const same =
      stored.length === written.length &&
      stored.every(([name, text], i) => {
        chain.readBack.push(leafHashOfText(text));
        return name === written[i]!.name && text === written[i]!.text;
      });
    if (!same || !equalBytes(chain.readBack.root(), chain.tree.root())) {
      throw new CounterfoilError('ledger.corrupt', `What was written to ${chain.origin} reads back differently.`);
    }
  }
}

function byChain(prepared: readonly Prepared[]): Map<Chain, Prepared[]> {
  const groups = new Map<Chain, Prepared[]>();
  for (const entry of prepared) {
    const group = groups.get(entry.pending.chain);
    if (group === undefined) groups.set(entry.pending.chain, [entry]);
    else group.push(entry);
  }
  return groups;
}

const tooLarge = (draft: EntryDraft): CounterfoilError =>
  new CounterfoilError('limit.exceeded', `A ledger entry of type ${draft.type} is larger than it may be.`);

function commitTo(bytes: Uint8Array): Payload {
  const salt = randomBytes(32);
  return { commit: payloadCommitment(salt, bytes), salt, body: bytes };
}
