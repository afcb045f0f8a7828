import type { ColumnRule } from '../../agreement/index.js';
import { CounterfoilError, printable } from '../../foundation/index.js';
import { operatorOf, parseColumnRule } from './registry.js';

/**
 * A mask as written on the command line: `COL=OP`, `COL=OP:value`, `COL=OP(name=value, …)`. A column name with an equals
 * sign in it, and a value with a comma or bracket, are put in double quotes. `agreement.invalid` when it is not one.
 */
export function parseMask(text: string): { column: string; rule: ColumnRule } {
  const { column, rest } = splitColumn(text);
  const match = /^([a-z][a-z0-9_]*)(?::([\s\S]*)|\(([\s\S]*)\))?$/.exec(rest.trim());
  if (match === null) throw malformed(text);
  const [, op, value, list] = match;
  const bare: ColumnRule = { op: op! };
  const operator = operatorOf(bare, column);
  if (value !== undefined) {
    if (operator.positional === undefined)
      throw new CounterfoilError('agreement.invalid', `The mask ${operator.name} takes no value after a colon.`);
    return { column, rule: parseColumnRule({ ...bare, [operator.positional]: scalar(value) }, column) };
  }
  return { column, rule: parseColumnRule({ ...bare, ...parameters(list ?? '', text) }, column) };
}

function splitColumn(text: string): { column: string; rest: string } {
  const quoted = /^"((?:[^"]|"")*)"=([\s\S]*)$/.exec(text);
  if (quoted !== null) return { column: quoted[1]!.replaceAll('""', '"'), rest: quoted[2]! };
  const at = text.indexOf('=');
  if (at < 1) throw malformed(text);
  return { column: text.slice(0, at), rest: text.slice(at + 1) };
}

function parameters(list: string, text: string): Record<string, string | number | boolean> {
  const out: Record<string, string | number | boolean> = {};
  const part = /\s*([a-z][a-z0-9_]*)\s*=\s*("(?:[^"]|"")*"|[^,"]*)\s*(,|$)/gy;
  for (let at = 0; at < list.length; at = part.lastIndex) {
    part.lastIndex = at;
    const match = part.exec(list);
    if (match === null) throw malformed(text);
    const value = match[2]!;
    out[match[1]!] = value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : scalar(value.trim());
  }
  return out;
}

/** A number or truth value where it is written as one, else text: `007` stays text. */
function scalar(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return text !== '' && String(number) === text && Number.isFinite(number) ? number : text;
}

const malformed = (text: string): CounterfoilError =>
  new CounterfoilError('agreement.invalid', `${printable(text)} is not a mask.`, {
    hint: 'Write COLUMN=OPERATOR, COLUMN=OPERATOR:value or COLUMN=OPERATOR(name=value, name=value), for example email=token:person or card=partial(keep=4, from=end).',
  });
