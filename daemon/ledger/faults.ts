/** The classes of tampering, numbered as in docs/AUDITOR.md. The text is what reports and `--json` show. */
export const FAULT_CLASSES = {
  edited: '1 entry edited',
  rewritten: '2 history rewritten',
  deleted: '3 entry deleted',
  inserted: '4 entry inserted or backdated',
  reordered: '5 entry reordered, duplicated or replayed',
  truncated: '6 tail truncated',
  fork: '7 fork or split view',
  rollback: '8 older copy restored',
  keySubstituted: '9 key substituted',
  keyMisused: '10 key used outside its time',
  clock: '11 clock moved',
  disagree: '12 ledgers disagree',
  moved: '13 signature moved',
  proof: '14 proof does not hold',
  encoding: '15 other encoding of an entry',
  payload: '16 payload erased or swapped',
  hidden: '17 channel hidden',
  schema: '18 schema tampered',
  bitRot: '19 bit rot',
  anchors: '20 trust anchors replaced',
  hostile: '21 hostile bundle',
} as const;

export type FaultName = keyof typeof FAULT_CLASSES;

/** One finding of a verification. */
export interface Fault {
  class: string;
  /** Origin of the log, where there is one. */
  log: string | null;
  seq: number | null;
  /** The organisation that signatures show to be responsible, where they do. */
  culprit: string | null;
  message: string;
}

/** Collects faults, each place once for a class. */
export class Faults {
  readonly list: Fault[] = [];
  readonly #seen = new Set<string>();

  add(name: FaultName, log: string | null, seq: number | null, message: string, culprit: string | null = null): void {
    const place = `${name} ${log} ${seq} ${message}`;
    if (this.#seen.has(place)) return;
    this.#seen.add(place);
    this.list.push({ class: FAULT_CLASSES[name], log, seq, culprit, message });
  }

  at(log: string, seq: number): boolean {
    return this.list.some((fault) => fault.log === log && fault.seq === seq);
  }
}
