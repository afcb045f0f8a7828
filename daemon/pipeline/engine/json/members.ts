import { JsonFault, unescapedString } from './parse.js';

/** The keys of an object by their bytes. Records mostly repeat the order of the one before, so the next key is tried first. */
export class Members<T> {
  readonly list: { key: string; bytes: Uint8Array; value: T; record: number }[] = [];
  readonly #byKey = new Map<string, number>();
  #next = 0;
  #record = 0;

  /** Begins an object. */
  begin(): void {
    this.#next = 0;
    this.#record++;
  }

  /** The value of a key, made by `make` when it is new. JsonFault when the object has it already. */
  find(bytes: Uint8Array, start: number, end: number, escaped: boolean, make: (key: string) => T): T {
    const guess = this.list[this.#next];
    const member =
      guess !== undefined && !escaped && same(guess.bytes, bytes, start, end)
        ? guess
        : this.#search(bytes, start, end, escaped, make);
    if (member.record === this.#record) throw new JsonFault(start, 'the key that starts there is in the object twice');
    member.record = this.#record;
    return member.value;
  }

  #search(bytes: Uint8Array, start: number, end: number, escaped: boolean, make: (key: string) => T) {
    const plain = escaped ? unescapedString(bytes, start, end) : bytes.slice(start, end);
    const key = Buffer.prototype.utf8Slice.call(plain, 0, plain.length);
    let index = this.#byKey.get(key);
    if (index === undefined) {
      index = this.list.length;
      this.list.push({ key, bytes: plain, value: make(key), record: 0 });
      this.#byKey.set(key, index);
    }
    this.#next = index;
    return this.list[index]!;
  }

  /** To be called after a member was found, so that the one after it is tried next. */
  advance(): void {
    this.#next++;
  }
}

function same(wanted: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (wanted.length !== end - start) return false;
  for (let at = 0; at < wanted.length; at++) if (wanted[at] !== bytes[start + at]) return false;
  return true;
}
