import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { sha256, writeFileAtomic } from '../foundation/index.js';

/** The token of the first start: whoever has it makes the first administrator. It works once, while there are no users. */
export class FirstToken {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** The token, made when there is none yet. */
  offer(): string {
    const kept = this.#read();
    if (kept !== undefined) return kept;
    const token = randomBytes(18).toString('base64url');
    writeFileAtomic(this.#path, `${token}\n`);
    return token;
  }

  is(given: string): boolean {
    const kept = this.#read();
    return kept !== undefined && timingSafeEqual(sha256(given.trim()), sha256(kept));
  }

  spend(): void {
    rmSync(this.#path, { force: true });
  }

  #read(): string | undefined {
    try {
      return readFileSync(this.#path, 'utf8').trim();
    } catch {
      return undefined;
    }
  }
}
