/** Words that make what follows them a phone number, a date of birth or a secret, by their first three letters. */
export const HINT = { call: 1, birth: 2, secret: 4 } as const;

const WORDS: readonly (readonly [number, string])[] = [
  [HINT.call, 'tel pho mob cel fax cal han tlf ph\0 ph. ph:'],
  [HINT.birth, 'dob d.o bor bir geb n\u00e9 nac nat'],
  [HINT.secret, 'pas pwd api sec tok'],
];

/** Hints by the low five bits of three bytes, which are the same for capital and small letters. */
const TABLE = new Uint8Array(1 << 15);
for (const [hint, words] of WORDS) {
  for (const word of words.split(' ')) {
    const [a, b, c] = Buffer.from(word) as unknown as [number, number, number];
    TABLE[((a & 31) << 10) | ((b & 31) << 5) | (c & 31)]! |= hint;
  }
}

const LETTER = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number((byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90) || byte >= 128),
);

/** Where no letter is before them, the hints that words of a cell may give. */
export function hintsIn(data: Uint8Array, start: number, end: number): number {
  let hints = 0;
  let before = 0;
  for (let at = start; at < end - 2; at++) {
    const byte = data[at]!;
    const letter = LETTER[byte]!;
    if (letter > before) hints |= TABLE[((byte & 31) << 10) | ((data[at + 1]! & 31) << 5) | (data[at + 2]! & 31)]!;
    before = letter;
  }
  return hints;
}
