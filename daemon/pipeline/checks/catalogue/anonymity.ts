import { z } from 'zod';
import type { Batch } from '../../../columnar/index.js';
import { toleranceText, tolerated } from '../cells.js';
import { defineCheck, type Outcome, placeOf } from '../define.js';
import { type KeyState, keyStates } from '../key-state.js';
import type { CommonRule } from '../rule.js';
import { type Sample, Samples } from '../samples.js';
import type { VisitGroup } from '../tally.js';
import { type Hashes, hashRows } from '../values/hash.js';
import { count, names, plural } from '../wording.js';

/** Classes of rows that have the same values, and how many rows are in classes that are too small. */
interface Classes {
  classes: number;
  small: number;
  rows: number;
  samples: readonly Sample[];
}

/** Asks for the classes with fewer rows than `k`. */
const askSmall = (k: number) => (): { visit: VisitGroup; found: () => Classes } => {
  const samples = new Samples();
  let [classes, small, rows] = [0, 0, 0];
  return {
    visit: (size, first) => {
      classes++;
      if (size >= k) return;
      small++;
      rows += size;
      if (samples.wants(first)) samples.add({ row: first });
    },
    found: () => ({ classes, small, rows, samples: samples.list() }),
  };
};

const size = z.number().int().min(2);

export const kAnonymity = defineCheck({
  name: 'k_anonymity',
  tallies: true,
  family: 'privacy',
  needs: 'nothing',
  columns: 'some',
  describe: {
    summary: 'Every combination of the columns that could single people out is shared by at least k rows.',
    counts: 'Tested: the rows. Failed: those that share their combination with fewer than k − 1 others.',
    nulls: 'A null is a value like another.',
    empty: 'Nothing to test: fails unless allowEmpty.',
    notes: 'Exact, in bounded memory, as for `unique`.',
    parameters: { k: 'Rows that must share a combination, at least 2.' },
    example: { id: 'not-alone', check: 'k_anonymity', columns: ['birth_year', 'zip3', 'sex'], k: 5 },
  },
  params: { k: size },
  bind: (rule, fields, context) => ({
    ...keyStates({ fields, nulls: 'equal', ask: askSmall(rule.k) }, context),
    verdict: (state: KeyState<Classes>) => {
      const { rows, small } = state.found;
      const message = `${count(rows)} of ${count(state.tally.size)} rows share their values of ${names(rule.columns!)} with fewer than ${count(rule.k)} rows, in ${plural(small, 'combination')}.`;
      return outcome(rule, { tested: state.tally.size, failed: rows }, state.found, message);
    },
  }),
  meet: (mine, theirs) => ({ params: { k: Math.max(mine.k, theirs.k) } }),
});

export const smallCell = defineCheck({
  name: 'small_cell',
  tallies: true,
  family: 'privacy',
  columns: 'some',
  describe: {
    summary: 'No cell of a table over these columns counts too few rows.',
    counts: 'Tested: the combinations of values that occur. Failed: those with fewer rows than `min`.',
    nulls: 'A null is a value like another.',
    empty: 'Nothing to test: fails unless allowEmpty.',
    notes: 'As `k_anonymity`, but counting combinations instead of rows.',
    parameters: { min: 'Rows a combination needs, at least 2.' },
    example: { id: 'cells', check: 'small_cell', columns: ['region', 'diagnosis'], min: 10 },
  },
  params: { min: size },
  bind: (rule, fields, context) => ({
    ...keyStates({ fields, nulls: 'equal', ask: askSmall(rule.min) }, context),
    verdict: (state: KeyState<Classes>) => {
      const { classes, small } = state.found;
      const message = `${count(small)} of ${plural(classes, 'combination')} of ${names(rule.columns!)} have fewer than ${count(rule.min)} rows.`;
      return outcome(rule, { tested: classes, failed: small }, state.found, message);
    },
  }),
  meet: (mine, theirs) => ({ params: { min: Math.max(mine.min, theirs.min) } }),
});

