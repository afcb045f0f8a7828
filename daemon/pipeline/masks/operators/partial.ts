import { isAscii } from 'node:buffer';
import { z } from 'zod';
import { storageType, textReader } from '../../checks/values/access.js';
import { mapBytes, mapTexts, textLooks } from '../columns.js';
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
    const turn = (text: string): string => {
      const characters = [...text];
      const kept = Math.min(keep, Math.floor(characters.length / 2));
      const hidden = char.repeat(characters.length - kept);
      return from === 'start'
        ? characters.slice(0, kept).join('') + hidden
        : hidden + characters.slice(characters.length - kept).join('');
    };
    const filler = Buffer.from(char);
    return (column) => {
      // Where each character is one byte on both sides, bytes are all there is to move.
      if (filler.length > 1 || !isAscii(column.data!)) return mapTexts(column, textReader(column), turn);
      return mapBytes(
        column,
        (bytes) => bytes,
        (data, start, end, out, at) => {
          const size = end - start;
          const kept = Math.min(keep, size >> 1);
          out.fill(filler[0]!, at, at + size);
          const shift = from === 'start' ? 0 : size - kept;
          for (let n = shift; n < shift + kept; n++) out[at + n] = data[start + n]!;
          return at + size;
        },
      );
    };
  },
  recognise: ({ char }, field) =>
    textLooks(field, (text) => {
      const hidden = text.split(char).length - 1;
      return hidden * 2 >= [...text].length - hidden * ([...char].length - 1);
    }),
});

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
    return (column) => {
      if (domain === 'mask' || !isAscii(column.data!)) return mapTexts(column, textReader(column), turn);
      return mapBytes(column, (bytes) => bytes + STARS, asciiEmail);
    };
  },
  recognise: (_params, field) => textLooks(field, (text) => /^(?:\*{3}|[^@\s]?\*{3}@[^@\s]+)$/u.test(text)),
});

const STARS = 3;
const [STAR, AT, DOT, SPACE] = [0x2a, 0x40, 0x2e, 0x20];

/** What the general form does, for an ASCII text with the domain kept. */
function asciiEmail(data: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let [sign, dot, sound] = [-1, -1, true];
  for (let n = start; n < end && sound; n++) {
    const byte = data[n]!;
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
