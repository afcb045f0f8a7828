import { RE2JS } from 're2js';
import { z } from 'zod';
import type { Column } from '../../../columnar/index.js';
import { LIMITS, utf8 } from '../../../foundation/index.js';
import { compilePattern } from '../../checks/catalogue/regex.js';
import { floats, storageType, textReader, wholes } from '../../checks/values/access.js';
import { byteFinder } from '../../checks/values/byte-finder.js';
import { mapTexts, writeTexts } from '../columns.js';
import { defineMask } from '../define.js';
import { numberTexts } from '../number-texts.js';
import { rewriteTexts } from '../text-sink.js';

const isText = (type: Parameters<typeof storageType>[0]): boolean => storageType(type).name === 'utf8';

export const regexReplace = defineMask({
  name: 'regex_replace',
  preserves: ['nulls'],
  describe: {
    summary: 'What matches a pattern is replaced by a fixed text.',
    accepts: 'text',
    yields: 'text',
    nulls: 'stay',
    parameters: {
      pattern: 'RE2 pattern (linear time).',
      with: 'What stands in its place, as it is: no references to groups.',
    },
    example: 'note=regex_replace(pattern="[0-9]{6,}", with="#")',
  },
  params: { pattern: z.string().min(1).max(LIMITS.patternChars), with: z.union([z.string().max(200), z.number()]) },
  accepts: isText,
  refine: ({ pattern }) => {
    try {
      compilePattern(pattern);
      return undefined;
    } catch {
      return 'needs an RE2 pattern';
    }
  },
  masker: (_field, params) => {
    const compiled = compilePattern(params.pattern);
    const replacement = RE2JS.quoteReplacement(String(params.with));
    const general = (text: string): string => compiled.matcher(text).replaceAll(replacement);
    const finder = byteFinder(params.pattern);
    if (finder === undefined) return (column) => mapTexts(column, textReader(column), general);
    const fixed = utf8(String(params.with));
    return (column) =>
      rewriteTexts(column, (data, from, to, sink) => {
        const begun = sink.at;
        let at = from;
        let found = finder.next(data, from, at, to);
        for (; found === 1; found = finder.next(data, from, at, to)) {
          sink.copy(data, at, finder.start);
          sink.copy(fixed, 0, fixed.length);
          at = finder.end;
        }
        if (found === 0) sink.copy(data, at, to);
        else {
          sink.back(begun);
          sink.text(general(data.toString('utf8', from, to)));
        }
      });
  },
});

export const bucket = defineMask({
  name: 'bucket',
  preserves: ['nulls'],
  positional: 'edges',
  describe: {
    summary:
      'Each number becomes the span it lies in: with edges 18|65 one of `<18`, `18–65`, `≥65`. A span holds its lower edge.',
    accepts: 'whole numbers and floats',
    yields: 'text',
    nulls: 'stay; NaN becomes the text NaN',
    parameters: { edges: 'Numbers in rising order; on the command line with bars between, `18|65`.' },
    example: 'age=bucket:18|65',
  },
  params: { edges: z.preprocess(listOf, z.array(z.number()).min(1).max(1000)) },
  accepts: (type) => ['int', 'float'].includes(storageType(type).name),
  yields: () => ({ name: 'utf8' }),
  refine: ({ edges }) =>
    edges.some((edge, at) => at > 0 && edge <= edges[at - 1]!) ? 'needs edges in rising order' : undefined,
  masker:
    (_field, { edges }) =>
    (column) => {
      const read = numberReader(column);
      const names = Array.from({ length: edges.length + 2 }, (_, at) => utf8(spanName(edges, at - 1)));
      const longest = Math.max(...names.map(({ length }) => length));
      return writeTexts(column, longest, (row, out, at) => {
        const name = names[spanOf(edges, read(row)) + 1]!;
        for (let n = 0; n < name.length; n++) out[at + n] = name[n]!;
        return at + name.length;
      });
    },
});

function listOf(value: unknown): unknown {
  if (typeof value === 'number') return [value];
  return typeof value === 'string'
    ? value.split('|').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
    : value;
}

/** Reads whole numbers and floats as doubles. */
function numberReader(column: Column): (row: number) => number {
  if (storageType(column.type).name === 'float') {
    const values = floats(column);
    return (row) => values[row]!;
  }
  const values = wholes(column);
  if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) return (row) => values[row]!;
  const low = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const high =
    values instanceof BigInt64Array ? new Int32Array(values.buffer, values.byteOffset, values.length * 2) : low;
  return (row) => high[2 * row + 1]! * 2 ** 32 + low[2 * row]!; // rounded once, as Number does
}

/** How many edges a value has reached; −1 for NaN. */
function spanOf(edges: readonly number[], value: number): number {
  if (Number.isNaN(value)) return -1;
  let at = 0;
  while (at < edges.length && value >= edges[at]!) at++;
  return at;
}

function spanName(edges: readonly number[], at: number): string {
  if (at < 0) return 'NaN';
  if (at === 0) return `<${edges[0]}`;
  return at === edges.length ? `≥${edges[at - 1]}` : `${edges[at - 1]}–${edges[at]}`;
}

export const suppressSmall = defineMask({
  name: 'suppress_small',
  positional: 'k',
  preserves: ['nulls'],
  describe: {
    summary: 'Values that fewer than k rows of a batch have are replaced.',
    accepts: 'text',
    yields: 'text',
    nulls: 'stay',
    parameters: {
      k: 'Rows of a batch that must share a value, at least 2. Default 5.',
      with: 'What stands in its place. Default OTHER.',
    },
    example: 'diagnosis=suppress_small:10',
  },
  params: { k: z.number().int().min(2).default(5), with: z.string().max(100).default('OTHER') },
  accepts: isText,
  masker: (_field, params) => (column) => {
    const values = numberTexts(column);
    const counts = new Int32Array(values.distinct);
    for (let row = 0; row < column.rows; row++) if (values.of[row]! >= 0) counts[values.of[row]!]! += 1;
    const other = utf8(params.with);
    let row = 0;
    return rewriteTexts(column, (data, from, to, sink) => {
      while (values.of[row]! < 0) row++;
      if (counts[values.of[row++]!]! < params.k) sink.copy(other, 0, other.length);
      else sink.copy(data, from, to);
    });
  },
});