function outcome(
  rule: CommonRule,
  { tested, failed }: { tested: number; failed: number },
  { classes, small, samples }: Classes,
  message: string,
): Outcome {
  return {
    passed: tolerated(rule, { tested, failed }),
    tested,
    failed,
    threshold: toleranceText(rule),
    observed: { combinations: classes, small },
    samples,
    message:
      failed === 0 ? `All ${plural(classes, 'combination')} of ${names(rule.columns!)} have enough rows.` : message,
  };
}

interface Diversity {
  classes: number;
  poor: number;
  samples: readonly Sample[];
}

/** Words 0 to 2 of a key are the class, word 3 is the sensitive value: sorted, a class's values stand together. */
const askDiversity = (l: number) => (): { visit: VisitGroup; found: () => Diversity } => {
  const samples = new Samples();
  const key = new Uint32Array(3);
  let [classes, poor, values, first] = [0, 0, 0, Number.POSITIVE_INFINITY];
  const close = (): void => {
    if (values === 0) return;
    classes++;
    if (values >= l) return;
    poor++;
    if (samples.wants(first)) samples.add({ row: first });
  };
  return {
    visit: (_size, row, _second, words) => {
      if (values > 0 && words[0] === key[0] && words[1] === key[1] && words[2] === key[2]) {
        values++;
        first = Math.min(first, row);
        return;
      }
      close();
      key.set(words.subarray(0, 3));
      [values, first] = [1, row];
    },
    found: () => {
      close();
      values = 0;
      return { classes, poor, samples: samples.list() };
    },
  };
};

export const lDiversity = defineCheck({
  name: 'l_diversity',
  tallies: true,
  family: 'privacy',
  columns: 'some',
  describe: {
    summary: 'In every group of rows that look alike, a sensitive column has at least l different values.',
    counts: 'Tested: the combinations of the columns. Failed: those with too few sensitive values.',
    nulls: 'A null is a value like another.',
    empty: 'Nothing to test: fails unless allowEmpty.',
    notes:
      'Sensitive values are told apart by 32 bits of hash within a group: two may rarely be taken for one, which makes the check stricter.',
    parameters: { sensitive: 'The sensitive column.', l: 'Different values needed, at least 2.' },
    example: { id: 'diverse', check: 'l_diversity', columns: ['birth_year', 'zip3'], sensitive: 'diagnosis', l: 3 },
  },
  params: { sensitive: z.string().min(1), l: size },
  bind: (rule, fields, context) => {
    const sensitive = placeOf(context.schema, rule.sensitive);
    const hash = (batch: Batch): Hashes => {
      const hashes = hashRows(
        fields.map((field) => batch.columns[field.at]!),
        batch.rows,
      );
      const values = hashRows([batch.columns[sensitive.at]!], batch.rows);
      for (let row = 0; row < batch.rows; row++) hashes[4 * row + 3] = values[4 * row]!;
      return hashes;
    };
    return {
      ...keyStates({ fields, nulls: 'equal', hash, ask: askDiversity(rule.l) }, context),
      verdict: (state: KeyState<Diversity>) => {
        const { classes, poor, samples } = state.found;
        return {
          passed: tolerated(rule, { tested: classes, failed: poor }),
          tested: classes,
          failed: poor,
          threshold: toleranceText(rule),
          samples,
          message:
            poor === 0
              ? `All ${plural(classes, 'combination')} of ${names(rule.columns!)} have at least ${count(rule.l)} sensitive values.`
              : `${count(poor)} of ${plural(classes, 'combination')} of ${names(rule.columns!)} have fewer than ${count(rule.l)} different values of ${names([rule.sensitive])}.`,
        };
      },
    };
  },
  meet: (mine, theirs) =>
    mine.sensitive === theirs.sensitive
      ? { params: { sensitive: mine.sensitive, l: Math.max(mine.l, theirs.l) } }
      : undefined,
});
