import { type PersonalFinding, personalDetector } from '../daemon/catalog/index.js';
import type { Bench } from './bench.js';
import { simpleFindings } from './pii/baseline.js';
import { cleanTables } from './pii/clean.js';
import { KINDS } from './pii/columns.js';
import { contamination } from './pii/contamination.js';
import { type Counts, f1, precision, recall, Score } from './pii/score.js';
import { type Heading, type LabelledTable, peopleTable, strangersTable, thingTable } from './pii/tables.js';
import { throughput } from './pii/throughput.js';

const TABLES = 150;
const ROWS = 200;
const DIRT = 0.1;

const LABELS = [...new Set(KINDS.map(({ entity }) => entity))];

/** The scores of the detector and, as the baseline, of what is commonly done. */
interface Scores {
  ours: Score;
  simple: Score;
  columns: number;
}

/** Finding personal data: on tables made from a seed, with headers that are clear, short, foreign and missing. */
export const piiBenches: readonly Bench[] = [
  ...(['clear', 'short', 'foreign'] as const).flatMap((heading) =>
    measures(
      `headers-${heading}`,
      once(() => people(heading)),
    ),
  ),
  ...measures(
    'no-header-types',
    once(() => people('none', (label) => label?.endsWith('_name') !== true)),
  ),
  ...measures(
    'no-header-names',
    once(() => people('none', (label) => label?.endsWith('_name') === true)),
  ),
  ...measures('no-header-other-names', once(strangers)),
  alarms(
    'hard-negatives',
    once(() => things(false)),
  ),
  alarms(
    'hard-negatives-no-header',
    once(() => things(true)),
  ),
  { name: 'pii/clean-tables-alarms', unit: 'share of columns', run: () => ({ value: ratio(cleanTables()) }) },
  ...contaminationBenches(once(() => contamination(1))),
  { name: 'pii/speed-people', unit: 'cells/s', run: () => ({ value: throughput('people') }) },
  { name: 'pii/speed-things', unit: 'cells/s', run: () => ({ value: throughput('things') }) },
  ...LABELS.flatMap((entity) =>
    measures(
      `entity-${entity}`,
      once(() => ofEntity(entity)),
    ),
  ),
];

function measures(name: string, scores: () => Scores | { ours: Counts; simple: Counts }): Bench[] {
  return (
    [
      ['precision', precision],
      ['recall', recall],
      ['f1', f1],
    ] as const
  ).map(([what, measure]) => ({
    name: `pii/${name}-${what}`,
    unit: 'share',
    run: () => {
      const { ours, simple } = scores();
      return { value: measure(total(ours)), baseline: measure(total(simple)) };
    },
  }));
}

const total = (score: Score | Counts): Counts => (score instanceof Score ? score.total() : score);

function alarms(name: string, scores: () => Scores): Bench {
  return {
    name: `pii/${name}-alarms`,
    unit: 'share of columns',
    run: () => {
      const { ours, simple, columns } = scores();
      return { value: ours.total().wrong / columns, baseline: simple.total().wrong / columns };
    },
  };
}

function contaminationBenches(measured: () => ReturnType<typeof contamination>): Bench[] {
  return [
    {
      name: 'pii/one-in-a-million-found',
      unit: 'share of kinds',
      run: () => ({ value: measured().found / measured().planted }),
    },
    { name: 'pii/one-in-a-million-alarms', unit: 'kinds', run: () => ({ value: measured().false }) },
    { name: 'pii/speed-notes', unit: 'cells/s', run: () => ({ value: measured().cellsPerSecond }) },
  ];
}

const everything = once(() => {
  const all: Scores = { ours: new Score(), simple: new Score(), columns: 0 };
  for (const heading of ['clear', 'short', 'foreign', 'none'] as const) people(heading, undefined, all);
  return all;
});

function ofEntity(entity: string): { ours: Counts; simple: Counts } {
  const none: Counts = { right: 0, wrong: 0, missed: 0 };
  const { ours, simple } = everything();
  return { ours: ours.counts.get(entity) ?? none, simple: simple.counts.get(entity) ?? none };
}

type Filter = (label: string | undefined) => boolean;

function people(
  heading: Heading,
  only?: Filter,
  scores: Scores = { ours: new Score(), simple: new Score(), columns: 0 },
): Scores {
  for (let seed = 0; seed < TABLES; seed++) judge(peopleTable(seed, heading, ROWS, DIRT), scores, only);
  return scores;
}

/** Names of which the dictionaries know only some. */
function strangers(): Scores {
  const scores: Scores = { ours: new Score(), simple: new Score(), columns: 0 };
  for (let seed = 0; seed < TABLES; seed++) judge(strangersTable(seed, ROWS, DIRT), scores);
  return scores;
}

function things(headless: boolean): Scores {
  const scores: Scores = { ours: new Score(), simple: new Score(), columns: 0 };
  for (let seed = 0; seed < TABLES; seed++) judge(thingTable(seed, ROWS, DIRT / 2, headless), scores);
  return scores;
}

function judge(table: LabelledTable, scores: Scores, only: Filter = () => true): void {
  const detector = personalDetector(table.schema);
  detector.update(table.batch);
  const findings: readonly PersonalFinding[] = detector.findings();
  const simple = simpleFindings(table);
  for (const [at, { name }] of table.schema.fields.entries()) {
    const label = table.labels[at];
    if (!only(label)) continue;
    scores.columns++;
    scores.ours.add(label, name, findings, table.kind);
    scores.simple.add(label, name, simple, table.kind);
  }
}

const ratio = ({ alarms, columns }: { alarms: number; columns: number }): number => alarms / columns;

/** Computes when first asked, as several figures come of one run. */
function once<T>(compute: () => T): () => T {
  let value: T | undefined;
  return () => {
    value ??= compute();
    return value;
  };
}
