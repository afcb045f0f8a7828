import { type PersonalFinding, personalDetector } from '../../daemon/catalog/index.js';
import { type Batch, type Schema, textColumn } from '../../daemon/columnar/index.js';
import * as numbers from './numbers.js';
import { Random } from './random.js';

const ROWS = 1_000_000;
const BATCH = 50_000;
const WORDS =
  'order delayed customer asked about the invoice from last week please call back after lunch shipment arrived damaged box refund approved agent on duty';

export interface Contamination {
  planted: number;
  found: number;
  /** Kinds that were found and are not there. */
  false: number;
  cellsPerSecond: number;
}

/** A million notes, full of harmless numbers, with one of each kind in one of them. */
export function contamination(seed: number): Contamination {
  const random = new Random(seed);
  const planted: Record<string, string> = {
    email: 'reach me at jo.doe@acme.example thanks',
    card: `paid with ${numbers.card(random)} by card`,
    iban: `refund to ${numbers.iban(random, 'DE')} please`,
    us_ssn: `his number is ${numbers.ssn(random)} he says`,
    phone: 'best reached on +44 20 7946 0958 in the morning',
    credential: 'use ghp_16C7e42F292c6912E7710c838347Ae178B4a for now',
    uk_nino: `NI ${numbers.nino(random)} on file`,
    it_fiscal_code: `codice ${numbers.fiscalCode(random)}`,
  };
  const schema: Schema = { fields: [{ name: 'notes', type: { name: 'utf8' }, nullable: true }] };
  const places = new Map(Object.values(planted).map((text) => [random.int(0, ROWS - 1), text]));
  const detector = personalDetector(schema);
  let micros = 0;
  for (let start = 0; start < ROWS; start += BATCH) {
    const batch = notes(start, random, places);
    const before = process.cpuUsage();
    detector.update(batch);
    const used = process.cpuUsage(before);
    micros += used.user + used.system;
  }
  const findings: readonly PersonalFinding[] = detector.findings();
  const kinds = Object.keys(planted);
  return {
    planted: kinds.length,
    found: kinds.filter((kind) => findings.some(({ entity, verdict }) => entity === kind && verdict === 'contains'))
      .length,
    false: findings.filter(({ entity, verdict }) => verdict === 'is' || !kinds.includes(entity)).length,
    cellsPerSecond: (ROWS * 1e6) / micros,
  };
}

function notes(start: number, random: Random, places: ReadonlyMap<number, string>): Batch {
  const words = WORDS.split(' ');
  const values = Array.from({ length: BATCH }, (_, at) => {
    const text = Array.from({ length: random.int(4, 14) }, () => random.pick(words)).join(' ');
    return `${text} #${random.int(1, 99_999)} at ${random.int(0, 23)}:${random.int(10, 59)}${places.has(start + at) ? ` ${places.get(start + at)}` : ''}`;
  });
  return { rows: BATCH, columns: [textColumn(values)] };
}
