import { PHRASES } from './phrases.js';
import { TRANSLATIONS } from './translations.js';
import { FILLERS, NEUTRAL, ROLES, THINGS, TURNING } from './words.js';

/** Shortest word that a glued header is cut into, but for those below, which stand at its end or at its start. */
const SHORTEST = 4;
const ENDINGS = new Set(['id', 'no', 'nr', 'num', 'nbr', 'dt', 'nm', 'cd', 'zip', 'dob', 'ssn', 'tel', 'key']);
const STARTS = new Set([
  'emp',
  'ph',
  'tel',
  'zip',
  'mob',
  'pat',
  'stu',
  'usr',
  'ip',
  'mac',
  'cc',
  'dob',
  'ssn',
  'dl',
  'tax',
  'vat',
  'ins',
]);

const known = new Set([
  ...TRANSLATIONS.keys(),
  ...[...TRANSLATIONS.values()].flat(),
  ...PHRASES.flatMap(({ words }) => words),
  ...FILLERS,
  ...NEUTRAL,
  ...ROLES,
  ...THINGS,
  ...TURNING,
]);

/** Folds case, accents and the letters that have no accent to take off. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/ø/g, 'o')
    .replace(/æ/g, 'ae')
    .replace(/ł/g, 'l')
    .replace(/ı/g, 'i')
    .replace(/đ/g, 'd');
}

/** A letter before "name" stands for which name it is. */
const INITIALS: Readonly<Record<string, string>> = { f: 'first', l: 'last', m: 'middle' };

/** Before a plural these say how many there are. */
const COUNTERS = new Set(['num', 'number', 'no', 'nb', 'n', 'cnt', 'total', 'tot', 'anzahl']);

/** The words of a header in English: camelCase, snake_case, glued, abbreviated and foreign ones. */
export function headerWords(header: string): string[] {
  const words = rawWords(header);
  const counted = COUNTERS.has(words[0] ?? '') && words.some((word) => /[^s]s$/.test(word)) ? ['count'] : [];
  const raw = [...counted, ...words.map(singular)].flatMap((word) => (known.has(word) ? [word] : unglue(word)));
  const english = raw.flatMap((word) => TRANSLATIONS.get(word) ?? [word]);
  return english
    .map((word, at) => (english[at + 1] === 'name' ? (INITIALS[word] ?? word) : word))
    .filter((word) => !FILLERS.has(word));
}

/** How forms ask. */
const QUESTION =
  /^\s*(?:what(?:'s| is| was)|please (?:enter|provide|specify|state|select|give)|enter|provide|select)\b/i;

function rawWords(header: string): string[] {
  const spaced = header
    .replace(QUESTION, '')
    .replace(/ipv[46]/gi, 'ip')
    .replace(/(?<![a-z])e[-_ .]?(?:mail|post)/gi, ' email')
    .replace(/linked-?in|whats-?app|git-?hub|you-?tube/gi, (brand) => brand.toLowerCase().replace('-', ''))
    .replace(/\bUSt\b/g, 'ust')
    .replace(/\b(\p{Lu}{2,})(\p{Ll}{3,})\b/gu, (both, left: string, right: string) =>
      known.has(right) ? `${left} ${right}` : both,
    )
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/(\p{L})(\d)/gu, '$1 $2')
    .replace(/(\d)(\p{L})/gu, '$1 $2')
    .replace(/['’`]/g, '');
  return fold(spaced)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** Plurals of things name the same thing; plurals of people are how many there are. */
function singular(word: string): string {
  const one = word.slice(0, -1);
  return word.length > 3 &&
    word.endsWith('s') &&
    !known.has(word) &&
    known.has(one) &&
    !isPeople(one) &&
    !COUNTED.has(one)
    ? one
    : word;
}

/** What is counted: births are a number, a birth is a date. */
const COUNTED = new Set(['birth', 'death', 'photo', 'visit', 'call', 'account', 'card']);

const isPeople = (word: string): boolean => (TRANSLATIONS.get(word) ?? [word]).some((english) => ROLES.has(english));

/** Cuts a glued word into known ones, as few as possible; itself when that is not possible. */
function unglue(word: string): string[] {
  if (word.length < 5 || word.length > 40) return [word];
  const best: (string[] | undefined)[] = [[]];
  for (let end = 2; end <= word.length; end++) {
    for (let start = Math.max(0, end - 24); start < end - 1; start++) {
      const before = best[start];
      const part = word.slice(start, end);
      if (before === undefined || !known.has(part)) continue;
      const atEdge = (start === 0 && STARTS.has(part)) || (end === word.length && ENDINGS.has(part)) || part === 'of';
      if (part.length < SHORTEST && !atEdge) continue;
      if (best[end] === undefined || best[end]!.length > before.length + 1) best[end] = [...before, part];
    }
  }
  return best[word.length] ?? [word];
}
