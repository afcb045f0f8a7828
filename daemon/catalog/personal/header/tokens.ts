import { TRANSLATIONS } from './translations.js';
import { FILLERS, NEUTRAL, ROLES, THINGS, TURNING } from './words.js';

/** Shortest word that a glued header may be cut into, except for the few below. */
const SHORTEST = 3;
const SHORT = new Set(['id', 'no', 'nr', 'of', 'ip', 'dt', 'nm', 'ph', 'cc', 'db']);

const known = new Set([
  ...TRANSLATIONS.keys(),
  ...[...TRANSLATIONS.values()].flat(),
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

/** The words of a header in English: camelCase, snake_case, glued, abbreviated and foreign ones. */
export function headerWords(header: string): string[] {
  const raw = rawWords(header).flatMap((word) => (known.has(word) ? [word] : unglue(word)));
  const english = raw.flatMap((word) => TRANSLATIONS.get(word) ?? [word]);
  return english
    .map((word, at) => (english[at + 1] === 'name' ? (INITIALS[word] ?? word) : word))
    .filter((word) => !FILLERS.has(word));
}

function rawWords(header: string): string[] {
  const spaced = header
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/(\p{L})(\d)/gu, '$1 $2')
    .replace(/(\d)(\p{L})/gu, '$1 $2')
    .replace(/['’`]/g, '');
  return fold(spaced)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) =>
      word.length > 3 && !known.has(word) && known.has(word.slice(0, -1)) && word.endsWith('s')
        ? word.slice(0, -1)
        : word,
    );
}

/** Cuts a glued word into known ones, as few as possible; itself when that is not possible. */
function unglue(word: string): string[] {
  if (word.length < 5 || word.length > 40) return [word];
  const best: (string[] | undefined)[] = [[]];
  for (let end = 1; end <= word.length; end++) {
    for (let start = Math.max(0, end - 24); start < end; start++) {
      const before = best[start];
      const part = word.slice(start, end);
      if (before === undefined || (part.length < SHORTEST && !SHORT.has(part)) || !known.has(part)) continue;
      if (best[end] === undefined || best[end]!.length > before.length + 1) best[end] = [...before, part];
    }
  }
  return best[word.length] ?? [word];
}
