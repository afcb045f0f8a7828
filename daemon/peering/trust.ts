import type { X509Certificate } from 'node:crypto';
import { type Clock, CounterfoilError, LIMITS, type OrgId } from '../foundation/index.js';
import { issuedBy, organisationOf, readCertificate, validity } from '../identity/index.js';
import type { Peer } from './table.js';

/** True while a peer's certificates are accepted by TLS at all. What it may then do is decided on every call. */
export function isTrusted(peer: Peer, now: number): boolean {
  if (peer.state !== 'revoked') return true;
  // So that a peer that could not be reached when it was revoked is told so, with our signature, when it calls.
  return peer.farewell !== undefined && !peer.revokedThere && now < peer.changed + LIMITS.farewellMs;
}

/**
 * The peer whose certificate this is: it names exactly one organisation, and a CA that is pinned for exactly this
 * organisation issued it. TLS alone does not show that, because it accepts any pinned CA. `peer.tls` otherwise. Whether
 * the peer may still call is for its state to say: one that was revoked is told so.
 */
export function matchCertificate(
  certificate: X509Certificate,
  find: (id: OrgId) => Peer | undefined,
  clock: Clock,
): Peer {
  const id = organisationOf(certificate);
  if (id === undefined) throw refused('The certificate names no organisation, or several.');
  const peer = find(id);
  const now = clock.now();
  if (peer === undefined) throw refused(`${id} is not a peer of this gateway.`);
  if (!issuedBy(certificate, readCertificate(peer.ca)))
    throw refused(`The certificate says ${id}, but it was not issued by the CA that is pinned for ${id}.`);
  const { from, to } = validity(certificate);
  if (now + LIMITS.clockSkewMs < from || now - LIMITS.clockSkewMs > to)
    throw refused(`The certificate of ${id} has expired or is not valid yet.`);
  return peer;
}

/** Refuses a CA whose name is also that of another organisation's: TLS libraries look issuers up by name. */
export function checkDistinctCa(der: Uint8Array, others: readonly Peer[]): void {
  const certificate = readCertificate(der);
  for (const other of others) {
    const known = readCertificate(other.ca);
    if (known.subject === certificate.subject && !known.raw.equals(certificate.raw))
      throw new CounterfoilError('invite.invalid', `The CA has the same name as that of ${other.id}.`, {
        hint: 'The other organisation has to make a CA with a name of its own.',
      });
  }
}

const refused = (message: string) => new CounterfoilError('peer.tls', message);
