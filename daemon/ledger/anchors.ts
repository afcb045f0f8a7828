import { hex, type OrgId, sha256 } from '../foundation/index.js';
import type { Core } from './core.js';
import { cosignerName } from './note.js';
import { assertMaySign } from './send-head.js';
import type { HeadRow } from './tables.js';

/** Somebody else's word on a head: its size, and when it was given, in milliseconds since the epoch. */
export interface Anchored {
  size: number;
  at: number;
}

/** A token of a time-stamping authority (RFC 3161) over the note of a master head as its log signed it. */
export interface Token {
  token: Uint8Array;
  /** Milliseconds since the epoch. */
  time: number;
  authority: string;
}

/** What binds the ledger to times and to third parties: cosignatures, witnesses of the master log, time-stamps. */
export class LedgerAnchors {
  readonly #core: Core;

  constructor(
    core: Core,
    /** Peers whose cosignatures of the master log go into the bundles of all relations. */
    readonly witnesses: readonly OrgId[],
  ) {
    this.#core = core;
  }

  /** The signed head of the master log as it is now. `ledger.unconfirmed`, `ledger.behind`. */
  masterHead(): HeadRow {
    const core = this.#core;
    assertMaySign(core, core.master, 'A peer');
    core.commit.flush();
    return core.checkpoint(core.master);
  }

  /** Keeps a token over the note of a master head, and records it. */
  async keep(head: HeadRow, { token, time, authority }: Token): Promise<void> {
    const { commit, master, tables } = this.#core;
    commit.alongside(() => tables.addTimestamp(master.row.id, { size: head.size, time, note: head.note, token }));
    const about = { origin: master.origin, size: head.size, root: hex(head.root) };
    await commit.submit(master, {
      type: 'time.token',
      actor: 'gateway',
      fields: { ...about, token: hex(sha256(token)), authority, time: new Date(time).toISOString() },
    });
  }

  /** Records the newest master head that a witness cosigned, where it is another than the last one recorded. */
  async recordWitness(witness: OrgId): Promise<void> {
    const { commit, master, tables } = this.#core;
    const cosigned = tables.lastCosignature(master.row.id, cosignerName(witness));
    if (cosigned === undefined || cosigned.size === tables.witnessed(master.row.id, witness, 1)[0]?.size) return;
    const about = { origin: master.origin, size: cosigned.size, root: hex(master.tree.rootAt(cosigned.size)) };
    await commit.submit(master, {
      type: 'witness.head',
      actor: 'gateway',
      fields: { ...about, witness, time: new Date(cosigned.time * 1000).toISOString() },
    });
  }

  /** The newest cosignature of a peer: of the channel with it, or of the master log. */
  cosigned(peer: OrgId, log: 'channel' | 'master'): Anchored | undefined {
    const core = this.#core;
    const chain = log === 'master' ? core.master : core.channels.get(peer);
    if (chain === undefined) return undefined;
    const name = cosignerName(peer);
    const last = core.cosigned.get(`${chain.origin} ${name}`) ?? core.tables.lastCosignature(chain.row.id, name);
    return last && { size: last.size, at: last.time * 1000 };
  }

  /** The newest head of the master log that an entry says a witness cosigned. */
  witnessed(witness: OrgId): Anchored | undefined {
    const last = this.#core.tables.witnessed(this.#core.master.row.id, witness, 1)[0];
    return last && { size: last.size, at: last.time * 1000 };
  }

  /** The newest time-stamp of the master log. */
  stamped(): Anchored | undefined {
    const { tables, master } = this.#core;
    const last = tables.timestamps(master.row.id, 1)[0];
    return last && { size: last.size, at: last.time };
  }
}
