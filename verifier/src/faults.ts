/** The classes of tampering that a verification names. docs/AUDITOR.md explains each. */
export const CLASSES = {
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

export type FaultName = keyof typeof CLASSES;

export interface Fault {
  /** Number and name of the class. */
  class: string;
  /** Origin of the log, where the fault is in one. */
  log: string | null;
  /** Sequence number of the entry, or size of the head. */
  seq: number | null;
  /** The organisation that signatures show to be responsible, where they do. */
  culprit: string | null;
  message: string;
}

const MOST_FAULTS = 10_000;
const MOST_CHARS = 1000;

/** A sentence of bounded length, without the characters with which a bundle could change how it is shown. */
const shown = (message: string): string =>
  (message.length > MOST_CHARS ? `${message.slice(0, MOST_CHARS)}…` : message).replaceAll(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    '\ufffd',
  );

/** Collects faults; the same one only once. */
export class FaultList {
  readonly list: Fault[] = [];
  readonly #seen = new Set<string>();
  readonly #places = new Set<string>();

  add(name: FaultName, log: string | null, seq: number | null, message: string, culprit: string | null = null): void {
    if (this.list.length >= MOST_FAULTS) return;
    const fault: Fault = { class: CLASSES[name], log, seq, culprit, message: shown(message) };
    const key = JSON.stringify(fault);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#places.add(`${log} ${seq}`);
    this.list.push(fault);
  }

  /** What is shown by signatures first, then by class: causes before their consequences. */
  sorted(): Fault[] {
    const rank = (fault: Fault) => (fault.culprit === null ? 100 : 0) + Number.parseInt(fault.class, 10);
    return this.list.toSorted((a, b) => rank(a) - rank(b));
  }

  at(log: string, seq: number): boolean {
    return this.#places.has(`${log} ${seq}`);
  }

  inLog(log: string): boolean {
    return this.list.some((fault) => fault.log === log);
  }
}
