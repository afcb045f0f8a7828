import { z } from 'zod';
import { type Column, type Field, takeRows } from '../../../columnar/index.js';
import { CounterfoilError } from '../../../foundation/index.js';
import { storageType } from '../../checks/values/access.js';
import { defineMask } from '../define.js';
import { type MaskKeys, maskKey } from '../keys.js';
import { plainText } from '../plain-text.js';
import { KeyedRandom } from '../random.js';
import { mapNumbers } from './numbers.js';
import { TOKEN_TYPES, TokenMaker } from './token.js';

/** The version that a view is made of: what changes from one to the next is keyed by it. */
function versionOf(keys: MaskKeys): string {
  if (keys.version === undefined)
    throw new CounterfoilError('internal', 'This mask needs the id of the version, which was not given.');
  return keys.version;
}

/** Key of one column of one version for one agreement. */
const versionKey = (keys: MaskKeys, use: string, field: Field): Uint8Array =>
  maskKey(keys, use, { scope: 'agreement' }, `${versionOf(keys)}/${field.name}`, 1);

export const noise = defineMask({
  name: 'noise',
  preserves: ['nulls'],
  positional: 'ratio',
  describe: {
    summary: 'Each number is moved by a random share of itself, up to a bound. The same version gives the same noise.',
    accepts: 'whole numbers, 32- and 64-bit floats, decimals',
    yields: 'the same type',
    nulls: 'stay',
    parameters: { ratio: 'Largest share, above 0 and at most 1. Default 0.05.' },
    example: 'income=noise:0.1',
  },
  params: { ratio: z.number().gt(0).max(1).default(0.05) },
  accepts: (type) => {
    const storage = storageType(type);
    return storage.name === 'int' || storage.name === 'decimal' || (storage.name === 'float' && storage.bits !== 16);
  },
  masker: (field, { ratio }, { keys }) => {
    const key = versionKey(keys, 'noise', field);
    return (column, _batch, index) => {
      const random = new KeyedRandom(key, String(index));
      const share = (): number => (2 * random.unit() - 1) * ratio;
      return mapNumbers(column, {
        float: (value) => value * (1 + share()),
        whole: (value) => value + (value * BigInt(Math.round(share() * 1e9))) / 1_000_000_000n,
      });
    };
  },
});

export const shuffle = defineMask({
  name: 'shuffle',
  describe: {
    summary:
      'The values of a batch change places among its rows. Weak: every value is still sent, and rare ones may be told.',
    accepts: 'every type',
    yields: 'the same type',
    nulls: 'change places too',
    parameters: {},
    example: 'salary=shuffle',
  },
  params: {},
  accepts: () => true,
  masker: (field, _params, { keys }) => {
    const key = versionKey(keys, 'shuffle', field);
    return (column, _batch, index) => {
      const random = new KeyedRandom(key, String(index));
      const order = Int32Array.from({ length: column.rows }, (_, row) => row);
      for (let at = order.length - 1; at > 0; at--) {
        const other = random.below(at + 1);
        [order[at], order[other]] = [order[other]!, order[at]!];
      }
      return takeRows({ rows: column.rows, columns: [column] }, order).columns[0] as Column;
    };
  },
});

export const hashRandom = defineMask({
  name: 'hash_random',
  preserves: ['nulls', 'equality'],
  describe: {
    summary:
      'A token that is good for one version only: equal values can be told within it, and nothing joins beyond it.',
    accepts: 'text, whole numbers, decimals, dates, times and bytes',
    yields: 'text such as tk1_ and 26 characters',
    nulls: 'stay',
    parameters: {},
    example: 'session_id=hash_random',
  },
  params: {},
  accepts: (type) => TOKEN_TYPES.includes(storageType(type).name),
  yields: () => ({ name: 'utf8' }),
  masker: (field, _params, { keys }) => {
    const maker = new TokenMaker(versionKey(keys, 'hash_random', field), 1);
    return (column) =>
      storageType(column.type).name === 'utf8' ? maker.texts(column) : maker.strings(column, plainText(column));
  },
});
