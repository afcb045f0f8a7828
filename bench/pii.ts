import { personalDetector } from '../daemon/catalog/index.js';
import { f1, precision, recall, Score } from './pii/score.js';
import { type Heading, type LabelledTable, peopleTable, thingTable } from './pii/tables.js';
import { throughput } from './pii/throughput.js';
import type { BenchOptions, Result } from './result.js';

const TABLES = 150;
const ROWS = 200;

/** Detection of personal data on tables made from a seed: right and wrong verdicts by entity, false alarms, cells a second. */
export function pii({ seed = 1, log = () => {} }: BenchOptions = {}): Promise<Result[]> {
  const results: Result[] = [];
  const add = (name: string, value: number, unit: string, baseline: number, atMost = false) =>
    results.push({
      name: `pii.${name}`,
      value,
      unit,
      baseline,
      ratio: atMost ? baseline / Math.max(value, 1e-9) : value / baseline,
    });
  const all = new Score();
  for (const [heading, p, r] of [
    ['clear', 0.98, 0.99],
    ['short', 0.98, 0.99],
    ['foreign', 0.98, 0.99],
  ] as const) {
    const score = new Score();
    for (let at = 0; at < TABLES; at++) judge(peopleTable(seed * 10_000 + at, heading, ROWS, 0.1), [score, all]);
    add(`headers.${heading}.precision`, precision(score.total()), 'share', p);
    add(`headers.${heading}.recall`, recall(score.total()), 'share', r);
    log(...score.faults.slice(0, 20));
  }
  for (const [shown, p, r] of [
    ['type', 0.98, 0.99],
    ['name', 0.85, 0.85],
  ] as const) {
    const score = new Score();
    for (let at = 0; at < TABLES; at++)
      judge(
        peopleTable(seed * 20_000 + at, 'none', ROWS, 0.1),
        [score, all],
        (label) => (label?.endsWith('_name') ? 'name' : 'type') === shown,
      );
    add(`no_header.${shown}s.precision`, precision(score.total()), 'share', p);
    add(`no_header.${shown}s.recall`, recall(score.total()), 'share', r);
    log(...score.faults.slice(0, 20));
  }
  for (const headless of [false, true]) {
    const score = new Score();
    let columns = 0;
    for (let at = 0; at < TABLES; at++) {
      const table = thingTable(seed * 30_000 + at, ROWS, 0.05, headless);
      columns += table.labels.length;
      judge(table, [score]);
    }
    add(
      headless ? 'hard_negatives.no_header.alarms' : 'hard_negatives.alarms',
      score.total().wrong / columns,
      'share of columns',
      0.005,
      true,
    );
    log(...score.faults.slice(0, 20));
  }
  for (const [entity, counts] of [...all.counts].sort()) {
    add(`${entity}.precision`, precision(counts), 'share', 0.98);
    add(`${entity}.recall`, recall(counts), 'share', 0.99);
    add(`${entity}.f1`, f1(counts), 'share', 0.9);
  }
  for (const { name, cellsPerSecond } of throughput(seed)) add(`speed.${name}`, cellsPerSecond, 'cells/s', 2e6);
  return Promise.resolve(results);
}

function judge(
  { kind, schema, batch, labels }: LabelledTable,
  scores: readonly Score[],
  only: (label: string | undefined) => boolean = () => true,
): void {
  const detector = personalDetector(schema);
  detector.update(batch);
  const findings = detector.findings();
  for (const [at, { name }] of schema.fields.entries())
    if (only(labels[at])) for (const score of scores) score.add(labels[at], name, findings, kind);
}

export type { Heading };
