/** The words that stand for null. */
export class NullCells {
  readonly #words: readonly Uint8Array[];

  constructor(words: readonly string[] = []) {
    this.#words = words.map((word) => Buffer.from(word, 'utf8'));
  }

  has(bytes: Uint8Array, start: number, end: number): boolean {
    for (const word of this.#words) {
      if (word.length !== end - start) continue;
      let at = 0;
      while (at < word.length && bytes[start + at] === word[at]) at++;
      if (at === word.length) return true;
    }
    return false;
  }
}
