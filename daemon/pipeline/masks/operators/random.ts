import { z } from 'zod';
import { type Column, type Field, takeRows } from '../../../columnar/index.js';
import { CounterfoilError } from '../../../foundation/index.js';
import { storageType } from '../../checks/values/access.js';
import { defineMask } from '../define.js';
import { type MaskKeys, maskKey } from '../keys.js';
import { keystream, unitAt } from '../keystream.js';
import { mapNumbers } from '../map-numbers.js';
import { plainText } from '../plain-text.js';
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
      const stream = keystream(key, String(index), column.rows * 2);
      const share = (row: number): number => (2 * unitAt(stream, row) - 1) * ratio;
      const billionths = (row: number): number => Math.round(share(row) * BILLION);
      return mapNumbers(column, {
        float: (value, row) => value * (1 + share(row)),
        whole: (value, row) => value + (value * BigInt(billionths(row))) / BigInt(BILLION),
        small: (value, row) => {
          const part = billionths(row);
          const moved = partOf(Math.abs(value), Math.abs(part));
          return value < 0 === part < 0 ? value + moved : value - moved;
        },
      });
    };
  },
});

const BILLION = 1_000_000_000;

/** So many billionths of a whole number below 2^51, cut to a whole one: in steps of which each is exact as a double. */
function partOf(value: number, billionths: number): number {
  const whole = Math.floor(value / BILLION);
  const rest = value - whole * BILLION;
  const high = (rest >>> 15) * billionths;
  const highWhole = Math.floor(high / BILLION);
  const low = (high - highWhole * BILLION) * 32_768 + (rest & 32_767) * billionths;
  return whole * billionths + highWhole * 32_768 + Math.floor(low / BILLION);
}

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
      const stream = keystream(key, String(index), column.rows * 2);
      const order = new Int32Array(column.rows);
      for (let at = 0; at < order.length; at++) {
        const other = Math.floor(unitAt(stream, at) * (at + 1));
        order[at] = order[other]!;
        order[other] = at;
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
