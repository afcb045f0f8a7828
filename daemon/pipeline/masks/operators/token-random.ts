import { z } from 'zod';
import type { Column } from '../../../columnar/index.js';
import { CounterfoilError, LIMITS } from '../../../foundation/index.js';
import { isValid, storageType } from '../../checks/values/access.js';
import { fixedTexts, textLooks } from '../columns.js';
import { defineMask } from '../define.js';
import { maskKey } from '../keys.js';
import { plainText } from '../plain-text.js';
import { Vault } from '../vault.js';
import { NORMALISE, TOKEN_TYPES } from './token.js';

export const tokenRandom = defineMask({
  name: 'token_random',
  preserves: ['nulls', 'equality'],
  positional: 'domain',
  describe: {
    summary:
      'Each value becomes a random token, which this gateway keeps in a table (store/vault.db). Equal values give equal tokens for one peer, in later versions too. Nothing derives a token from its value, as the HIPAA safe harbor asks of a code: without the table it stands for nothing.',
    accepts: 'text, whole numbers, decimals, dates, times and bytes',
    yields: 'text such as tr1_ and 26 characters (130 random bits)',
    nulls: 'stay',
    parameters: {
      domain: 'Name of what the values are; columns of one domain join. Default: the name of the column.',
      scope: '`peer` (default): all tables this peer gets. `agreement`: only those under one agreement.',
      epoch: 'Number of the table, to be raised when the tokens shall change. Default 1.',
      normalise:
        '`none` (default), `trim`, or `fold`: trimmed, Unicode NFC and lower case, before the token is looked up.',
    },
    example: 'patient_id=token_random:patient',
  },
  params: {
    domain: z.string().min(1).max(128).optional(),
    scope: z.enum(['peer', 'agreement']).default('peer'),
    epoch: z.number().int().min(1).max(9999).default(1),
    normalise: z.enum(['none', 'trim', 'fold']).default('none'),
  },
  accepts: (type) => TOKEN_TYPES.includes(storageType(type).name),
  yields: () => ({ name: 'utf8' }),
  masker: (field, { domain, scope, epoch, normalise }, { keys }) => {
    if (keys.vault === undefined)
      throw new CounterfoilError('internal', 'This mask needs the table of random tokens, which was not given.');
    const key = maskKey(keys, 'token_random', { scope }, domain ?? field.name, epoch);
    const vault = new Vault(keys.vault, key, epoch, LIMITS.rememberedTexts);
    const normal = NORMALISE[normalise] ?? ((text: string) => text);
    return (column) => tokensOf(column, vault, normal);
  },
  recognise: ({ epoch }, field) => {
    const form = new RegExp(`^tr${epoch}_[a-z2-7]{26}$`);
    return textLooks(field, (text) => form.test(text));
  },
});

/** Looks up the distinct texts of a batch at once, then writes the token of each row. */
function tokensOf(column: Column, vault: Vault, normal: (text: string) => string): Column {
  const read = plainText(column);
  const texts: string[] = new Array(column.rows);
  for (let row = 0; row < column.rows; row++) texts[row] = isValid(column, row) ? normal(read(row)) : '';
  const wanted = new Set(texts.filter((_, row) => isValid(column, row)));
  const tokens = vault.tokens([...wanted]);
  return fixedTexts(column, vault.width, (row, out, at) => {
    const token = tokens.get(texts[row]!)!;
    for (let n = 0; n < token.length; n++) out[at + n] = token.charCodeAt(n);
  });
}
