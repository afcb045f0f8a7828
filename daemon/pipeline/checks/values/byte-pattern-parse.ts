/** Patterns are over ASCII: only bytes below this. */
export const BYTES = 128;
const MOST_NODES = 2000;

/** One byte of `accepts`, then on to `next`; or, with none, on to both without a byte. */
export interface Node {
  accepts?: Uint8Array;
  next: number;
  other?: number;
}

/** A pattern as an automaton that may be in several nodes at once. */
export interface Parsed {
  nodes: readonly Node[];
  start: number;
  accept: number;
  fromStart: boolean;
  toEnd: boolean;
  /** A quantifier asks for as little as can be. */
  lazy: boolean;
  /** Signs beyond ASCII can be part of a match: a dot, or a class that says what is not in it. */
  beyond: boolean;
}

/** Undefined for a pattern that says more than `byteMatcher` knows. */
export const parsePattern = (pattern: string): Parsed | undefined => new Parser(pattern).parse();

/** Thrown inside the parser for what it does not know. */
class Unknown extends Error {}

/** A piece of the pattern: where it is entered, and the nodes whose `next` is to be set to what follows. */
interface Piece {
  start: number;
  ends: readonly { node: number; other: boolean }[];
}

class Parser {
  readonly #text: string;
  readonly #nodes: Node[] = [];
  #at = 0;
  #lazy = false;
  #beyond = false;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Parsed | undefined {
    try {
      const fromStart = this.#eat('^');
      const toEnd = this.#text.endsWith('$') && !this.#text.endsWith('\\$');
      const end = this.#text.length - (toEnd ? 1 : 0);
      // An anchor belongs to one alternative only.
      const piece = this.#alternatives(end, fromStart || toEnd);
      if (this.#at !== end) throw new Unknown();
      const accept = this.#node({ next: -1 });
      this.#join(piece, accept);
      return {
        nodes: this.#nodes,
        start: piece.start,
        accept,
        fromStart,
        toEnd,
        lazy: this.#lazy,
        beyond: this.#beyond,
      };
    } catch (error) {
      if (error instanceof Unknown) return undefined;
      throw error;
    }
  }

