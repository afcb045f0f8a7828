import { z } from 'zod';
import type { DataType } from '../../../columnar/index.js';
import { printable } from '../../../foundation/index.js';
import { isValid, storageType } from '../../checks/values/access.js';
import { isKeyed } from '../../checks/values/keys.js';
import { UNITS_PER_SECOND } from '../../checks/values/literal.js';
import { defineMask } from '../define.js';
import { ShortHmac } from '../hmac.js';
import { maskKey } from '../keys.js';
import { mapNumbers } from '../map-numbers.js';
import { plainText } from '../plain-text.js';

export const dateShift = defineMask({
  name: 'date_shift',
  preserves: ['nulls'],
  positional: 'subject',
  describe: {
    summary:
      'All dates of one subject are moved by the same secret number of days, never by none; order and distances stay.',
    accepts: 'dates and timestamps',
    yields: 'the same type',
    nulls: 'stay; rows without a subject are moved together',
    parameters: {
      subject: 'The column that says whose date it is.',
      days: 'Most days, back or forth. Default 180.',
      domain: 'Name of what is shifted together; columns of one domain move by the same days. Default: shift.',
      epoch: 'Number of the key. Default 1.',
    },
    example: 'admitted=date_shift(subject=patient_id, days=90)',
  },
  params: {
    subject: z.string().min(1),
    days: z.number().int().min(1).max(36_500).default(180),
    domain: z.string().min(1).max(128).default('shift'),
    epoch: z.number().int().min(1).max(9999).default(1),
  },
  accepts: (type) => ['date', 'timestamp'].includes(storageType(type).name),
  refine: ({ subject }, _field, schema) => {
    const field = schema.fields.find((each) => each.name === subject);
    if (field === undefined) return `finds no column ${printable(subject)} for its subject`;
    return isKeyed(field.type) && !['bool', 'float'].includes(storageType(field.type).name)
      ? undefined
      : `cannot tell subjects by column ${printable(subject)}`;
  },
  masker: (field, { subject, days, domain, epoch }, { schema, keys }) => {
    const at = schema.fields.findIndex((each) => each.name === subject);
    const hmac = new ShortHmac(maskKey(keys, 'date_shift', { scope: 'peer' }, domain, epoch));
    const digest = new Uint8Array(32);
    const unit = unitsPerDay(field.type);
    const shiftOf = (text: string): bigint => {
      const bytes = Buffer.from(text, 'utf8');
      hmac.digest(bytes, 0, bytes.length, digest);
      const draw = new DataView(digest.buffer).getBigUint64(0) % BigInt(2 * days);
      const shift = draw < BigInt(days) ? draw - BigInt(days) : draw - BigInt(days) + 1n; // all but zero
      return shift * unit;
    };
    return (column, batch) => {
      const subjects = batch.columns[at]!;
      const read = plainText(subjects);
      const known = new Map<string, bigint>();
      // The rows of a subject often follow one another.
      let [last, current]: [string | undefined, bigint] = [undefined, 0n];
      let small = 0;
      const seek = (row: number): void => {
        const text = isValid(subjects, row) ? `=${read(row)}` : '';
        if (text === last) return;
        const shift = known.get(text) ?? shiftOf(text);
        known.set(text, shift);
        [last, current, small] = [text, shift, Number(shift)];
      };
      return mapNumbers(column, {
        float: (value) => value,
        whole: (value, row) => {
          seek(row);
          return value + current;
        },
        small: (value, row) => {
          seek(row);
          return value + small;
        },
      });
    };
  },
});

function unitsPerDay(type: DataType): bigint {
  const storage = storageType(type);
  if (storage.name === 'timestamp') return 86_400n * UNITS_PER_SECOND[storage.unit];
  return storage.name === 'date' && storage.unit === 'ms' ? 86_400_000n : 1n;
}
