import { LIMITS, printable } from '../../../foundation/index.js';
import type { Literal } from '../values/literal.js';
import { faultAt, type Token, tokens } from './lexer.js';

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Operand = { column: string; at: number } | { literal: Literal; at: number };

/** A condition on one row. Nulls make it unknown, as in SQL; only where it is true is a row selected. */
export type Condition =
  | { kind: 'and' | 'or'; parts: readonly Condition[] }
  | { kind: 'not'; part: Condition }
  | { kind: 'compare'; left: Operand; op: Comparison; right: Operand }
  | { kind: 'null'; column: string; at: number }
  | { kind: 'in'; column: string; values: readonly Literal[]; at: number }
  | { kind: 'like'; column: string; pattern: string; at: number };

const RESERVED = new Set('and or not is null in between like true false date timestamp time'.split(' '));

/** The condition written in a `where` or `cross_field`; `contract.invalid` with the place of the fault. */
export function parseCondition(source: string): Condition {
  const parser = new Parser(tokens(source));
  const condition = parser.or(0);
  parser.end();
  return condition;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(list: readonly Token[]) {
    this.#tokens = list;
  }

  or(depth: number): Condition {
    return this.#chain('or', depth, () => this.#and(depth));
  }

  #and(depth: number): Condition {
    return this.#chain('and', depth, () => this.#not(depth));
  }

  #chain(kind: 'and' | 'or', _depth: number, next: () => Condition): Condition {
    const parts = [next()];
    while (this.#word(kind)) parts.push(next());
    return parts.length === 1 ? parts[0]! : { kind, parts };
  }

  #not(depth: number): Condition {
    if (depth > LIMITS.whereDepth) throw faultAt(this.#peek().at, 'it is nested too deeply');
    if (this.#word('not')) return { kind: 'not', part: this.#not(depth + 1) };
    if (this.#sign('(')) {
      const inner = this.or(depth + 1);
      this.#expect(')');
      return inner;
    }
    return this.#predicate();
  }

  #predicate(): Condition {
    const left = this.#operand();
    const op = this.#comparison();
    if (op !== undefined) return { kind: 'compare', left, op, right: this.#operand() };
    if (!('column' in left)) throw faultAt(this.#peek().at, 'a comparison is expected');
    const { column, at } = left;
    if (this.#word('is')) {
      const negated = this.#word('not');
      if (!this.#word('null')) throw faultAt(this.#peek().at, 'NULL is expected after IS');
      return negate(negated, { kind: 'null', column, at });
    }
    const negated = this.#word('not');
    if (this.#word('in')) return negate(negated, { kind: 'in', column, at, values: this.#list() });
    if (this.#word('between')) {
      const least = this.#literal();
      if (!this.#word('and')) throw faultAt(this.#peek().at, 'AND is expected in BETWEEN');
      const most = this.#literal();
      const both: Condition[] = [
        { kind: 'compare', left, op: '>=', right: least },
        { kind: 'compare', left, op: '<=', right: most },
      ];
      return negate(negated, { kind: 'and', parts: both });
    }
    if (this.#word('like')) {
      const token = this.#next();
      if (token.kind !== 'text') throw faultAt(token.at, 'LIKE takes a text in single quotes');
      return negate(negated, { kind: 'like', column, at, pattern: token.text });
    }
    if (negated) throw faultAt(this.#peek().at, 'IN, BETWEEN or LIKE is expected after NOT');
    return { kind: 'compare', left, op: '=', right: { literal: true, at } }; // a boolean column by itself
  }

  #list(): Literal[] {
    this.#expect('(');
    const values: Literal[] = [];
    do {
      values.push(this.#literal().literal);
      if (values.length > LIMITS.valuesPerRule) throw faultAt(this.#peek().at, 'the list is too long');
    } while (this.#sign(','));
    this.#expect(')');
    return values;
  }

  #operand(): Operand {
    const token = this.#peek();
    if (token.kind === 'name' || (token.kind === 'word' && !RESERVED.has(token.text.toLowerCase()))) {
      this.#at++;
      return { column: token.text, at: token.at };
    }
    return this.#literal();
  }

  #literal(): { literal: Literal; at: number } {
    const token = this.#next();
    const { at } = token;
    if (token.kind === 'text') return { literal: token.text, at };
    if (token.kind === 'number') {
      const number = Number(token.text);
      const exact = Number.isSafeInteger(number) || /[.eE]/.test(token.text);
      return { literal: exact ? number : token.text, at };
    }
    if (token.kind === 'word') {
      const word = token.text.toLowerCase();
      if (word === 'true' || word === 'false') return { literal: word === 'true', at };
      if (word === 'date' || word === 'timestamp' || word === 'time') {
        const text = this.#next();
        if (text.kind === 'text') return { literal: text.text, at };
      }
      if (word === 'null') throw faultAt(at, 'NULL is compared with IS NULL');
    }
    throw faultAt(at, `a value is expected${token.kind === 'end' ? '' : `, not ${printable(token.text, 40)}`}`);
  }

  #comparison(): Comparison | undefined {
    const token = this.#peek();
    if (token.kind !== 'sign' || !['=', '<>', '!=', '<', '<=', '>', '>='].includes(token.text)) return undefined;
    this.#at++;
    return token.text === '!=' ? '<>' : (token.text as Comparison);
  }

  #word(word: string): boolean {
    const token = this.#peek();
    const found = token.kind === 'word' && token.text.toLowerCase() === word;
    if (found) this.#at++;
    return found;
  }

  #sign(sign: string): boolean {
    const token = this.#peek();
    const found = token.kind === 'sign' && token.text === sign;
    if (found) this.#at++;
    return found;
  }

  #expect(sign: string): void {
    if (!this.#sign(sign)) throw faultAt(this.#peek().at, `"${sign}" is expected`);
  }

  end(): void {
    const token = this.#peek();
    if (token.kind !== 'end') throw faultAt(token.at, `${printable(token.text, 40)} does not belong here`);
  }

  #peek(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)]!;
  }

  #next(): Token {
    const token = this.#peek();
    this.#at++;
    return token;
  }
}

const negate = (yes: boolean, part: Condition): Condition => (yes ? { kind: 'not', part } : part);
