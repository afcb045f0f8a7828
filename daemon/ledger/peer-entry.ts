import {
  CounterfoilError,
  type EntryRef,
  type EntryType,
  fromBase64,
  fromHex,
  hex,
  type Json,
  leafHash,
  type OrgId,
} from '../foundation/index.js';
import { fingerprint, verifyEd25519 } from '../identity/index.js';
import { composeEntry } from './compose.js';
import { channelOrigin } from './core.js';
import { decodeEntry, type EntryObject, signedBytes } from './entry.js';
import { VOCABULARY } from './vocabulary.js';

/** A signed entry of the other party, as it gave it: verified by itself, not yet as part of its log. */
export interface PeerEntry {
  type: EntryType;
  /** Where it says that it stands. */
  at: EntryRef;
  refs: readonly EntryRef[];
  fields: { readonly [key: string]: Json | undefined };
}

/**
 * Reads an entry that a peer signed and sent: strict form, of its channel log with `self`, signed by its organisation
 * key in the role of the type. `peerKey` gives the key for the fingerprint (32 bytes) that it names. `evidence.invalid` otherwise.
 */
export function readPeerEntry(
  self: OrgId,
  peer: OrgId,
  peerKey: (fingerprint: Uint8Array) => Uint8Array,
  body: Uint8Array,
): PeerEntry {
  const entry = decoded(peer, body);
  const role = VOCABULARY[entry.type].signs;
  if (entry.log !== channelOrigin(peer, self)) throw invalid(peer, `is of the log ${JSON.stringify(entry.log)}`);
  if (role === undefined || entry.sig === undefined || entry.sigKey === undefined) throw invalid(peer, 'is not signed');
  const { sig, ...unsigned } = entry;
  const message = signedBytes(role, composeEntry(unsigned as EntryObject, unsigned));
  const key = peerKey(fromHex(entry.sigKey));
  if (entry.sigKey !== fingerprint(key) || !verifyEd25519(key, message, fromBase64(sig)))
    throw invalid(peer, 'does not bear its signature');
  return {
    type: entry.type,
    at: { log: entry.log, seq: entry.seq, leaf: hex(leafHash(body)) },
    refs: entry.refs ?? [],
    fields: entry,
  };
}

function decoded(peer: OrgId, body: Uint8Array): EntryObject {
  try {
    return decodeEntry(body);
  } catch (error) {
    if (error instanceof RangeError) throw invalid(peer, error.message);
    throw error;
  }
}

const invalid = (peer: OrgId, what: string): CounterfoilError =>
  new CounterfoilError('evidence.invalid', `A ledger entry that ${peer} sent ${what}.`);
