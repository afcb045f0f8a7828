import { isIP } from 'node:net';
import { RE2JS } from 're2js';
import { z } from 'zod';
import { LIMITS } from '../../../foundation/index.js';
import { compilePattern } from '../../checks/catalogue/regex.js';
import { isValid, storageType, textReader } from '../../checks/values/access.js';
import { ordinalReader } from '../../checks/values/order.js';
import { mapTexts, textLooks } from '../columns.js';
import { defineMask } from '../define.js';
import { plainText } from '../plain-text.js';

const isText = (type: Parameters<typeof storageType>[0]): boolean => storageType(type).name === 'utf8';

/** First three digits of ZIP codes whose area had at most 20 000 inhabitants in the census of 2000. */
const RESTRICTED = new Set('036 059 063 102 203 556 692 790 821 823 830 831 878 879 884 890 893'.split(' '));

export const zip3 = defineMask({
  name: 'zip3',
  preserves: ['nulls'],
  describe: {
    summary: 'Of a US ZIP code the first three digits stay; 000 where fewer than 20 001 people live in such an area.',
    accepts: 'text and whole numbers',
    yields: 'text of three digits',
    nulls: 'stay; what is no ZIP code becomes 000',
    parameters: {
      restricted: 'false: the 17 areas with few people are not replaced. Default true, as the HIPAA safe harbor asks.',
    },
    example: 'zip=zip3',
  },
  params: { restricted: z.boolean().default(true) },
  accepts: (type) => isText(type) || storageType(type).name === 'int',
  yields: () => ({ name: 'utf8' }),
  masker:
    (_field, { restricted }) =>
    (column) => {
      const whole = storageType(column.type).name === 'int';
      const plain = plainText(column);
      const read = whole ? (row: number) => plain(row).padStart(5, '0') : plain;
      return mapTexts(column, read, (text) => {
        const area = /^\s*(\d{3})\d{2}(-?\d{4})?\s*$/.exec(text)?.[1] ?? '000';
        return restricted && RESTRICTED.has(area) ? '000' : area;
      });
    },
  recognise: (_params, field) => textLooks(field, (text) => /^\d{3}$/.test(text)),
});

export const ipPrefix = defineMask({
  name: 'ip_prefix',
  preserves: ['nulls'],
  describe: {
    summary: 'Of an IP address the network stays: 192.0.2.17 becomes 192.0.2.0/24.',
    accepts: 'text',
    yields: 'text',
    nulls: 'stay; what is no address becomes 0.0.0.0/0',
    parameters: {
      v4: 'Bits that stay of an IPv4 address, 0 to 24. Default 24.',
      v6: 'Bits that stay of an IPv6 address, 0 to 64. Default 48.',
    },
    example: 'client_ip=ip_prefix(v4=16, v6=32)',
  },
  params: { v4: z.number().int().min(0).max(24).default(24), v6: z.number().int().min(0).max(64).default(48) },
  accepts: isText,
  masker:
    (_field, { v4, v6 }) =>
    (column) =>
      mapTexts(column, textReader(column), (text) => {
        const address = text.trim();
        const kind = isIP(address);
        if (kind === 4) return `${network(address.split('.').map(Number), 8, v4).join('.')}/${v4}`;
        if (kind === 6)
          return `${network(groups(address), 16, v6)
            .map((part) => part.toString(16))
            .join(':')}/${v6}`;
        return '0.0.0.0/0';
      }),
  recognise: ({ v4, v6 }, field) => {
    const form = new RegExp(`^[0-9a-f.:]+/(?:${v4}|${v6}|0)$`);
    return textLooks(field, (text) => form.test(text));
  },
});

/** The parts of an address with all bits beyond the first few cleared. */
const network = (parts: readonly number[], width: number, bits: number): number[] =>
  parts.map((part, at) => {
    const kept = Math.min(Math.max(bits - at * width, 0), width);
    return kept === 0 ? 0 : part & (((2 ** width - 1) << (width - kept)) & (2 ** width - 1));
  });

/** The eight groups of an IPv6 address. */
function groups(address: string): number[] {
  const plain = address
    .replace(/%.*$/, '')
    .replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, a, b, c, d) =>
      [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((part) => part.toString(16)).join(':'),
    );
  const [head, tail] = plain
    .split('::')
    .map((half) => (half === '' ? [] : half.split(':').map((part) => Number.parseInt(part, 16))));
  if (tail === undefined) return head!;
  return [...head!, ...new Array<number>(8 - head!.length - tail.length).fill(0), ...tail];
}

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
    return (column) => mapTexts(column, textReader(column), (text) => compiled.matcher(text).replaceAll(replacement));
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
      const read = ordinalReader(column);
      return mapTexts(
        column,
        (row) => String(spanOf(edges, Number(read(row)))),
        (at) => spanName(edges, Number(at)),
      );
    },
});

function listOf(value: unknown): unknown {
  if (typeof value === 'number') return [value];
  return typeof value === 'string'
    ? value.split('|').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
    : value;
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
    const read = textReader(column);
    const counts = new Map<string, number>();
    for (let row = 0; row < column.rows; row++)
      if (isValid(column, row)) counts.set(read(row), (counts.get(read(row)) ?? 0) + 1);
    return mapTexts(column, read, (text) => (counts.get(text)! < params.k ? params.with : text));
  },
});
