/** Words that may stand between the parts of a name have no more letters than this. */
const PARTICLE = 3;
const [SPACE, APOSTROPHE, DASH, DOT] = [0x20, 0x27, 0x2d, 0x2e];

/**
 * Whether UTF-8 text may hold two words with capitals that follow one another, as names do. Signs beyond ASCII count as
 * capitals, so it says yes rather too often.
 */
export function mayHoldName(data: Uint8Array, from: number, to: number): boolean {
  /** The word before, or the one before particles, began with a capital. */
  let pending = false;
  /** A word with a capital is being read; `letters` counts those of one without. */
  let capital = false;
  let letters = 0;
  let before = SPACE;
  for (let at = from; at < to; at++) {
    const byte = data[at]!;
    const high = byte >= 0x80;
    if (high || (byte >= 65 && byte <= 90)) {
      const inWord = isLetter(before) || (before >= 0x80 && high);
      if (!inWord || before >= 0x80) {
        if (pending) return true;
        capital = true;
      }
    } else if (byte === SPACE) {
      if (before === SPACE) pending = false;
      else if (capital) pending = true;
      else if (letters > PARTICLE) pending = false;
      [capital, letters] = [false, 0];
    } else if (isLetter(byte)) letters++;
    else if (byte !== APOSTROPHE && byte !== DASH && byte !== DOT) [pending, capital, letters] = [false, false, 0];
    before = byte;
  }
  return false;
}

const isLetter = (byte: number): boolean => (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90);
