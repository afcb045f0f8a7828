import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Clock,
  CounterfoilError,
  type Json,
  type OrgId,
  privateFolder,
  syncFolder,
  writeFileAtomic,
} from '../foundation/index.js';
import { fingerprint, rawPublicKey, signEd25519 } from './ed25519.js';
import { fromFile, readSecret } from './files.js';
import { sealingPublicKey } from './sealing.js';
import { type Signed, type Signer, signDocument } from './signed.js';
import { createCa, loadTransport, type OwnPki, type TlsMaterial } from './transport.js';

export interface IdentityOptions {
  /** The home folder; keys live in `keys/` below it, readable by their owner only. */
  home: string;
  id: OrgId;
  /** DNS names and IP addresses for the leaf, beside the organisation's URI that peers check. */
  hosts?: readonly string[];
  clock: Clock;
  /** Certificates of the organisation's own PKI instead of the gateway's CA. */
  pki?: OwnPki;
}

const SECRET_BYTES = 32;
/** How often the leaf's age is looked at. */
const RENEWAL_CHECK_MS = 3600_000;

/**
 * Who this gateway is: the organisation's Ed25519 key, its transport certificates, the key that encrypts what is
 * stored, and the token of the admin API.
 *
 * Errors when opening: `key.invalid` (a key is missing or unusable), `config.permissions` (others may read one).
 */
export class Identity implements Signer {
  readonly id: OrgId;
  /** X25519, 32 bytes each: what peers seal columns to, and what opens them. */
  readonly sealing: { readonly publicKey: Uint8Array; readonly privateKey: Uint8Array };
  /** 32 bytes that wrap every data key of this home. */
  readonly storeKey: Uint8Array;
  /** Bearer token of the admin API. */
  readonly adminToken: string;
  readonly #options: IdentityOptions;
  #key: OrganisationKey;
  readonly #listeners = new Set<(tls: TlsMaterial) => void>();
  #tls: TlsMaterial;
  #timer: NodeJS.Timeout | undefined;

  private constructor(options: IdentityOptions, secrets: Secrets, tls: TlsMaterial) {
    this.id = options.id;
    this.#options = options;
    this.#key = new OrganisationKey(options.id, secrets.organisation);
    this.sealing = { privateKey: secrets.sealing, publicKey: sealingPublicKey(secrets.sealing) };
    this.storeKey = secrets.storeKey;
    this.adminToken = secrets.adminToken;
    this.#tls = tls;
  }

  /** Makes the keys of a new gateway. `home.exists` when there are some already. */
  static async create(options: IdentityOptions): Promise<Identity> {
    const folder = join(options.home, 'keys');
    if (existsSync(join(folder, 'org.key')))
      throw new CounterfoilError('home.exists', 'This home has keys already; they are never overwritten.');
    privateFolder(folder);
    if (options.pki === undefined) await createCa(folder, options.id, options.clock.now());
    writeFileAtomic(join(folder, 'store.key'), randomBytes(SECRET_BYTES));
    writeFileAtomic(join(folder, 'sealing.key'), randomBytes(SECRET_BYTES));
    writeFileAtomic(join(folder, 'admin.token'), `${randomBytes(SECRET_BYTES).toString('base64url')}\n`);
    // Last, because its presence says that the keys are complete.
    writeFileAtomic(join(folder, 'org.key'), newOrganisationKey());
    return Identity.open(options);
  }

  /** Opens the keys of a home, renewing the leaf where it is due. */
  static async open(options: IdentityOptions): Promise<Identity> {
    const sealing = join(options.home, 'keys', 'sealing.key');
    // Homes made before columns could be sealed have none; nothing was sealed to them either.
    if (!existsSync(sealing) && existsSync(join(options.home, 'keys', 'org.key')))
      writeFileAtomic(sealing, randomBytes(SECRET_BYTES));
    const secrets = readSecrets(options.home);
    return new Identity(options, secrets, await loadTransport(transportOptions(options)));
  }

  /** Raw Ed25519 public key, 32 bytes. Another one after a rotation. */
  get publicKey(): Uint8Array {
    return this.#key.publicKey;
  }

  /** SHA-256 of the public key, hex. */
  get fingerprint(): string {
    return fingerprint(this.publicKey);
  }

  /** Ed25519 signature of the organisation over exactly these bytes. */
  sign(bytes: Uint8Array): Uint8Array {
    return this.#key.sign(bytes);
  }

