/** What a text may hold, as flags. Each says yes rather too often: a pattern decides. */
export const MAY_HOLD = {
  /** Two words with capitals that follow one another. */
  name: 1,
  /** A word that begins with two letters and two digits. */
  iban: 2,
  /** Three numbers joined by dots, dashes or slashes, or four digits near one or two others. */
  date: 4,
  /** Four numbers joined by dots. */
  quad: 8,
} as const;

/** Words that may stand between the parts of a name have no more letters than this. */
const PARTICLE = 3;
/** Bytes that at most lie between the day and the year of a date: a word of ten letters, and signs. */
const DAY_TO_YEAR = 48;

const [OTHER, SPACE, JOINER, APOSTROPHE, DIGIT, LOWER, CAPITAL, HIGH] = [0, 1, 2, 3, 4, 5, 6, 7];

const CLASS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return HIGH;
  const sign = String.fromCharCode(byte);
  if (/[A-Z]/.test(sign)) return CAPITAL;
  if (/[a-z]/.test(sign)) return LOWER;
  if (/[0-9]/.test(sign)) return DIGIT;
  if ('.-/'.includes(sign)) return JOINER;
  return sign === ' ' ? SPACE : sign === "'" ? APOSTROPHE : OTHER;
});
const SLASH = 0x2f;

/** One pass over the bytes of UTF-8 text. */
export function textSigns(data: Uint8Array, from: number, to: number): number {
  let found = 0;
  /** The word before, or the one before particles, began with a capital. */
  let pending = false;
  let capital = false;
  /** Letters of the word that is read, when it began with none. */
  let letters = 0;
  /** Letters and digits since the last other sign, as long as they are two letters and two digits. */
  let head = 0;
  /** Digits of the number that is read, numbers joined so far, and where the last short number ended. */
  let digits = 0;
  let joined = 0;
  let day = Number.NEGATIVE_INFINITY;
  let before = SPACE;
  let beforeThat = SPACE;
  for (let at = from; at < to; at++) {
    const kind = CLASS[data[at]!]!;
    if (kind === DIGIT) {
      if (before !== DIGIT) {
        joined = before === JOINER && beforeThat === DIGIT ? joined + 1 : 1;
        if (joined === 3) found |= MAY_HOLD.date;
        else if (joined === 4) found |= MAY_HOLD.quad;
      }
      digits++;
      if (head === 2) head = 3;
      else if (head === 3) {
        found |= MAY_HOLD.iban;
        head = 9;
      } else head = 9;
      pending = false;
      capital = false;
      letters = 0;
    } else {
      if (digits > 0) {
        if (digits === 4 && at - day <= DAY_TO_YEAR) found |= MAY_HOLD.date;
        else if (digits <= 2) day = at;
        digits = 0;
      }
      if (kind >= LOWER) {
        if (kind === HIGH) head = 0;
        else head = head < 2 ? head + 1 : 9;
        if (kind === LOWER) letters++;
        else {
          const inWord = before >= LOWER && (before !== HIGH || kind === HIGH);
          if (!inWord) {
            if (pending) found |= MAY_HOLD.name;
            capital = true;
          }
        }
      } else {
        head = 0;
        if (kind === SPACE) {
          if (before === SPACE) pending = false;
          else if (capital) pending = true;
          else if (letters > PARTICLE) pending = false;
          capital = false;
          letters = 0;
        } else if (kind === OTHER || data[at] === SLASH) {
          pending = false;
          capital = false;
          letters = 0;
        }
      }
    }
    beforeThat = before;
    before = kind;
  }
  if (digits === 4 && to - day <= DAY_TO_YEAR) found |= MAY_HOLD.date;
  return found;
}
