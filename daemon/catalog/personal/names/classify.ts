import { fold } from '../header/tokens.js';
import { type Dictionary, dictionary } from './dictionary.js';
import { NOT_PEOPLE } from './vocabulary.js';

const TITLES = new Set(
  'mr mrs ms miss mx dr prof professor sir dame rev reverend fr herr frau monsieur madame mme mlle m sr sra srta don dona sig signora dott ing dipl med ir drs hr fru frk master hon judge capt captain lt col maj sgt pan pani dl'.split(
    ' ',
  ),
);
const SUFFIXES = new Set('jr sr ii iii iv v vi phd md dds dvm esq mba cpa rn do bsc msc ma ba jd mph'.split(' '));
const PARTICLES = new Set(
  "van von de der den del della di da dos das do la le el al bin ibn ben st san santa du des af zu ter ten y e o mac mc abu bint van't te lo la".split(
    ' ',
  ),
);

const NAME_SHAPE = /^[\p{L}\p{M}][\p{L}\p{M}'’`.,\- ()]*[\p{L}\p{M}.)]$/u;
const CJK =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+(?:[ ・·][\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+)?$/u;

/** Says of one value whether it could be, or is likely to be, a person's name. Adds kinds to `found`. */
export function nameKinds(text: string, found: Set<string>): void {
  if (text.length > 60) return;
  const book = dictionary();
  if (CJK.test(text)) {
    eastAsian(text, found, book);
    return;
  }
  if (!NAME_SHAPE.test(text) || text.length < 2) return;
  const parts = nameParts(text);
  const { tokens } = parts;
  if (tokens.length === 0 || tokens.length > 5) return;
  found.add('name_like');
  const foreign = tokens.filter((token) => NOT_PEOPLE.has(token)).length;
  if (foreign > 0) found.add('common_words');
  const whole = tokens.join(' ');
  if (book.cities.has(whole) || book.states.has(whole)) found.add('city');
  if (tokens.length === 1) {
    const [token] = tokens as [string];
    if (isFirst(token, book)) found.add('first_name');
    if (isLast(token, book)) found.add('last_name');
    return;
  }
  if (foreign > 0) return;
  const solid = tokens.filter((token) => token.length > 1 && !PARTICLES.has(token));
  const firsts = solid.filter((token) => isFirst(token, book)).length;
  const known = solid.filter((token) => isFirst(token, book) || isLast(token, book)).length;
  const initials = tokens.filter((token) => token.length === 1).length;
  const needed = solid.length > 2 ? solid.length - 1 : solid.length;
  if (solid.length === 0) return;
  if (parts.titled ? known > 0 : firsts > 0 && (known >= Math.max(2, needed - 1) || (known >= 1 && initials > 0)))
    found.add('full_name');
  else if (parts.given !== undefined && known > 0 && isFirst(parts.given, book)) found.add('full_name');
  else if (parts.capital && firsts > 0 && solid.length <= 3) found.add('half_name');
  // Double first names, and last names of two parts.
  if (solid.length === 2 && firsts === 2) found.add('first_name');
  if (solid.length <= 2 && known === solid.length && firsts === 0) found.add('last_name');
}

interface Parts {
  tokens: string[];
  titled: boolean;
  /** What follows the comma of "last, first". */
  given: string | undefined;
  capital: boolean;
}

function nameParts(text: string): Parts {
  const plain = text.replace(/\([^)]*\)/g, ' ');
  const words = plain.split(/[\s,]+/).filter((word) => word !== '');
  const tokens = words.map((word) => fold(word).replace(/[.’`]/g, (mark) => (mark === '.' ? '' : "'")));
  let start = 0;
  let end = tokens.length;
  while (start < end && TITLES.has(tokens[start]!) && tokens.length > 1) start++;
  while (end > start + 1 && SUFFIXES.has(tokens[end - 1]!)) end--;
  // "Braund, Mr. Owen Harris" has its title in the middle.
  const middle = tokens.slice(start, end).filter((token, at) => at === 0 || !TITLES.has(token) || token.length === 1);
  return {
    tokens: middle.filter((token) => token !== ''),
    titled: start > 0 || middle.length < end - start,
    given: givenAfterComma(plain),
    capital: words.every((word) => /^[\p{Lu}\p{Lo}]/u.test(word) || PARTICLES.has(word)),
  };
}

/** Of "last, first" the first word after the comma that is no title, folded. */
function givenAfterComma(text: string): string | undefined {
  const [, right, more] = text.split(',');
  if (right === undefined || more !== undefined) return undefined;
  return fold(right)
    .replaceAll('.', '')
    .split(/\s+/)
    .find((word) => word !== '' && !TITLES.has(word));
}

function isFirst(token: string, book: Dictionary): boolean {
  if (book.first.has(token)) return true;
  const parts = token.split('-');
  return parts.length === 2 && parts.every((part) => book.first.has(part));
}

function isLast(token: string, book: Dictionary): boolean {
  if (book.last.has(token) || (book.either.has(token) && !book.first.has(token))) return true;
  const parts = token.split('-');
  if (parts.length === 2 && parts.some((part) => book.last.has(part) || book.either.has(part))) return true;
  return token.length > 4 && SLAVIC.test(token);
}

/** Endings that only last names and patronymics have, in Cyrillic and in Latin letters. */
const SLAVIC =
  /(?:ов|ев|ин|скии|цкии|ова|ева|ина|ская|енко|ович|евич|овна|евна|ievich|ovich|ovna|evna|enko|owski|owska|wicz|czyk|opoulos|idis|akis|yan|shvili|sson|sdottir|nski|wski|cki|cka|wska|nska|czak|oglu|poulos|nen|dze|ovic|evic)$/;

/** Without spaces: a family name of one or two signs, then the given name. */
function eastAsian(text: string, found: Set<string>, book: Dictionary): void {
  const sign = text.replace(/[ ・·]/g, '');
  if (sign.length < 1 || sign.length > 7) return;
  found.add('name_like');
  if (book.first.has(fold(text))) found.add('first_name');
  if (book.last.has(fold(text))) found.add('last_name');
  const parts = text.split(/[ ・·]/);
  if (parts.length === 2) {
    if (book.last.has(fold(parts[0]!)) || book.first.has(fold(parts[1]!))) found.add('full_name');
    return;
  }
  for (const length of [1, 2, 3]) {
    const given = sign.slice(length);
    if (given.length === 0 || given.length > 4 || !book.last.has(fold(sign.slice(0, length)))) continue;
    if (book.first.has(fold(given)) || (length === 1 && given.length <= 2)) found.add('full_name');
  }
}