  #alternatives(end: number, single = false): Piece {
    let piece = this.#sequence(end);
    while (this.#at < end && this.#text[this.#at] === '|') {
      if (single) throw new Unknown();
      this.#at++;
      const other = this.#sequence(end);
      const start = this.#node({ next: piece.start, other: other.start });
      piece = { start, ends: [...piece.ends, ...other.ends] };
    }
    return piece;
  }

  #sequence(end: number): Piece {
    let piece: Piece | undefined;
    while (this.#at < end && this.#text[this.#at] !== '|' && this.#text[this.#at] !== ')') {
      const next = this.#repeated(end);
      if (piece !== undefined) this.#join(piece, next.start);
      piece = { start: piece?.start ?? next.start, ends: next.ends };
    }
    return piece ?? this.#nothing();
  }

  #repeated(end: number): Piece {
    const from = this.#at;
    const first = this.#atom(end);
    const to = this.#at;
    const [least, most] = this.#times(end);
    if (least === 1 && most === 1) return first;
    if (this.#at < end && /[*+?{]/.test(this.#text[this.#at]!)) throw new Unknown();
    const after = this.#at;
    const again = (): Piece => {
      this.#at = from;
      const piece = this.#atom(end);
      if (this.#at !== to) throw new Unknown();
      return piece;
    };
    let piece: Piece | undefined;
    const follow = (next: Piece) => {
      if (piece !== undefined) this.#join(piece, next.start);
      piece = { start: piece?.start ?? next.start, ends: next.ends };
    };
    for (let count = 0; count < least; count++) follow(count === 0 ? first : again());
    if (most === Number.POSITIVE_INFINITY) follow(this.#star(least === 0 ? first : again()));
    else for (let count = least; count < most; count++) follow(this.#optional(count === 0 ? first : again()));
    this.#at = after;
    return piece ?? this.#nothing();
  }

  #star(inner: Piece): Piece {
    const loop = this.#node({ next: inner.start, other: -1 });
    this.#join(inner, loop);
    return { start: loop, ends: [{ node: loop, other: true }] };
  }

  #optional(inner: Piece): Piece {
    const choice = this.#node({ next: inner.start, other: -1 });
    return { start: choice, ends: [...inner.ends, { node: choice, other: true }] };
  }

  #times(end: number): [least: number, most: number] {
    const sign = this.#at < end ? this.#text[this.#at] : undefined;
    let times: [number, number] = [1, 1];
    if (sign === '*') times = [0, Number.POSITIVE_INFINITY];
    else if (sign === '+') times = [1, Number.POSITIVE_INFINITY];
    else if (sign === '?') times = [0, 1];
    else if (sign !== '{') return times;
    if (sign === '{') {
      const found = /^\{(\d{1,4})(?:(,)(\d{1,4})?)?\}/.exec(this.#text.slice(this.#at, end));
      if (found === null) throw new Unknown(); // in RE2 a brace may also stand for itself
      const least = Number(found[1]);
      times = [
        least,
        found[2] === undefined ? least : found[3] === undefined ? Number.POSITIVE_INFINITY : Number(found[3]),
      ];
      this.#at += found[0].length;
    } else this.#at++;
    if (this.#eat('?')) this.#lazy = true; // lazy or not, the same texts match
    return times;
  }

  #atom(end: number): Piece {
    const char = this.#text[this.#at]!;
    if (char === '(') {
      this.#at++;
      if (this.#text[this.#at] === '?') {
        if (this.#text[this.#at + 1] !== ':') throw new Unknown();
        this.#at += 2;
      }
      const piece = this.#alternatives(end);
      if (this.#at >= end || !this.#eat(')')) throw new Unknown();
      return piece;
    }
    return this.#byte(char === '[' ? this.#class(end) : this.#single(end));
  }

  #single(end: number): Uint8Array {
    const char = this.#text[this.#at++]!;
    if (char === '.') {
      this.#beyond = true;
      return bytesOf((byte) => byte !== 10);
    }
    if (char === '\\') return this.#escape(end);
    if (/[\^$*+?{}[\]()|]/.test(char) || char.charCodeAt(0) >= BYTES) throw new Unknown();
    return only(char);
  }

  #escape(end: number): Uint8Array {
    if (this.#at >= end) throw new Unknown();
    const char = this.#text[this.#at++]!;
    const named = NAMED.get(char);
    if (/[DWS]/.test(char)) this.#beyond = true;
    if (named !== undefined) return named;
    if (!/[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]/.test(char)) throw new Unknown();
    return only(char);
  }

  #class(end: number): Uint8Array {
    this.#at++;
    const not = this.#eat('^');
    if (not) this.#beyond = true;
    const set = new Uint8Array(BYTES);
    for (let first = true; ; first = false) {
      if (this.#at >= end) throw new Unknown();
      if (!first && this.#eat(']')) break;
      const one = this.#member(end);
      if (one.length === 1 && this.#text[this.#at] === '-' && this.#text[this.#at + 1] !== ']') {
        this.#at++;
        const to = this.#member(end);
        if (to.length !== 1 || to[0]! < one[0]!) throw new Unknown();
        set.fill(1, one[0]!, to[0]! + 1);
      } else for (const byte of one) set[byte] = 1;
    }
    return not ? set.map((bit) => 1 - bit) : set;
  }

  /** One character of a class, or those that an escape names. */
  #member(end: number): number[] {
    const char = this.#text[this.#at];
    if (this.#at >= end || char === undefined || char === '[' || char.charCodeAt(0) >= BYTES) throw new Unknown();
    this.#at++;
    const set = char === '\\' ? this.#escape(end) : only(char);
    return Array.from(set.keys()).filter((byte) => set[byte] === 1);
  }

  #byte(accepts: Uint8Array): Piece {
    const node = this.#node({ accepts, next: -1 });
    return { start: node, ends: [{ node, other: false }] };
  }

  #nothing(): Piece {
    const node = this.#node({ next: -1 });
    return { start: node, ends: [{ node, other: false }] };
  }

  #node(node: Node): number {
    if (this.#nodes.length === MOST_NODES) throw new Unknown();
    this.#nodes.push(node);
    return this.#nodes.length - 1;
  }

  #join(piece: Piece, next: number): void {
    for (const { node, other } of piece.ends) {
      if (other) this.#nodes[node]!.other = next;
      else this.#nodes[node]!.next = next;
    }
  }

  #eat(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }
}

const bytesOf = (has: (byte: number) => boolean): Uint8Array =>
  Uint8Array.from({ length: BYTES }, (_, byte) => Number(has(byte)));
const only = (char: string): Uint8Array => bytesOf((byte) => byte === char.charCodeAt(0));
const matching = (class_: RegExp): Uint8Array => bytesOf((byte) => class_.test(String.fromCharCode(byte)));

/** The classes that RE2 names by one letter; the capital is the complement. */
const NAMED = new Map<string, Uint8Array>([
  ['d', matching(/[0-9]/)],
  ['D', matching(/[^0-9]/)],
  ['w', matching(/[0-9A-Za-z_]/)],
  ['W', matching(/[^0-9A-Za-z_]/)],
  ['s', matching(/[\t\n\f\r ]/)],
  ['S', matching(/[^\t\n\f\r ]/)],
  ['t', only('\t')],
  ['n', only('\n')],
  ['r', only('\r')],
]);
