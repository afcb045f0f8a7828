import { randomBytes } from 'node:crypto';
import {
  CounterfoilError,
  fromHex,
  hex,
  LIMITS,
  type OrgId,
  printable,
  rfc3339,
  sha256,
  utf8,
} from '../foundation/index.js';
import {
  certificateFingerprint,
  fingerprint,
  readCertificate,
  type Signer,
  signDocument,
  validity,
  verifySigned,
} from '../identity/index.js';
import { inviteDocument, readDocument } from './documents.js';
import { decodeText, encodeText } from './text.js';

const INVITE_PREFIX = 'cfi1';

/** How this gateway presents itself to a peer. */
export interface Party {
  id: OrgId;
  name: string;
  signer: Signer;
  /** DER of the CA that peers are to pin. */
  ca: Uint8Array;
  /** `host:port` of the peer listener, where others can reach it. */
  endpoint?: string | undefined;
  /** `host:port` of the enrolment listener. */
  enrol?: string | undefined;
  /** Leaf hash of the ledger's first entry, hex. */
  genesis: string;
  /** Protocol versions spoken, such as `1.0`. */
  protocols: readonly string[];
}

/** An invite, read and checked. */
export interface Invite {
  id: string;
  inviter: { id: OrgId; name: string; key: Uint8Array };
  /** DER of the inviter's CA, and its SHA-256. */
  ca: Uint8Array;
  caFingerprint: Uint8Array;
  endpoint: string | undefined;
  enrol: string | undefined;
  secret: Uint8Array;
  commitment: Uint8Array;
  genesis: string;
  protocols: readonly string[];
  /** Milliseconds since the epoch. */
  notBefore: number;
  expires: number;
  /** SHA-256 of the signed document. */
  digest: Uint8Array;
}

export interface InviteTerms {
  id: string;
  notBefore: number;
  expires: number;
  for?: OrgId | undefined;
  /** Fingerprint (hex) of the only key that may use it. */
  forKey?: string | undefined;
}

/** A new invite: its text, and the secrets of which the inviter keeps the nonce and a hash. */
export function writeInvite(self: Party, terms: InviteTerms) {
  const secret = randomBytes(32);
  const nonce = randomBytes(32);
  const signed = signDocument(self.signer, 'invite', {
    v: 1,
    id: terms.id,
    inviter: { id: self.id, name: self.name, key: hex(self.signer.publicKey) },
    ca: hex(certificateFingerprint(self.ca)),
    endpoint: self.endpoint,
    enrol: self.enrol,
    secret: hex(secret),
    commitment: hex(sha256(nonce)),
    notBefore: rfc3339(terms.notBefore),
    expires: rfc3339(terms.expires),
    for: terms.for,
    forKey: terms.forKey,
    genesis: self.genesis,
    protocols: self.protocols,
  });
  const text = encodeText(INVITE_PREFIX, [signed.document, signed.signature, self.ca]);
  return { text, secret, nonce, digest: sha256(signed.document) };
}

/**
 * Reads an invite's text as `self` at the time `now`.
 * Errors: `invite.invalid` (cut short, changed, forged), `invite.bound` (for another organisation or key),
 * `invite.expired`, `invite.clock` (not valid yet).
 */
export function parseInvite(text: string, now: number, self: { id: OrgId; fingerprint: string }): Invite {
  const [document, signature, ca] = decodeText(INVITE_PREFIX, text, 3) as [Uint8Array, Uint8Array, Uint8Array];
  const said = readDocument(inviteDocument, document);
  const key = fromHex(said.inviter.key);
  const signed = { document, signature, key: fromHex(fingerprint(key)) };
  if (!verifySigned(signed, 'invite', key) || hex(sha256(ca)) !== said.ca) throw forged();
  if (said.expires - said.notBefore > LIMITS.inviteTtlMostMs || said.expires <= said.notBefore)
    throw new CounterfoilError('invite.invalid', 'The invite is valid for longer than invites may be.');
  if (said.inviter.id === self.id)
    throw new CounterfoilError('invite.bound', 'This invite was made by this organisation itself.', {
      hint: 'Give it to the other organisation, which accepts it on its own gateway.',
    });
  checkBinding(said, self);
  checkTimes(said, now);
  if (!usableCa(ca, now))
    throw new CounterfoilError('invite.invalid', 'The invite brings no usable certificate authority.');
  return {
    id: said.id,
    inviter: { id: said.inviter.id, name: said.inviter.name, key },
    ca,
    caFingerprint: certificateFingerprint(ca),
    endpoint: said.endpoint,
    enrol: said.enrol,
    secret: fromHex(said.secret),
    commitment: fromHex(said.commitment),
    genesis: said.genesis,
    protocols: said.protocols,
    notBefore: said.notBefore,
    expires: said.expires,
    digest: sha256(document),
  };
}

/** Refuses an invite that is bound to someone other than `who`. */
export function checkBinding(
  bound: { for?: OrgId | undefined; forKey?: string | undefined },
  who: { id: OrgId; fingerprint: string },
): void {
  if (bound.for !== undefined && bound.for !== who.id)
    throw new CounterfoilError('invite.bound', `The invite is for ${printable(bound.for)}, not for ${who.id}.`);
  if (bound.forKey !== undefined && bound.forKey !== who.fingerprint)
    throw new CounterfoilError('invite.bound', 'The invite is for an organisation key with another fingerprint.');
}

/** Refuses an invite whose time has not come or is over. Times are milliseconds since the epoch. */
export function checkTimes(invite: { notBefore: number; expires: number }, now: number): void {
  if (now + LIMITS.clockSkewMs < invite.notBefore)
    throw new CounterfoilError(
      'invite.clock',
      `The invite is valid from ${rfc3339(invite.notBefore)}, and the clock of this machine says ${rfc3339(now)}.`,
    );
  if (now >= invite.expires)
    throw new CounterfoilError(
      'invite.expired',
      `The invite expired at ${rfc3339(invite.expires)}; the clock of this machine says ${rfc3339(now)}.`,
    );
}

const forged = () =>
  new CounterfoilError('invite.invalid', 'The invite was not signed by the organisation it names.', {
    hint: 'Do not use it. Ask the organisation, by another way, for a new one.',
  });

/** The seed of the key pair that proves knowledge of an invite's secret without sending it. */
export function secretSeed(secret: Uint8Array): Uint8Array {
  return sha256(utf8('counterfoil/invite-secret/1\n'), secret);
}

/** True when a peer's certificates can be checked against this DER now. */
export function usableCa(der: Uint8Array, now: number): boolean {
  try {
    const certificate = readCertificate(der);
    const { from, to } = validity(certificate);
    return certificate.ca && from <= now + LIMITS.clockSkewMs && now < to;
  } catch {
    return false;
  }
}
