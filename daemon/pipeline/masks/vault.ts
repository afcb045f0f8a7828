import { randomBytes } from 'node:crypto';
import { base32, sha256 } from '../../foundation/index.js';
import { type Database, migrate, openDatabase, transaction } from '../../store/index.js';
import { ownText } from '../checks/values/access.js';
import { ShortHmac } from './hmac.js';

const MIGRATIONS = [
  `CREATE TABLE token (
     space BLOB NOT NULL,
     value BLOB NOT NULL,
     token BLOB NOT NULL,
     PRIMARY KEY (space, value)
   ) STRICT, WITHOUT ROWID`,
];

/** Bits of a token: 26 characters of base32, as the derived tokens have. */
const TOKEN_BYTES = 17;
const TOKEN_CHARS = 26;
const NAME_BYTES = 16;

/** One connection for each thread and file. */
const open = new Map<string, Database>();

function vaultAt(path: string): Database {
  let db = open.get(path);
  if (db === undefined || !db.open) {
    db = openDatabase(path);
    migrate(db, 'masks.vault', MIGRATIONS);
    open.set(path, db);
  }
  return db;
}

/**
 * Random tokens, and which value each stands for: a table that this gateway alone has. A token tells nothing of its
 * value, not even to someone who knows the secret keys. The table names values by HMAC-SHA256 under a key of the space,
 * so that it holds none either. Deleting a row makes a token stand for nothing, for good.
 */
export class Vault {
  readonly #db: Database;
  readonly #space: Uint8Array;
  readonly #hmac: ShortHmac;
  readonly #prefix: string;
  /** Tokens that this run has looked up already. */
  readonly #known = new Map<string, string>();
  readonly #most: number;

  /** `key` derives from peer, domain and epoch: tokens of one space are for one peer and one kind of value. */
  constructor(path: string, key: Uint8Array, epoch: number, most: number) {
    this.#db = vaultAt(path);
    this.#space = sha256('counterfoil/vault-space/1\n', key).subarray(0, NAME_BYTES);
    this.#hmac = new ShortHmac(key);
    this.#prefix = `tr${epoch}_`;
    this.#most = most;
  }

  get width(): number {
    return this.#prefix.length + TOKEN_CHARS;
  }

  /** The tokens of texts, in order; those that had none get one, all in one transaction. */
  tokens(texts: readonly string[]): ReadonlyMap<string, string> {
    const out = new Map<string, string>();
    const missing = new Set<string>();
    for (const text of texts) {
      const known = this.#known.get(text);
      if (known === undefined) missing.add(text);
      else out.set(text, known);
    }
    if (missing.size === 0) return out;
    const fresh = randomBytes(missing.size * TOKEN_BYTES);
    transaction(this.#db, () => {
      const find = this.#db.prepare('SELECT token FROM token WHERE space = ? AND value = ?').pluck();
      const add = this.#db.prepare('INSERT INTO token (space, value, token) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
      // Values of a table are mostly all new, or all known from a version before: what the last one was is tried first.
      let known = false;
      let at = 0;
      for (const text of missing) {
        const value = this.#nameOf(text);
        let token: Uint8Array | undefined = known
          ? (find.get(this.#space, value) as Uint8Array | undefined)
          : undefined;
        if (token === undefined) {
          token = fresh.subarray(at, at + TOKEN_BYTES);
          known = add.run(this.#space, value, token).changes === 0;
          if (known) token = find.get(this.#space, value) as Uint8Array;
        }
        at += TOKEN_BYTES;
        const written = this.#prefix + base32(token).slice(0, TOKEN_CHARS);
        out.set(text, written);
        if (this.#known.size < this.#most) this.#known.set(ownText(text), written);
      }
    });
    return out;
  }

  /** The token of a text where it has one: what an erasure request finds a subject by. */
  find(text: string): string | undefined {
    const token = this.#db
      .prepare('SELECT token FROM token WHERE space = ? AND value = ?')
      .pluck()
      .get(this.#space, this.#nameOf(text)) as Uint8Array | undefined;
    return token && this.#prefix + base32(token).slice(0, TOKEN_CHARS);
  }

  /** Forgets which value a token stands for. True when there was one. */
  forget(text: string): boolean {
    this.#known.delete(text);
    const done = this.#db
      .prepare('DELETE FROM token WHERE space = ? AND value = ?')
      .run(this.#space, this.#nameOf(text));
    return done.changes > 0;
  }

  #nameOf(text: string): Uint8Array {
    const bytes = Buffer.from(text, 'utf8');
    const digest = new Uint8Array(32);
    this.#hmac.digest(bytes, 0, bytes.length, digest);
    return digest.subarray(0, NAME_BYTES);
  }
}
