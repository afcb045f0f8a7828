import { createPrivateKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, CounterfoilError, hex, LIMITS, type OrgId, sha256, writeFileAtomic } from '../foundation/index.js';
import { issueLeaf, type KeyAndCertificate, makeCa } from './certificates.js';
import { fromFile, readSecret } from './files.js';
import { issuedBy, organisationOf, readCertificate, validity } from './x509.js';

/** What TLS presents and what peers pin. All PEM. */
export interface TlsMaterial {
  /** The gateway's own CA: what peers pin. */
  ca: string;
  /** The leaf's certificate and private key. */
  certificate: string;
  key: string;
  /** SHA-256 of the CA's DER in hex. */
  caFingerprint: string;
  /** Milliseconds since the epoch. */
  validFrom: number;
  validTo: number;
  /** When the leaf is renewed: at two thirds of its life. */
  renewAt: number;
}

/** PEM files of an organisation that runs its own certificate authority. Renewed by whoever writes them. */
export interface OwnPki {
  ca: string;
  certificate: string;
  key: string;
}

interface Options {
  /** The folder `keys/`. */
  folder: string;
  id: OrgId;
  hosts: readonly string[];
  clock: Clock;
  pki?: OwnPki;
}

/** The gateway's certificates: its own CA and the leaf it renews, or the files of an organisation's own PKI. */
export async function loadTransport(options: Options, force = false): Promise<TlsMaterial> {
  if (options.pki !== undefined) return readOwnPki(options, options.pki);
  const ca = readPair(join(options.folder, 'ca.pem'));
  const path = join(options.folder, 'leaf.pem');
  if (!force && existsSync(path)) {
    const material = fromFile(path, () => check(options, ca.certificate, readPair(path)));
    const now = options.clock.now();
    if (material.validFrom <= now && now < material.renewAt) return material;
  }
  const leaf = await issueLeaf(ca, options.id, options.hosts, options.clock.now());
  writeFileAtomic(path, leaf.key + leaf.certificate);
  return check(options, ca.certificate, leaf);
}

/** Makes the CA of a new gateway. */
export async function createCa(folder: string, id: OrgId, now: number): Promise<void> {
  const ca = await makeCa(id, now);
  writeFileAtomic(join(folder, 'ca.pem'), ca.key + ca.certificate);
}

function readPair(path: string): KeyAndCertificate {
  const text = readSecret(path).toString('utf8');
  return fromFile(path, () => {
    const start = text.indexOf('-----BEGIN CERTIFICATE-----');
    if (start < 0) throw new Error('no certificate');
    const pair = { key: text.slice(0, start), certificate: text.slice(start) };
    if (!readCertificate(pair.certificate).checkPrivateKey(createPrivateKey(pair.key)))
      throw new CounterfoilError('key.invalid', 'Key and certificate do not belong together.');
    return pair;
  });
}

function readOwnPki(options: Options, pki: OwnPki): TlsMaterial {
  const key = readSecret(pki.key).toString('utf8');
  return fromFile(pki.certificate, () => {
    const material = check(options, readText(pki.ca), { key, certificate: readText(pki.certificate) });
    if (!readCertificate(material.certificate).checkPrivateKey(createPrivateKey(key)))
      throw new CounterfoilError('key.invalid', 'Key and certificate do not belong together.');
    return material;
  });
}

function check(options: Options, ca: string, leaf: KeyAndCertificate): TlsMaterial {
  const authority = readCertificate(ca);
  const certificate = readCertificate(leaf.certificate);
  if (!issuedBy(certificate, authority))
    throw new CounterfoilError('key.invalid', 'The certificate was not issued by the CA beside it.');
  if (organisationOf(certificate) !== options.id)
    throw new CounterfoilError('key.invalid', `The certificate does not name ${options.id} (URI:urn:counterfoil:…).`);
  const { from, to } = validity(certificate);
  return {
    ca,
    certificate: leaf.certificate,
    key: leaf.key,
    caFingerprint: hex(sha256(authority.raw)),
    validFrom: from,
    validTo: to,
    renewAt: from + LIMITS.clockSkewMs + Math.floor(((to - from - LIMITS.clockSkewMs) * 2) / 3),
  };
}

function readText(path: string): string {
  return fromFile(path, () => readFileSync(path, 'utf8'));
}
