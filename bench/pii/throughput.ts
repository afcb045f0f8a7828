import { personalDetector } from '../../daemon/catalog/index.js';
import { type LabelledTable, peopleTable, thingTable } from './tables.js';

const ROWS = 50_000;
const TIMES = 4;
const TABLES = 5;

/** Cells that one core looks at in a second, over several tables whose rows come in batches of 50 000. */
export function throughput(kind: 'people' | 'things'): number {
  let cells = 0;
  let micros = 0;
  for (let seed = 1; seed <= TABLES; seed++) {
    const table = kind === 'people' ? peopleTable(seed, 'clear', ROWS, 0.1) : thingTable(seed, ROWS, 0.05, false);
    const [counted, used] = timed(table);
    cells += counted;
    micros += used;
  }
  return (cells * 1e6) / micros;
}

/** Processor time, so that what else the machine does is not counted. */
function timed({ schema, batch }: LabelledTable): [number, number] {
  personalDetector(schema).update(batch);
  const before = process.cpuUsage();
  const detector = personalDetector(schema);
  for (let time = 0; time < TIMES; time++) detector.update(batch);
  detector.findings();
  const { user, system } = process.cpuUsage(before);
  return [batch.rows * TIMES * batch.columns.length, user + system];
}
