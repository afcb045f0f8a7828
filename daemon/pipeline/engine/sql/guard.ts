import { CounterfoilError, LIMITS, printable } from '../../../foundation/index.js';

const TOKEN =
  /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|[A-Za-z_][A-Za-z0-9_]*|[0-9.]+|[\s\S]/g;
const BLANK = /^(\s|--|\/\*)/;

/**
 * Admits one SELECT (also with WITH) over the source. Refused: other statements, and functions that read other files,
 * whose changes and rights nobody would notice. `input.invalid`.
 */
export function checkQuery(query: string): void {
  if (query.length > LIMITS.queryChars) {
    throw refused(`it is longer than ${LIMITS.queryChars} characters`);
  }
  const tokens = (query.match(TOKEN) ?? []).filter((token) => !BLANK.test(token));
  const [first = ''] = tokens;
  if (!/^(select|with|from|\()$/i.test(first)) throw refused('it does not start with SELECT or WITH');
  const open = tokens.findIndex((token) => /^(['"`]|\/\*)$/.test(token));
  if (open >= 0) throw refused('a quote or comment is opened and never closed');
  tokens.forEach((token, index) => {
    if (/^["`]?(read|scan)_\w+["`]?$/i.test(token) && tokens[index + 1] === '(')
      throw refused(`${printable(token)} reads another file; only the source may be read`);
    if (token === ';' && index < tokens.length - 1) throw refused('there is more than one statement');
  });
}

/** `type.unsupported` naming the columns. */
export function refuseChanged(columns: readonly string[]): void {
  if (columns.length === 0) return;
  const names = columns.map((name) => printable(name)).join(', ');
  throw new CounterfoilError('type.unsupported', `A query would change the type of column ${names}.`, {
    hint: 'Publish the source without a query, or convert the column before.',
  });
}

const refused = (what: string): CounterfoilError =>
  new CounterfoilError('input.invalid', `The query is not used: ${what}.`, {
    hint: 'Write one SELECT over the table source, for instance: SELECT id, amount FROM source WHERE amount > 0.',
  });
