import { hkdfSync } from 'node:crypto';
import { lengthPrefixed, utf8 } from '../../foundation/index.js';
import type { ColumnSeal } from '../sealed/seal.js';

/** Whom a view is made for, and the secret that its keyed masks grow from. Can be sent to a worker. */
export interface MaskKeys {
  /** 32 secret bytes of the organisation, only for masks. */
  root: Uint8Array;
  organisation: string;
  peer: string;
  agreement: string;
  /** Id of the version that a view is made of; needed by the masks that differ from version to version. */
  version?: string;
  /** The database of random tokens; needed by the mask that makes them. */
  vault?: string;
  /** By column: the keys of those that are sealed. */
  seals?: Readonly<Record<string, ColumnSeal>>;
}

/** Whose data a keyed mask lets be joined: one agreement's, one peer's, or a named group's. */
export type Scope = { scope: 'agreement' | 'peer' } | { scope: 'group'; group: string };

/**
 * 32 bytes by HKDF-SHA256 (RFC 5869) of the root; info is `counterfoil/mask/1\n` and LP of use, organisation, scope,
 * party, agreement, domain and epoch. Another peer, domain or epoch gives an unrelated key.
 */
export function maskKey(keys: MaskKeys, use: string, scope: Scope, domain: string, epoch: number): Uint8Array {
  const party = scope.scope === 'group' ? scope.group : keys.peer;
  const agreement = scope.scope === 'agreement' ? keys.agreement : '';
  const parts = [use, keys.organisation, scope.scope, party, agreement, domain, String(epoch)];
  const info = Buffer.concat([utf8('counterfoil/mask/1\n'), ...parts.map((part) => lengthPrefixed(utf8(part)))]);
  return new Uint8Array(hkdfSync('sha256', keys.root, new Uint8Array(0), info, 32));
}
