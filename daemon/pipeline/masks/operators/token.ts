import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { base32, LIMITS } from '../../../foundation/index.js';
import { storageType } from '../../checks/values/access.js';
import { mapTexts } from '../columns.js';
import { defineMask } from '../define.js';
import { type MaskKeys, maskKey, type Scope } from '../keys.js';
import { plainText } from '../plain-text.js';

/** Characters of base32 in a token: 130 bits. */
const TOKEN_CHARS = 26;

/** What a token of an epoch looks like: for the check that a column holds nothing else. */
export const tokenPattern = (epoch: number): RegExp => new RegExp(`^tk${epoch}_[a-z2-7]{${TOKEN_CHARS}}$`);

const TOKEN_TYPES = ['utf8', 'int', 'decimal', 'date', 'time', 'timestamp', 'binary', 'fixed_size_binary'];

export const token = defineMask({
  name: 'token',
  preserves: ['nulls', 'equality'],
  positional: 'domain',
  describe: {
    summary:
      'Each value becomes a token that only this organisation can make. Equal values give equal tokens for one peer, so its tables still join; the tokens of two peers have nothing in common. A pseudonym, not anonymous.',
    accepts: 'text, whole numbers, decimals, dates, times and bytes',
    yields: 'text such as tk1_ and 26 characters (130 bits of HMAC-SHA256)',
    nulls: 'stay',
    parameters: {
      domain: 'Name of what the values are; columns of one domain join. Default: the name of the column.',
      scope:
        '`peer` (default): all tables this peer gets. `agreement`: only those under one agreement. `group`: see group.',
      group: 'For scope group: its name. Peers whose agreements name the same group can join their tables.',
      epoch: 'Number of the key, to be raised when the tokens shall change. Default 1.',
      normalise: '`none` (default), `trim`, or `fold`: trimmed, Unicode NFC and lower case, before the token is made.',
    },
    example: 'customer_id=token:customer',
  },
  params: {
    domain: z.string().min(1).max(128).optional(),
    scope: z.enum(['peer', 'agreement', 'group']).default('peer'),
    group: z.string().min(1).max(128).optional(),
    epoch: z.number().int().min(1).max(9999).default(1),
    normalise: z.enum(['none', 'trim', 'fold']).default('none'),
  },
  accepts: (type) => TOKEN_TYPES.includes(storageType(type).name),
  yields: () => ({ name: 'utf8' }),
  refine: ({ scope, group }) =>
    (scope === 'group') === (group !== undefined) ? undefined : 'takes group with scope=group, and only then',
  masker: (field, params, { keys }) => {
    const scope: Scope = params.scope === 'group' ? { scope: 'group', group: params.group! } : { scope: params.scope };
    const make = tokenMaker(keys, scope, params.domain ?? field.name, params.epoch);
    const normal = NORMALISE[params.normalise];
    return (column) => mapTexts(column, plainText(column), (text) => make(normal(text)));
  },
});

const NORMALISE: Record<'none' | 'trim' | 'fold', (text: string) => string> = {
  none: (text) => text,
  trim: (text) => text.trim(),
  fold: (text) => text.trim().normalize('NFC').toLowerCase(),
};

/**
 * Makes the tokens of one domain for one scope: `tk<epoch>_` and the first 130 bits, in base32, of HMAC-SHA256 under
 * the derived key over the value's text. Also what an erasure request looks a subject up by.
 */
export function tokenMaker(keys: MaskKeys, scope: Scope, domain: string, epoch: number): (text: string) => string {
  const key = maskKey(keys, 'token', scope, domain, epoch);
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const digest = createHmac('sha256', key).update(text, 'utf8').digest();
    const made = `tk${epoch}_${base32(digest.subarray(0, 17)).slice(0, TOKEN_CHARS)}`;
    if (known.size < LIMITS.rememberedTexts) known.set(Buffer.from(text).toString(), made);
    return made;
  };
}
