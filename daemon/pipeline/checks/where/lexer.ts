import { CounterfoilError, printable } from '../../../foundation/index.js';

export type Token =
  | { kind: 'word'; text: string; at: number }
  | { kind: 'name'; text: string; at: number }
  | { kind: 'text'; text: string; at: number }
  | { kind: 'number'; text: string; at: number }
  | { kind: 'sign'; text: string; at: number }
  | { kind: 'end'; text: ''; at: number };

const SPACE = /\s+/y;
const WORD = /[\p{L}_][\p{L}\p{N}_]*/uy;
const NUMBER = /[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,3})?/y;
const SIGN = /<=|>=|<>|!=|[=<>(),]/y;

/** The tokens of a condition. Text is in single quotes, odd names in double quotes, both doubled inside, as in SQL. */
export function tokens(source: string): Token[] {
  const out: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  while (at < source.length) {
    const space = take(SPACE);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const start = at;
    const quote = source[at];
    if (quote === "'" || quote === '"') {
      const [text, next] = quoted(source, at, quote);
      out.push({ kind: quote === "'" ? 'text' : 'name', text, at: start });
      at = next;
      continue;
    }
    const kinds = [
      ['number', NUMBER],
      ['word', WORD],
      ['sign', SIGN],
    ] as const;
    const found = kinds.find(([, pattern]) => take(pattern) !== undefined);
    if (found === undefined) throw faultAt(at, `${printable(source[at]!)} has no meaning here`);
    const text = take(found[1])!;
    out.push({ kind: found[0], text, at: start });
    at += text.length;
  }
  out.push({ kind: 'end', text: '', at });
  return out;
}

function quoted(source: string, from: number, quote: string): [string, number] {
  let text = '';
  for (let at = from + 1; at < source.length; at++) {
    if (source[at] !== quote) {
      text += source[at];
      continue;
    }
    if (source[at + 1] !== quote) return [text, at + 1];
    text += quote;
    at++;
  }
  throw faultAt(from, 'the quote is not closed');
}

/** A fault of a condition, by its place. */
export function faultAt(at: number, what: string): CounterfoilError {
  return new CounterfoilError('contract.invalid', `The condition is not understood at character ${at + 1}: ${what}.`, {
    hint: "Write column comparisons as in SQL, for example: status = 'open' AND amount > 0 AND region IN ('EU', 'UK').",
  });
}
