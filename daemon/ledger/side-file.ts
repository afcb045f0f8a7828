import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { base64, fromBase64, writeFileAtomic } from '../foundation/index.js';
import type { Checkpoint } from './note.js';

const COMPACT_LINES = 20_000;

/**
 * The last signed head of each log, kept apart from the database so that an older copy of it is noticed: one line
 * `origin size root` for each head signed, the last one of an origin counts. Written after the database is durable, so
 * it may lag behind after a power cut but never runs ahead. A line that was cut short is passed over.
 */
export class SideFile {
  readonly #path: string;
  readonly #heads: Map<string, Checkpoint>;
  #fd: number;
  #lines = 0;

  private constructor(path: string, heads: Map<string, Checkpoint>) {
    this.#path = path;
    this.#heads = heads;
    this.#fd = this.#compact();
  }

  static open(path: string): SideFile {
    return new SideFile(path, readSideFile(path));
  }

  get heads(): ReadonlyMap<string, Checkpoint> {
    return this.#heads;
  }

  write(head: Checkpoint): void {
    this.#heads.set(head.origin, head);
    if (++this.#lines > COMPACT_LINES) {
      closeSync(this.#fd);
      this.#fd = this.#compact();
      return;
    }
    writeSync(this.#fd, line(head));
  }

  close(): void {
    closeSync(this.#fd);
  }

  #compact(): number {
    writeFileAtomic(this.#path, [...this.#heads.values()].map(line).join(''));
    this.#lines = 0;
    return openSync(this.#path, 'a', 0o600);
  }
}

const line = (head: Checkpoint): string => `${head.origin} ${head.size} ${base64(head.root)}\n`;

/** The heads that a side file names; none when there is no file. */
export function readSideFile(path: string): Map<string, Checkpoint> {
  const heads = new Map<string, Checkpoint>();
  if (!existsSync(path)) return heads;
  for (const match of readFileSync(path, 'utf8').matchAll(/^(\S+) (\d{1,15}) ([A-Za-z0-9+/]{43}=)\n/gm)) {
    const [, origin, size, root] = match as unknown as [string, string, string, string];
    heads.set(origin, { origin, size: Number(size), root: fromBase64(root) });
  }
  return heads;
}
