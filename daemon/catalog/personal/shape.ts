/** Longest cell whose shape is remembered. Longer ones are prose, whose shapes do not repeat. */
export const SHAPE_BYTES = 48;

/** Shapes that are remembered. Nothing depends on it but time. */
const SHAPES = 8192;

/** What stands for a byte in a shape: 9 for digits, A and a for letters, itself for all else. */
const SIGN = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 48 && byte <= 57) return 57;
  if (byte >= 65 && byte <= 90) return 65;
  return (byte >= 97 && byte <= 122) || byte >= 128 ? 97 : byte;
});
const LOWER = 97;

/** Remembers per shape what can be in a cell of it, so that a column of dates or codes is judged once, not once a row. */
export class Shapes {
  readonly #judge: (shape: string) => number;
  readonly #known = new Map<number, number>();

  constructor(judge: (shape: string) => number) {
    this.#judge = judge;
  }

  of(data: Uint8Array, start: number, end: number): number {
    let high = 0x2545f491;
    let low = 0x1b873593;
    let before = 0;
    for (let at = start; at < end; at++) {
      const sign = SIGN[data[at]!]!;
      // Small letters come in words of any length, and no number that is looked for has two of them in a row.
      if (sign === LOWER && before === LOWER) continue;
      before = sign;
      high = Math.imul(high ^ sign, 0x01000193);
      low = Math.imul(low + sign, 0x5bd1e995) ^ (low >>> 13);
    }
    const key = (high >>> 0) * 0x100000 + ((low >>> 0) & 0xfffff);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const mask = this.#judge(skeleton(data, start, end));
    if (this.#known.size < SHAPES) this.#known.set(key, mask);
    return mask;
  }
}

function skeleton(data: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) {
    const sign = SIGN[data[at]!]!;
    if (sign !== LOWER || !text.endsWith('a')) text += String.fromCharCode(sign);
  }
  return text;
}
