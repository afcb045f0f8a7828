import { base64, digest, equal, fromBase64, hex, utf8 } from './bytes.js';
import { type Entry, readEntry } from './entry.js';
import { canonical } from './json.js';
import { verifySignature } from './note.js';

/** A key of an organisation and the log size from which it is in force. */
export interface KeySpan {
  from: number;
  key: Uint8Array;
}

/** Keys that one log puts in force: each signature is held against all of them. */
const MOST_KEYS = 1000;

/** How entries name a key: SHA-256 of its 32 bytes, hex. */
export const fingerprint = (key: Uint8Array): string => hex(digest(key));

/** The keys that a log puts in force and out of force, in order. */
export class KeyTimeline {
  readonly spans: KeySpan[] = [];
  readonly revoked: KeySpan[] = [];

  /** The same keys for another log of their owner, of which it is not known at which sizes they follow each other. */
  elsewhere(): KeyTimeline {
    const timeline = new KeyTimeline();
    timeline.spans.push(...this.spans.map(({ key }) => ({ from: Number.NaN, key })));
    return timeline;
  }

  get first(): Uint8Array | undefined {
    return this.spans[0]?.key;
  }

  get last(): Uint8Array | undefined {
    return this.spans.at(-1)?.key;
  }

  /** The key that signs a head of a size. */
  at(size: number): Uint8Array | undefined {
    return this.spans.findLast((span) => span.from <= size)?.key;
  }

  knows(key: Uint8Array): boolean {
    return this.spans.some((span) => equal(span.key, key));
  }

  isRevoked(key: Uint8Array, size: number): boolean {
    return this.revoked.some((span) => equal(span.key, key) && span.from <= size);
  }

  /** Takes in an entry; returns what is wrong with it as a phrase. */
  follow(entry: Entry, owner: string): string | undefined {
    if (entry.org !== undefined && entry.org !== owner) return undefined;
    if (entry.type === 'key.revoked') {
      this.revoked.push({ from: entry.seq + 1, key: fromBase64(entry.key as string) });
      return undefined;
    }
    if (entry.type === 'genesis' || entry.type === 'channel.opened') {
      const key = fromBase64(entry.key as string);
      if (this.last !== undefined && !equal(this.last, key)) return 'names another key than the one in force';
      if (this.last === undefined) this.spans.push({ from: 0, key });
      return undefined;
    }
    if (entry.type !== 'key.rotated' || this.last === undefined) return undefined;
    if (!rotationHolds(entry, owner, this.last)) return 'puts a key in force that the key before it did not sign';
    if (this.spans.length >= MOST_KEYS) return `puts more than ${MOST_KEYS} keys in force, one after the other`;
    this.spans.push({ from: entry.seq + 1, key: fromBase64(entry.new as string) });
    return undefined;
  }
}

function rotationHolds(entry: Entry, owner: string, current: Uint8Array): boolean {
  const [old, next] = [fromBase64(entry.old as string), fromBase64(entry.new as string)];
  const statement = canonical({ new: base64(next), old: base64(old), org: owner });
  const message = utf8(`counterfoil/key-rotation/1\n${statement}`);
  return (
    equal(old, current) &&
    verifySignature(old, message, fromBase64(entry.oldSignature as string)) &&
    verifySignature(next, message, fromBase64(entry.newSignature as string))
  );
}

/** An entry, where it can be read. */
export function tryRead(body: string): Entry | undefined {
  try {
    return readEntry(utf8(body));
  } catch {
    return undefined;
  }
}
