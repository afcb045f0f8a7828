import { base64, CounterfoilError, type EntryDraft, equalBytes, type OrgId } from '../foundation/index.js';
import { type KeyHandover, type Signer, signHandover } from '../identity/index.js';
import type { Core } from './core.js';
import { revokedIn, rotationsIn } from './rotation.js';

/** The keys that a ledger is signed with: how they follow each other, and which are revoked. */
export class LedgerKeys {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** The key that signs now. */
  get current(): Uint8Array {
    return this.#core.key.publicKey;
  }

  /** All keys of this gateway, oldest first. */
  get all(): Uint8Array[] {
    return this.#core.keyHistory().map(({ key }) => key);
  }

  /** How this gateway's keys followed each other, oldest first. */
  get handovers(): KeyHandover[] {
    return rotationsIn(this.#core, this.#core.master, this.#core.key.id).map(({ handover }) => handover);
  }

  /** Puts another key in force, by an entry in every log that both keys sign; heads from there on are signed by it. */
  async rotate(next: Signer, actor = 'admin'): Promise<void> {
    const core = this.#core;
    const fields = signHandover(core.key, next);
    core.commit.flush();
    core.key = next;
    await this.#everywhere({ type: 'key.rotated', actor, fields });
  }

  /** Revokes a key that another has followed: nothing it signs from now on is to be believed. `input.invalid`. */
  async revoke(key: Uint8Array, reason: string | undefined, actor = 'admin'): Promise<void> {
    const former = this.all.some((known) => equalBytes(known, key)) && !equalBytes(key, this.current);
    if (!former) throw new CounterfoilError('input.invalid', 'Only a key that another has followed can be revoked.');
    const fields = { org: this.#core.key.id, key: base64(key), reason };
    await this.#everywhere({ type: 'key.revoked', actor, fields });
  }

  /** What a peer's channel says of its keys: how they followed each other, and which it has revoked. */
  ofPeer(peer: OrgId): { handovers: KeyHandover[]; revoked: Uint8Array[] } {
    const copy = this.#core.channelCopy(peer);
    if (copy === undefined) return { handovers: [], revoked: [] };
    const handovers = rotationsIn(this.#core, copy, peer).map(({ handover }) => handover);
    return { handovers, revoked: revokedIn(this.#core, copy, peer) };
  }

  async #everywhere(draft: EntryDraft): Promise<void> {
    const { commit } = this.#core;
    await Promise.all(this.#core.ownChains().map((chain) => commit.submit(chain, draft)));
  }
}
