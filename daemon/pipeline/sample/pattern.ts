import { compilePattern } from '../checks/catalogue/regex.js';
import { type Parsed, parsePattern } from '../checks/values/byte-pattern-parse.js';
import type { Seeded } from './seeded.js';

/** Steps after which every choice is for going on, so that loops end. */
const LOOSE_STEPS = 24;
const MOST_STEPS = 5000;

/** Makes texts that match an RE2 pattern, or undefined for a pattern that says more than can be followed. */
export function matchingTexts(pattern: string): ((random: Seeded) => string | undefined) | undefined {
  const parsed = parsePattern(pattern);
  if (parsed === undefined) return undefined;
  const compiled = compilePattern(pattern);
  return (random) => {
    const text = walk(parsed, random);
    return text !== undefined && compiled.test(text) ? text : undefined;
  };
}

function walk({ nodes, start, accept }: Parsed, random: Seeded): string | undefined {
  let text = '';
  let at = start;
  for (let step = 0; step < MOST_STEPS; step++) {
    if (at === accept) return text;
    const { accepts, next, other } = nodes[at]!;
    if (accepts !== undefined) {
      const choices = Array.from(accepts.keys()).filter((byte) => accepts[byte] === 1 && byte > 0x1f && byte < 0x7f);
      if (choices.length === 0) return undefined;
      text += String.fromCharCode(random.pick(plain(choices)));
      at = next;
    } else at = other !== undefined && (step > LOOSE_STEPS || random.next() < 0.5) ? other : next;
  }
  return undefined;
}

/** Letters and digits where the pattern takes any. */
function plain(choices: readonly number[]): readonly number[] {
  const wordy = choices.filter((byte) => /[0-9A-Za-z]/.test(String.fromCharCode(byte)));
  return wordy.length > 0 ? wordy : choices;
}
