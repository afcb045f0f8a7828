import { FF1 } from '@noble/ciphers/ff1.js';
import { z } from 'zod';
import { utf8 } from '../../../foundation/index.js';
import { storageType } from '../../checks/values/access.js';
import { defineMask } from '../define.js';
import { Ff1Batch } from '../ff1.js';
import { encryptForms } from '../fpe-column.js';
import { maskKey } from '../keys.js';

const ALPHABETS = {
  digits: '0123456789',
  lower: 'abcdefghijklmnopqrstuvwxyz',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  alphanumeric: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
} as const;

/** SP 800-38G asks for at least a million possible values: below that they could simply be tried. */
const LEAST_DOMAIN = 1_000_000;

export const fpeFf1 = defineMask({
  name: 'fpe_ff1',
  preserves: ['nulls', 'equality'],
  positional: 'alphabet',
  describe: {
    summary:
      'Format-preserving encryption: a value becomes another of the same form, equal values equal ones. FF1 of NIST SP 800-38G with a 256-bit key. Choose `token` unless the form is needed.',
    accepts: 'text',
    yields: 'text of the same length',
    nulls: 'stay; a value of which fewer than a million of its form exist becomes a row of *',
    parameters: {
      alphabet:
        '`digits` (default), `lower`, `upper` or `alphanumeric`: the characters that are replaced; others (spaces, hyphens) stay where they are.',
      domain: 'Name of what the values are; columns of one domain join. Default: the name of the column.',
      epoch: 'Number of the key. Default 1.',
    },
    example: 'account=fpe_ff1(alphabet=digits, domain=account)',
  },
  params: {
    alphabet: z.enum(['digits', 'lower', 'upper', 'alphanumeric']).default('digits'),
    domain: z.string().min(1).max(128).optional(),
    epoch: z.number().int().min(1).max(9999).default(1),
  },
  accepts: (type) => storageType(type).name === 'utf8',
  masker: (field, { alphabet, domain = field.name, epoch }, { keys }) => {
    const characters = ALPHABETS[alphabet];
    const key = maskKey(keys, 'fpe_ff1', { scope: 'peer' }, domain, epoch);
    const single = FF1(characters.length, key, utf8(domain));
    const cipher = {
      alphabet: characters,
      leastDomain: LEAST_DOMAIN,
      batch: new Ff1Batch(characters.length, key, utf8(domain)),
      single: (digits: number[]) => single.encrypt(digits),
    };
    return (column) => encryptForms(column, cipher);
  },
});