  /** The key that is to follow, kept in `keys/org.next.key` until it is taken up or dropped; undefined when there is none. */
  get nextKey(): Signer | undefined {
    const path = join(this.#options.home, 'keys', NEXT_KEY);
    return existsSync(path) ? new OrganisationKey(this.id, readOrganisationKey(path)) : undefined;
  }

  /** Makes the key that is to follow; the one that is there already where a rotation was interrupted. */
  makeNextKey(): Signer {
    const path = join(this.#options.home, 'keys', NEXT_KEY);
    if (!existsSync(path)) writeFileAtomic(path, newOrganisationKey());
    return this.nextKey!;
  }

  /** From now on the next key is the organisation's. The one before is gone: it is needed for nothing any more. */
  takeNextKey(): void {
    const folder = join(this.#options.home, 'keys');
    const next = readOrganisationKey(join(folder, NEXT_KEY));
    renameSync(join(folder, NEXT_KEY), join(folder, 'org.key'));
    syncFolder(folder);
    this.#key = new OrganisationKey(this.id, next);
  }

  dropNextKey(): void {
    rmSync(join(this.#options.home, 'keys', NEXT_KEY), { force: true });
  }

  /** Signs a document of a kind (`agreement`, `notice`, …): `"counterfoil/<kind>/1\n"` and its canonical bytes. */
  signDocument(kind: string, document: Json | Uint8Array): Signed {
    return signDocument(this, kind, document);
  }

  /** What TLS presents now. */
  get tls(): TlsMaterial {
    return this.#tls;
  }

  /** Kind "ca": the organisation key's word that this CA speaks for it on the wire. */
  caStatement(): Signed {
    return this.signDocument('ca', { v: 1, id: this.id, ca: this.#tls.caFingerprint });
  }

  /** Replaces the leaf where two thirds of its life are over, or at once with `force`. True when it did. */
  async renew(force = false): Promise<boolean> {
    const next = await loadTransport(transportOptions(this.#options), force);
    if (next.certificate === this.#tls.certificate) return false;
    this.#tls = next;
    for (const listener of this.#listeners) listener(next);
    return true;
  }

  /** Calls back after each renewal. Returns what ends it. */
  onRenewed(listener: (tls: TlsMaterial) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Renews in time, unattended. `failed` is told of renewals that did not work; the old leaf stays in use. */
  watch(failed: (error: unknown) => void): void {
    this.#timer ??= setInterval(() => void this.renew().catch(failed), RENEWAL_CHECK_MS).unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#listeners.clear();
  }

  /** Throws what would keep this home from starting now: for readiness and `doctor`. */
  verify(): void {
    const found = readSecrets(this.#options.home);
    if (fingerprint(rawPublicKey(found.organisation)) !== this.fingerprint)
      throw new CounterfoilError('key.invalid', 'keys/org.key was replaced while the gateway ran.');
    if (this.#tls.validTo <= this.#options.clock.now())
      throw new CounterfoilError('key.invalid', 'The transport certificate of this gateway has expired.');
  }
}

/** An Ed25519 key as what signs in the organisation's name. */
class OrganisationKey implements Signer {
  readonly publicKey: Uint8Array;
  readonly #key: KeyObject;

  constructor(
    readonly id: OrgId,
    key: KeyObject,
  ) {
    this.#key = key;
    this.publicKey = rawPublicKey(key);
  }

  sign(bytes: Uint8Array): Uint8Array {
    return signEd25519(this.#key, bytes);
  }
}

const NEXT_KEY = 'org.next.key';

const newOrganisationKey = () => generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });

function readOrganisationKey(path: string): KeyObject {
  const bytes = readSecret(path);
  return fromFile(path, () => {
    const key = createPrivateKey(bytes);
    rawPublicKey(key); // throws when it is of another kind
    return key;
  });
}

interface Secrets {
  organisation: KeyObject;
  sealing: Uint8Array;
  storeKey: Uint8Array;
  adminToken: string;
}

const transportOptions = (options: IdentityOptions) => ({
  folder: join(options.home, 'keys'),
  id: options.id,
  hosts: ['localhost', '127.0.0.1', ...(options.hosts ?? [])],
  clock: options.clock,
  ...(options.pki === undefined ? {} : { pki: options.pki }),
});

function secretBytes(bytes: Buffer): Buffer {
  if (bytes.length !== SECRET_BYTES) throw new CounterfoilError('key.invalid', 'It has to be 32 bytes long.');
  return bytes;
}

function readSecrets(home: string): Secrets {
  const path = (name: string) => join(home, 'keys', name);
  const read = <T>(name: string, parse: (bytes: Buffer) => T): T => {
    const bytes = readSecret(path(name));
    return fromFile(path(name), () => parse(bytes));
  };
  return {
    organisation: readOrganisationKey(path('org.key')),
    sealing: read('sealing.key', secretBytes),
    storeKey: read('store.key', secretBytes),
    adminToken: read('admin.token', (bytes) => {
      const token = bytes.toString('utf8').trim();
      if (!/^[A-Za-z0-9_-]{32,}$/.test(token))
        throw new CounterfoilError('key.invalid', 'It has to be at least 32 letters, digits, - or _.');
      return token;
    }),
  };
}
