import { hkdfSync } from 'node:crypto';
import type { Policy } from '../agreement/index.js';
import type { OrgId } from '../foundation/index.js';
import type { Identity } from '../identity/index.js';
import type { SealingKeys } from '../peering/index.js';
import { blankSeal, type MaskKeys, newSeal } from '../pipeline/index.js';

interface Parts {
  identity: Identity;
  sealing: SealingKeys;
  /** The database of random tokens. */
  vault: string;
}

/** The secrets that the masks of one view grow from. */
export class ViewKeys {
  readonly #parts: Parts;
  readonly #root: Uint8Array;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { storeKey } = parts.identity;
    this.#root = new Uint8Array(hkdfSync('sha256', storeKey, new Uint8Array(), 'counterfoil/mask-root/1', 32));
  }

  /** For what is shown here and never sent: sealed columns are sealed to nobody. */
  draft(peer: OrgId, agreement: string, version: string, policy: Policy): MaskKeys {
    const seals = Object.fromEntries(sealedColumns(policy).map((column) => [column, blankSeal()]));
    return { ...this.#common(peer, agreement, version), seals };
  }

  /** For a view that is sent. Asks the peer for its key where a column is sealed. */
  async of(peer: OrgId, agreement: string, version: string, policy: Policy): Promise<MaskKeys> {
    const common = this.#common(peer, agreement, version);
    const columns = sealedColumns(policy);
    if (columns.length === 0) return common;
    const about = { provider: this.#parts.identity.id, consumer: peer, agreement, version };
    const key = await this.#parts.sealing.of(peer);
    const seals = await Promise.all(
      columns.map(async (column) => [column, await newSeal(key, about, column)] as const),
    );
    return { ...common, seals: Object.fromEntries(seals) };
  }

  #common(peer: OrgId, agreement: string, version: string): MaskKeys {
    const { identity, vault } = this.#parts;
    return { root: this.#root, organisation: identity.id, peer, agreement, version, vault };
  }
}

const sealedColumns = (policy: Policy): string[] =>
  Object.entries(policy.columns).flatMap(([column, { op }]) => (op === 'encrypt' ? [column] : []));
