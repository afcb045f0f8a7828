import { personalDetector } from '../../daemon/catalog/index.js';
import { type LabelledTable, peopleTable, thingTable } from './tables.js';

const ROWS = 50_000;
const TIMES = 4;

/** Cells a second on one core. */
export function throughput(seed: number): { name: string; cellsPerSecond: number }[] {
  return [
    { name: 'people', cellsPerSecond: rate(peopleTable(seed, 'clear', ROWS, 0.1)) },
    { name: 'things', cellsPerSecond: rate(thingTable(seed, ROWS, 0.05, false)) },
  ];
}

function rate({ schema, batch }: LabelledTable): number {
  personalDetector(schema).update(batch);
  const start = performance.now();
  const detector = personalDetector(schema);
  for (let time = 0; time < TIMES; time++) detector.update(batch);
  return (batch.rows * TIMES * batch.columns.length * 1000) / (performance.now() - start);
}
