import { BYTES, type Node, type Parsed, parsePattern } from './byte-pattern-parse.js';

/** States beyond which an automaton is given up: bounds memory whatever the pattern. */
const MOST_STATES = 512;
const UNKNOWN = -1;
const DEAD = -2;
/** Steps for a byte of text beyond which a search is given up: a pattern cannot make it slow. */
const MOST_STEPS = 8;

/**
 * Finds in bytes what an RE2 pattern matches, each match as RE2 has it: the leftmost, and of those the one that the pattern
 * prefers. From each byte that a match can begin with, the deterministic automaton of the pattern runs until nothing can
 * follow.
 */
export class ByteFinder {
  /** Where the last match is. */
  start = 0;
  end = 0;
  readonly #nodes: readonly Node[];
  readonly #accept: number;
  readonly #fromStart: boolean;
  readonly #plain: boolean;
  readonly #first: Uint8Array;
  readonly #sets: Int32Array[] = [];
  readonly #accepting = new Uint8Array(MOST_STATES);
  readonly #numbers = new Map<string, number>();
  #table = new Int16Array(16 * BYTES).fill(UNKNOWN);
  #full = false;
  #left = 0;

  constructor({ nodes, start, accept, fromStart, beyond }: Parsed) {
    this.#nodes = nodes;
    this.#accept = accept;
    this.#fromStart = fromStart;
    this.#plain = !beyond;
    this.#state(this.#closure([start]));
    this.#first = Uint8Array.from({ length: 256 }, (_, byte) =>
      byte < BYTES && [...this.#sets[0]!].some((at) => nodes[at]!.accepts?.[byte] === 1) ? 1 : 0,
    );
  }

  /** Whether it may match nothing at all, which it cannot place. */
  get matchesNothing(): boolean {
    return this.#accepting[0] === 1;
  }

  /**
   * Looks from `from` on in the text that lies between `begin` and `to`: 1 found, 0 nothing more, 2 cannot tell, since the
   * pattern speaks of signs beyond ASCII, or takes too long.
   */
  next(bytes: Uint8Array, begin: number, from: number, to: number): 0 | 1 | 2 {
    const first = this.#first;
    if (from === begin) this.#left = (to - from) * MOST_STEPS + 64;
    for (let at = from; at < to; at++) {
      const byte = bytes[at]!;
      if (first[byte] === 0) {
        if (byte >= BYTES && !this.#plain) return 2;
        continue;
      }
      if (this.#fromStart && at > begin) return 0;
      const end = this.#run(bytes, at, to);
      if (end < 0) return 2;
      if (end > at) {
        [this.start, this.end] = [at, end];
        return 1;
      }
    }
    return 0;
  }

  /** Where the match that begins here ends; 0 where there is none, UNKNOWN where that cannot be told. */
  #run(bytes: Uint8Array, at: number, to: number): number {
    let [state, end, next] = [0, 0, at];
    for (; next < to; next++) {
      const byte = bytes[next]!;
      if (byte >= BYTES) {
        if (!this.#plain) return UNKNOWN;
        break;
      }
      let following = this.#table[state * BYTES + byte]!;
      if (following === UNKNOWN) {
        following = this.#step(state, byte);
        if (this.#full) return UNKNOWN;
      }
      if (following === DEAD) break;
      state = following;
      if (this.#accepting[state] === 1) end = next + 1;
    }
    this.#left -= next - at;
    return this.#left < 0 ? UNKNOWN : end;
  }

  #step(state: number, byte: number): number {
    const reached = [...this.#sets[state]!].flatMap((at) => {
      const { accepts, next } = this.#nodes[at]!;
      return accepts?.[byte] === 1 ? [next] : [];
    });
    const next = reached.length === 0 ? DEAD : this.#state(this.#closure(reached));
    this.#table[state * BYTES + byte] = next;
    return next;
  }

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
    this.#accepting[number] = Number(nodes.includes(this.#accept));
    if ((number + 1) * BYTES > this.#table.length) {
      const table = new Int16Array(this.#table.length * 2).fill(UNKNOWN);
      table.set(this.#table);
      this.#table = table;
    }
    return number;
  }

  /** The nodes reached without a byte, the preferred ones first; none after one that ends the match. */
  #closure(from: readonly number[]): Int32Array {
    const seen = new Set<number>();
    const reached: number[] = [];
    const waiting = [...from].reverse();
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const { accepts, next, other } = this.#nodes[at]!;
      if (accepts !== undefined || at === this.#accept) {
        reached.push(at);
        if (at === this.#accept) break;
        continue;
      }
      if (other !== undefined) waiting.push(other);
      waiting.push(next);
    }
    return Int32Array.from(reached);
  }
}

/** A finder for the patterns that most masks have; undefined for others, which RE2 itself has to find. */
export function byteFinder(pattern: string): ByteFinder | undefined {
  const parsed = parsePattern(pattern);
  if (parsed === undefined || parsed.toEnd || parsed.lazy) return undefined;
  const finder = new ByteFinder(parsed);
  return finder.matchesNothing ? undefined : finder;
}
