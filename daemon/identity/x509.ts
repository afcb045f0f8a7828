import { X509Certificate } from 'node:crypto';
import { CounterfoilError, type OrgId, orgId, sha256 } from '../foundation/index.js';

/** PEM or DER of one certificate, read; `key.invalid` when it is none. */
export function readCertificate(pemOrDer: string | Uint8Array): X509Certificate {
  try {
    return new X509Certificate(pemOrDer);
  } catch (error) {
    throw new CounterfoilError('key.invalid', 'A certificate cannot be read.', { cause: error });
  }
}

/** SHA-256 of a certificate's DER, 32 bytes: how a CA is pinned. */
export function certificateFingerprint(pemOrDer: string | Uint8Array): Uint8Array {
  return sha256(readCertificate(pemOrDer).raw);
}

/** DER of a certificate as PEM. */
export function certificatePem(der: Uint8Array): string {
  return readCertificate(der).toString();
}

/** True when `certificate` names `ca` as its issuer and `ca`'s key signed it. Validity times are the caller's to check. */
export function issuedBy(certificate: X509Certificate, ca: X509Certificate): boolean {
  return ca.ca && certificate.checkIssued(ca) && certificate.verify(ca.publicKey);
}

/** The one organisation that a leaf names (SAN `URI:urn:counterfoil:<id>`), or undefined when it names none or several. */
export function organisationOf(certificate: X509Certificate): OrgId | undefined {
  // A quoted entry in this list is one that could be mistaken for several (Node escapes it); ours never need quotes.
  const uris = (certificate.subjectAltName ?? '').split(', ').filter((name) => name.startsWith('URI:urn:counterfoil:'));
  if (uris.length !== 1) return undefined;
  try {
    return orgId(uris[0]!.slice('URI:urn:counterfoil:'.length));
  } catch {
    return undefined;
  }
}

/** Milliseconds since the epoch between which a certificate is valid. */
export function validity(certificate: X509Certificate): { from: number; to: number } {
  return { from: Date.parse(certificate.validFrom), to: Date.parse(certificate.validTo) };
}
