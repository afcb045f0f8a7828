import { z } from 'zod';
import { storageType } from '../../checks/values/access.js';
import { mapBytes, textLooks } from '../columns.js';
import { defineMask } from '../define.js';

const isText = (type: Parameters<typeof storageType>[0]): boolean => storageType(type).name === 'utf8';

export const partial = defineMask({
  name: 'partial',
  preserves: ['nulls'],
  positional: 'keep',
  describe: {
    summary: 'Some characters at one end stay, each other one is replaced.',
    accepts: 'text',
    yields: 'text of the same number of characters',
    nulls: 'stay',
    parameters: {
      keep: 'Characters that stay. Default 4. Never more than half of a value, so that a short one is not sent whole.',
      from: '`end` (default) or `start`: which end stays.',
      char: 'What replaces a character. Default *.',
    },
    example: 'card=partial:4',
  },
  params: {
    keep: z.number().int().min(0).max(100).default(4),
    from: z.enum(['end', 'start']).default('end'),
    char: z.string().min(1).max(4).default('*'),
  },
  accepts: isText,
  masker: (_field, { keep, from, char }) => {
    const filler = Buffer.from(char);
    return (column) =>
      mapBytes(
        column,
        (bytes) => bytes * filler.length,
        (data, start, end, out, at) => {
          const size = characters(data, start, end);
          const kept = Math.min(keep, size >> 1);
          const hidden = size - kept;
          // Where the part that stays begins and ends; a character is not cut.
          const edge = placeOf(data, start, end, from === 'start' ? kept : hidden, size);
          let next = at;
          if (from === 'start') for (let n = start; n < edge; n++) out[next++] = data[n]!;
          if (filler.length === 1) {
            for (const stop = next + hidden; next < stop; next++) out[next] = filler[0]!;
          } else for (let n = 0; n < hidden; n++, next += filler.length) out.set(filler, next);
          if (from === 'end') for (let n = edge; n < end; n++) out[next++] = data[n]!;
          return next;
        },
      );
  },
  recognise: ({ char }, field) =>
    textLooks(field, (text) => {
      const hidden = text.split(char).length - 1;
      return hidden * 2 >= [...text].length - hidden * ([...char].length - 1);
    }),
});

/** Characters (Unicode code points) of UTF-8 text. */
function characters(data: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let n = start; n < end; n++) if ((data[n]! & 0xc0) !== 0x80) count++;
  return count;
}

/** Where a text has had so many characters. */
function placeOf(data: Uint8Array, start: number, end: number, count: number, size: number): number {
  if (size === end - start) return start + count;
  let left = count;
  let at = start;
  for (; at < end; at++) if ((data[at]! & 0xc0) !== 0x80 && left-- === 0) break;
  return at;
}

export const partialEmail = defineMask({
  name: 'partial_email',
  preserves: ['nulls'],
  describe: {
    summary:
      'The first letter of an address and its domain stay: `j***@example.org`. That is still written like an address, so a rule that forbids addresses refuses it.',
    accepts: 'text',
    yields: 'text',
    nulls: 'stay; what is no address becomes `***`',
    parameters: { domain: '`keep` (default), or `mask`: of the domain only its last part stays, `j***@***.org`.' },
    example: 'email=partial_email',
  },
  params: { domain: z.enum(['keep', 'mask']).default('keep') },
  accepts: isText,
  masker: (_field, { domain }) => {
    const turn = (text: string): string => {
      const match = /^([^@\s]+)@([^@\s]+\.([^@\s.]+))$/u.exec(text);
      if (match === null) return '***';
      const local = [...match[1]!];
      const shown = local.length > 1 ? local[0] : '';
      return `${shown}***@${domain === 'keep' ? match[2] : `***.${match[3]}`}`;
    };
    return (column) =>
      mapBytes(
        column,
        (bytes) => bytes + MOST_STARS,
        (data, start, end, out, at) => {
          if (domain === 'keep') {
            const next = asciiEmail(data, start, end, out, at);
            if (next >= 0) return next;
          }
          return at + out.write(turn(data.toString('utf8', start, end)), at);
        },
      );
  },
  recognise: (_params, field) => textLooks(field, (text) => /^(?:\*{3}|[^@\s]?\*{3}@[^@\s]+)$/u.test(text)),
});

const STARS = 3;
/** What is hidden is shown as at most two times three stars. */
const MOST_STARS = 6;
const [STAR, AT, DOT, SPACE] = [0x2a, 0x40, 0x2e, 0x20];

/** What the general form does, for an ASCII text with the domain kept; -1 for any other text. */
function asciiEmail(data: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let [sign, dot, sound] = [-1, -1, true];
  for (let n = start; n < end && sound; n++) {
    const byte = data[n]!;
    if (byte >= 0x80) return -1;
    if (byte === AT) {
      sound = sign < 0 && n > start;
      sign = n;
    } else if (byte === DOT) dot = n;
    else if (byte <= SPACE && isSpace(byte)) sound = false;
  }
  sound &&= sign > 0 && dot > sign + 1 && dot < end - 1;
  let next = at;
  if (sound && sign - start > 1) out[next++] = data[start]!;
  for (let n = 0; n < STARS; n++) out[next++] = STAR;
  if (!sound) return next;
  for (let n = sign; n < end; n++) out[next++] = data[n]!;
  return next;
}

/** The white space of ASCII as `\s` has it. */
const isSpace = (byte: number): boolean => byte === SPACE || (byte >= 9 && byte <= 13);
