import { z } from 'zod';
import { printable } from '../../../foundation/index.js';
import { RowCount } from '../counters.js';
import { type CheckState, defineCheck, type Outcome, type Place, placeOf, type Rows, unfit } from '../define.js';
import { fromState, toState } from '../state.js';
import { storageType } from '../values/access.js';
import { decimalLiteral, type Literal } from '../values/literal.js';
import { count, plural, sentence } from '../wording.js';
import { scaleOf, sides, TotalState } from './control-total.js';
import { bound } from './shared.js';

const total = z.strictObject({ column: z.string().min(1), sum: bound, within: bound.optional() });

interface Params {
  rows?: number | undefined;
  totals: readonly z.infer<typeof total>[];
}

class ManifestState implements CheckState {
  readonly rows: RowCount;
  readonly totals: readonly TotalState[];

  constructor(rows: RowCount, totals: readonly TotalState[]) {
    this.rows = rows;
    this.totals = totals;
  }

  update(rows: Rows): void {
    this.rows.update(rows);
    for (const each of this.totals) each.update(rows);
  }

  merge(other: this): void {
    this.rows.merge(other.rows);
    this.totals.forEach((each, at) => {
      each.merge(other.totals[at]!);
    });
  }

  serialise(): Uint8Array {
    return toState({ rows: this.rows.rows, totals: this.totals.map((each) => ({ ...each.saved() })) });
  }
}

export const manifestComplete = defineCheck({
  name: 'manifest_complete',
  family: 'completeness',
  columns: 'none',
  describe: {
    summary: 'The data is as complete as its source says: so many rows, with these sums.',
    counts: 'Tested: the figures given. Failed: those that differ.',
    nulls: 'Rows count whatever they hold; nulls add nothing to a sum.',
    empty: 'No rows is compared like any number.',
    notes:
      'For figures that the source system reports beside the data. Batches, their order and their digests are held to the signed view in any case.',
    parameters: {
      rows: 'Rows that there must be.',
      totals: 'List of {column, sum, within?}; sums are exact, as in `control_total`.',
    },
    example: {
      id: 'as-booked',
      check: 'manifest_complete',
      rows: 12034,
      totals: [{ column: 'amount', sum: '99812.50' }],
    },
  },
  params: { rows: z.number().int().min(0).optional(), totals: z.array(total).max(1000).default([]) },
  refine: ({ rows, totals }) => {
    if (rows === undefined && totals.length === 0) return 'give rows, totals or both';
    const odd = totals.find(
      ({ sum, within }) => decimalLiteral(sum, 0) === undefined || decimalLiteral(within ?? 0, 0) === undefined,
    );
    return odd === undefined ? undefined : `the sum of ${printable(odd.column)} is not a number`;
  },
  bind: (rule, _fields, { schema }) => {
    const places = rule.totals.map(({ column }) => placeOf(schema, column));
    const other = places.find((place) => !['int', 'float', 'decimal'].includes(storageType(place.type).name));
    if (other !== undefined) throw unfit(other, 'a total needs numbers');
    return {
      init: () =>
        new ManifestState(
          new RowCount(),
          places.map((place) => new TotalState(place, 'sum')),
        ),
      deserialise: (bytes: Uint8Array) => {
        const saved = fromState<{ rows: number; totals: ReturnType<TotalState['saved']>[] }>(bytes);
        return new ManifestState(
          new RowCount(saved.rows),
          places.map((place, at) => new TotalState(place, 'sum', saved.totals[at])),
        );
      },
      verdict: (state: ManifestState) => verdict(rule, places, state),
    };
  },
});

function verdict({ rows, totals }: Params, places: readonly Place[], state: ManifestState): Outcome {
  const parts: string[] = [];
  if (rows !== undefined && rows !== state.rows.rows)
    parts.push(`there are ${plural(state.rows.rows, 'row')} and should be ${count(rows)}`);
  totals.forEach(({ column, sum, within }, at) => {
    const found = state.totals[at]!.value(0) ?? { exact: 0n, over: 1n };
    const { low, high } = sides({ equals: sum as Literal, within }, found, scaleOf(places[at]!.type));
    if (low || high || state.totals[at]!.odd > 0)
      parts.push(`the sum of column ${printable(column)} is not what it should be`);
  });
  return {
    passed: parts.length === 0,
    tested: (rows === undefined ? 0 : 1) + totals.length,
    failed: parts.length,
    threshold: { rows: rows ?? null },
    observed: { rows: state.rows.rows },
    message: parts.length > 0 ? sentence(parts) : 'The data is as complete as given.',
  };
}
