import type { KnownColumn, KnownDataset } from '../contract/index.js';
import type { TableProfile } from './table.js';

/** What a profile tells the writer of a first contract. */
export function knownOf(dataset: string, { schema, rows, columns, facts }: TableProfile): KnownDataset {
  return {
    dataset,
    rows,
    columns: columns.map(({ name, nulls, distinct, min, max, personal }, at): KnownColumn => {
      const { counted, hasNaN, values } = facts[at]!;
      return {
        ...{ name, type: schema.fields[at]!.type, nulls, personal },
        ...(counted ? { distinct } : {}),
        ...(hasNaN || min === null || max === null ? {} : { min, max }),
        ...(values === undefined ? {} : { values }),
      };
    }),
  };
}
