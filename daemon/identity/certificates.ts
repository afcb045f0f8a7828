import { generateKeyPair, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import forge from 'node-forge';
import { LIMITS } from '../foundation/index.js';

/** A certificate with its private key, both PEM. */
export interface KeyAndCertificate {
  key: string;
  certificate: string;
}

const DAY_MS = 24 * 3600_000;
const SAN_DNS = 2;
const SAN_URI = 6;
const SAN_IP = 7;

/** The URI that names an organisation in its certificates. */
const organisationUri = (id: string): string => `urn:counterfoil:${id}`;

/** A new RSA-3072 certificate authority for one gateway (node-forge signs RSA only; node:crypto makes the key). */
export async function makeCa(id: string, now: number): Promise<KeyAndCertificate> {
  const key = await rsaKey(3072);
  const certificate = blank(key, now, LIMITS.caDays);
  // The random part keeps this CA's name apart from an older one of the same organisation while both are trusted.
  const name = attributes(id, `Counterfoil CA ${randomBytes(4).toString('hex')}`);
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  certificate.sign(privateKey(key), forge.md.sha256.create());
  return { key, certificate: forge.pki.certificateToPem(certificate) };
}

/** A new RSA-2048 leaf for server and client use. `hosts` are DNS names and IP addresses beside the organisation's URI. */
export async function issueLeaf(
  ca: KeyAndCertificate,
  id: string,
  hosts: readonly string[],
  now: number,
): Promise<KeyAndCertificate> {
  const key = await rsaKey(2048);
  const certificate = blank(key, now, LIMITS.leafDays);
  const issuer = forge.pki.certificateFromPem(ca.certificate);
  certificate.setSubject(attributes(id, id));
  certificate.setIssuer(issuer.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes() },
    { name: 'subjectAltName', altNames: altNames(id, hosts) },
  ]);
  certificate.sign(privateKey(ca.key), forge.md.sha256.create());
  return { key, certificate: forge.pki.certificateToPem(certificate) };
}

function altNames(id: string, hosts: readonly string[]): object[] {
  const names = [...new Set(hosts)].map((host) =>
    isIP(host) ? { type: SAN_IP, ip: host } : { type: SAN_DNS, value: host },
  );
  return [{ type: SAN_URI, value: organisationUri(id) }, ...names];
}

function blank(key: string, now: number, days: number): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  const own = privateKey(key);
  certificate.publicKey = forge.pki.setRsaPublicKey(own.n, own.e);
  // The high bit set after one zero byte: DER (X.690 section 8.3.2) takes the shortest form of a number only, and forge
  // shortens by one byte at most.
  const serial = randomBytes(16);
  serial.writeUInt8(serial.readUInt8(0) | 0x80, 0);
  certificate.serialNumber = `00${serial.toString('hex')}`;
  certificate.validity.notBefore = new Date(now - LIMITS.clockSkewMs);
  certificate.validity.notAfter = new Date(now + days * DAY_MS);
  return certificate;
}

function attributes(id: string, commonName: string): forge.pki.CertificateField[] {
  // X.520 upper bound of these names (RFC 5280 appendix A.1): 64 characters.
  return [
    { name: 'commonName', value: commonName.slice(0, 64) },
    { name: 'organizationName', value: id.slice(0, 64) },
  ];
}

function privateKey(pem: string): forge.pki.rsa.PrivateKey {
  return forge.pki.privateKeyFromPem(pem) as forge.pki.rsa.PrivateKey;
}

async function rsaKey(bits: number): Promise<string> {
  const { privateKey: pem } = await promisify(generateKeyPair)('rsa', {
    modulusLength: bits,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    // PKCS #1: what forge reads.
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  return pem;
}
