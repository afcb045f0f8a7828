import { z } from 'zod';
import { cellCheck } from '../cells.js';
import { defineCheck, unfit } from '../define.js';
import { storageType, textReader, widthOf } from '../values/access.js';
import { intervalFault, meetIntervals } from './shared.js';

const size = z.number().int().min(0).optional();

export const length = defineCheck({
  name: 'length',
  family: 'values',
  perRow: true,
  columns: 'some',
  describe: {
    summary: 'Every text, byte string or list has a length between two bounds.',
    counts: 'Tested: the non-null values. Failed: those that are too short or too long.',
    nulls: 'Not tested.',
    empty: 'Nothing to test: fails unless allowEmpty.',
    notes: 'Text is counted in Unicode characters (code points), binary in bytes, lists in items.',
    parameters: { min: 'Smallest length.', max: 'Largest length.' },
    example: { id: 'code-length', check: 'length', columns: ['code'], min: 3, max: 3 },
  },
  params: { min: size, max: size },
  refine: (params) => intervalFault(params),
  bind: (rule, fields) => {
    const { min = 0, max = Number.POSITIVE_INFINITY } = rule;
    const fits = (value: number): boolean => value >= min && value <= max;
    const unsized = fields.find(
      ({ type }) => !['utf8', 'binary', 'list', 'fixed_size_binary'].includes(storageType(type).name),
    );
    if (unsized !== undefined) throw unfit(unsized, 'a length needs text, bytes or lists');
    return cellCheck({
      rule,
      fields,
      fault: 'have a length out of bounds',
      test: (column, { type }) => {
        if (storageType(type).name === 'fixed_size_binary') return () => fits(widthOf(type));
        const offsets = column.offsets!;
        const units = (row: number): number => offsets[row + 1]! - offsets[row]!;
        if (storageType(type).name !== 'utf8') return (row) => fits(units(row));
        const read = textReader(column);
        const characters = (row: number): number => {
          const bytes = units(row);
          if (bytes <= max && bytes >= min * 4) return bytes; // fits whatever the encoding
          return [...read(row)].length;
        };
        return (row) => fits(characters(row));
      },
    });
  },
  meet: (mine, theirs) => meetIntervals(mine, theirs),
});
