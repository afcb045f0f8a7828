import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { CounterfoilError, LIMITS } from '../foundation/index.js';

/** Work of one hash: scrypt (RFC 7914) with N = 2^17, r = 8, p = 1 takes 128 MiB. */
const COST = { ln: 17, r: 8, p: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

interface Cost {
  ln: number;
  r: number;
  p: number;
}

/**
 * Hashes passwords, one at a time: each takes much memory, and a flood of sign-ins must not take all of it. Form of a
 * hash: `$scrypt$ln=17,r=8,p=1$<salt>$<hash>`, base64.
 */
export class Passwords {
  readonly #cost: Cost;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(ln = COST.ln) {
    this.#cost = { ...COST, ln };
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    const hash = await this.#derive(password, salt, this.#cost);
    const { ln, r, p } = this.#cost;
    return `$scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64')}$${hash.toString('base64')}`;
  }

  /** Takes as long for a user that is not there (`stored` undefined) as for one that is. */
  async verify(password: string, stored: string | undefined): Promise<boolean> {
    const parts = stored === undefined ? null : FORM.exec(stored);
    if (parts === null) {
      await this.#derive(password, Buffer.alloc(SALT_BYTES), this.#cost);
      return false;
    }
    const [, ln, r, p, salt, hash] = parts as unknown as [string, string, string, string, string, string];
    const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
    return timingSafeEqual(
      await this.#derive(password, Buffer.from(salt, 'base64'), cost),
      Buffer.from(hash, 'base64'),
    );
  }

  #derive(password: string, salt: Buffer, { ln, r, p }: Cost): Promise<Buffer> {
    if (this.#waiting >= LIMITS.passwordsWaiting)
      throw new CounterfoilError('admin.too_many', 'Too many people are signing in at this moment.');
    this.#waiting++;
    const options: ScryptOptions = { N: 2 ** ln, r, p, maxmem: 2 ** ln * r * 128 + 1024 * 1024 };
    const work = this.#last.then(
      () =>
        new Promise<Buffer>((resolve, reject) => {
          // NFKC, so that the same password typed on another keyboard is the same bytes (RFC 8265).
          scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) =>
            error === null ? resolve(key) : reject(error),
          );
        }),
    );
    this.#last = work.catch(() => undefined).finally(() => this.#waiting--);
    return work;
  }
}

const FORM = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)$/;

/** `input.invalid` for a password that is too short, too long, the name itself, or one character again and again. */
export function refuseWeak(password: string, name: string): void {
  const chars = [...password].length;
  if (chars < LIMITS.passwordLeastChars || password.length > LIMITS.passwordChars)
    throw new CounterfoilError(
      'input.invalid',
      `A password has ${LIMITS.passwordLeastChars} to ${LIMITS.passwordChars} characters.`,
      { hint: 'Several words in a row are easy to keep in mind and hard to guess.' },
    );
  const plain = password.toLowerCase();
  if (new Set(plain).size < 5 || plain.replaceAll(name, '').length < 6)
    throw new CounterfoilError('input.invalid', 'This password is too easy to guess.', {
      hint: 'Several words in a row are easy to keep in mind and hard to guess.',
    });
}
