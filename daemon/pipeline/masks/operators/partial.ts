import { z } from 'zod';
import { storageType, textReader } from '../../checks/values/access.js';
import { mapTexts } from '../columns.js';
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
  masker:
    (_field, { keep, from, char }) =>
    (column) =>
      mapTexts(column, textReader(column), (text) => {
        const characters = [...text];
        const kept = Math.min(keep, Math.floor(characters.length / 2));
        const hidden = char.repeat(characters.length - kept);
        return from === 'start'
          ? characters.slice(0, kept).join('') + hidden
          : hidden + characters.slice(characters.length - kept).join('');
      }),
});

export const partialEmail = defineMask({
  name: 'partial_email',
  preserves: ['nulls'],
  describe: {
    summary: 'The first letter of an address and its domain stay: `j***@example.org`.',
    accepts: 'text',
    yields: 'text',
    nulls: 'stay; what is no address becomes `***`',
    parameters: { domain: '`keep` (default), or `mask`: of the domain only its last part stays, `j***@***.org`.' },
    example: 'email=partial_email',
  },
  params: { domain: z.enum(['keep', 'mask']).default('keep') },
  accepts: isText,
  masker:
    (_field, { domain }) =>
    (column) =>
      mapTexts(column, textReader(column), (text) => {
        const match = /^([^@\s]+)@([^@\s]+\.([^@\s.]+))$/u.exec(text);
        if (match === null) return '***';
        const local = [...match[1]!];
        const shown = local.length > 1 ? local[0] : '';
        return `${shown}***@${domain === 'keep' ? match[2] : `***.${match[3]}`}`;
      }),
});
