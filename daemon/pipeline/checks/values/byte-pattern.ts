import { BYTES, type Node, type Parsed, parsePattern } from './byte-pattern-parse.js';

/** Says whether bytes `start` to `end` match: 1 yes, 0 no, 2 cannot tell (bytes that are not ASCII). */
export type ByteMatcher = (bytes: Uint8Array, start: number, end: number) => 0 | 1 | 2;

/** States of a matcher beyond which it is given up: bounds memory whatever the pattern. */
const MOST_STATES = 512;
/** Transitions that are not known yet, and those into a state that nothing leaves. */
const UNKNOWN = -1;

/**
 * A matcher over bytes for the patterns that most rules have: ASCII literals, classes, groups, alternatives and
 * repetitions, `^` and `$` at the ends. It is the deterministic automaton of the pattern, built as far as texts need it, so
 * a byte costs one look-up. Undefined for any other RE2 pattern: then RE2 itself decides.
 */
export function byteMatcher(pattern: string, full: boolean): ByteMatcher | undefined {
  const parsed = parsePattern(pattern);
  return parsed === undefined ? undefined : new Automaton(parsed, full).match;
}

class Automaton {
  readonly #nodes: readonly Node[];
  readonly #start: number;
  readonly #accept: number;
  readonly #anywhere: boolean;
  readonly #toEnd: boolean;
  /** The nodes of each state, and its transitions by byte. */
  readonly #sets: Int32Array[] = [];
  readonly #numbers = new Map<string, number>();
  #table = new Int16Array(16 * BYTES).fill(UNKNOWN);
  readonly #accepting: boolean[] = [];
  #full = false;

  constructor({ nodes, start, accept, fromStart, toEnd }: Parsed, full: boolean) {
    this.#nodes = nodes;
    this.#start = start;
    this.#accept = accept;
    this.#anywhere = !fromStart && !full;
    this.#toEnd = toEnd || full;
    this.#state(this.#closure([start]));
  }

  readonly match: ByteMatcher = (bytes, start, end) => {
    const early = !this.#toEnd;
    let table = this.#table;
    let state = 0;
    for (let at = start; at < end; at++) {
      if (early && this.#accepting[state]) return 1;
      const byte = bytes[at]!;
      if (byte >= BYTES) return 2;
      let next = table[state * BYTES + byte]!;
      if (next === UNKNOWN) {
        next = this.#step(state, byte);
        if (this.#full) return 2;
        table = this.#table;
      }
      state = next;
    }
    return this.#accepting[state] ? 1 : 0;
  };

  #step(state: number, byte: number): number {
    const reached = [...this.#sets[state]!].flatMap((at) => {
      const { accepts, next } = this.#nodes[at]!;
      return accepts?.[byte] === 1 ? [next] : [];
    });
    const next = this.#state(this.#closure(this.#anywhere ? [...reached, this.#start] : reached));
    this.#table[state * BYTES + byte] = next;
    return next;
  }

  /** The number of the state of these nodes, made when it is new. */
  #state(nodes: Int32Array): number {
    const name = nodes.join();
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#sets.length;
    if (number === MOST_STATES) {
      this.#full = true;
      return 0;
    }
    this.#numbers.set(name, number);
    this.#sets.push(nodes);
    this.#accepting.push(nodes.includes(this.#accept));
    if ((number + 1) * BYTES > this.#table.length) {
      const table = new Int16Array(this.#table.length * 2).fill(UNKNOWN);
      table.set(this.#table);
      this.#table = table;
    }
    return number;
  }

  /** The nodes reached without a byte, in order. */
  #closure(from: readonly number[]): Int32Array {
    const seen = new Set<number>();
    const waiting = [...from];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const { accepts, next, other } = this.#nodes[at]!;
      if (accepts !== undefined || at === this.#accept) continue;
      waiting.push(next);
      if (other !== undefined) waiting.push(other);
    }
    return Int32Array.from(seen).sort();
  }
}
