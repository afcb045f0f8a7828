import { RE2JS } from 're2js';
import type { Batch, Column, Schema } from '../../../columnar/index.js';
import { CounterfoilError, printable } from '../../../foundation/index.js';
import { type Place, placeOf, unfit } from '../define.js';
import { isValid, storageType, textReader } from '../values/access.js';
import { isKeyed, keyReader, literalKey } from '../values/keys.js';
import { exactLiteral, floatLiteral, type Literal, literalForm } from '../values/literal.js';
import { commonReaders, type Ordinal, orderFamily, ordinalReader } from '../values/order.js';
import { type Comparison, type Condition, type Operand, parseCondition } from './parser.js';

/** One byte a row: 0 false, 1 true, 2 unknown because of a null. */
export type Truth = Uint8Array;

/** Evaluates a condition on a batch of the schema it was bound to. */
export type Evaluate = (batch: Batch) => Truth;

type RowTruth = (row: number) => boolean;

/** A condition bound to a schema; `contract.invalid` where a column is missing or a value does not fit its type. */
export function bindCondition(source: string, schema: Schema): Evaluate {
  return bind(parseCondition(source), schema);
}

/** The names of the columns that a condition reads. */
export function conditionColumns(source: string): string[] {
  const found = new Set<string>();
  const visit = (condition: Condition): void => {
    if ('parts' in condition) condition.parts.forEach(visit);
    else if ('part' in condition) visit(condition.part);
    else if ('column' in condition) found.add(condition.column);
    else for (const side of [condition.left, condition.right]) if ('column' in side) found.add(side.column);
  };
  visit(parseCondition(source));
  return [...found];
}

function bind(condition: Condition, schema: Schema): Evaluate {
  switch (condition.kind) {
    case 'and':
      return combine(condition.parts, schema, 0);
    case 'or':
      return combine(condition.parts, schema, 1);
    case 'not': {
      const inner = bind(condition.part, schema);
      return (batch) => inner(batch).map((truth) => (truth === 2 ? 2 : 1 - truth));
    }
    case 'null': {
      const place = placeOf(schema, condition.column);
      return (batch) => rowwise(batch, [], (row) => !isValid(batch.columns[place.at]!, row));
    }
    case 'in':
      return bindIn(placeOf(schema, condition.column), condition.values);
    case 'like':
      return bindLike(placeOf(schema, condition.column), condition.pattern);
    case 'compare':
      return bindCompare(condition.left, condition.op, condition.right, schema);
  }
}

/** AND stops at a false, OR at a true; an unknown stays unless one of those is there. */
function combine(parts: readonly Condition[], schema: Schema, stop: 0 | 1): Evaluate {
  const bound = parts.map((part) => bind(part, schema));
  return (batch) => {
    const out = bound[0]!(batch);
    for (const evaluate of bound.slice(1)) {
      const next = evaluate(batch);
      for (let row = 0; row < out.length; row++) {
        if (out[row] === stop) continue;
        if (next[row] === stop) out[row] = stop;
        else if (next[row] === 2) out[row] = 2;
      }
    }
    return out;
  };
}

function rowwise(batch: Batch, needed: readonly Column[], test: RowTruth): Truth {
  const out = new Uint8Array(batch.rows);
  for (let row = 0; row < out.length; row++) {
    out[row] = needed.every((column) => isValid(column, row)) ? Number(test(row)) : 2;
  }
  return out;
}

const onColumn =
  (place: Place, prepare: (column: Column) => RowTruth): Evaluate =>
  (batch) => {
    const column = batch.columns[place.at]!;
    return rowwise(batch, [column], prepare(column));
  };

function bindIn(place: Place, values: readonly Literal[]): Evaluate {
  if (!isKeyed(place.type)) throw unfit(place, 'IN needs single values');
  const keys = new Set(values.map((value) => fitting(place, literalKey(place.type, value))));
  return onColumn(place, (column) => {
    const read = keyReader(column);
    return (row) => keys.has(read(row));
  });
}

function bindLike(place: Place, pattern: string): Evaluate {
  if (storageType(place.type).name !== 'utf8') throw unfit(place, 'LIKE needs text');
  const source = [...pattern].map((char) => (char === '%' ? '.*' : char === '_' ? '.' : RE2JS.quote(char))).join('');
  const compiled = RE2JS.compile(source, RE2JS.DOTALL);
  return onColumn(place, (column) => {
    const read = textReader(column);
    return (row) => compiled.matches(read(row));
  });
}

const MIRROR: Record<Comparison, Comparison> = { '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

function bindCompare(left: Operand, op: Comparison, right: Operand, schema: Schema): Evaluate {
  if ('column' in left && 'column' in right)
    return compareColumns(placeOf(schema, left.column), op, placeOf(schema, right.column));
  if ('column' in left && 'literal' in right) return compareLiteral(placeOf(schema, left.column), op, right.literal);
  if ('column' in right && 'literal' in left)
    return compareLiteral(placeOf(schema, right.column), MIRROR[op], left.literal);
  throw new CounterfoilError('contract.invalid', 'The condition compares two values; one side must be a column.');
}

function fitting<T>(place: Place, value: T | undefined): T {
  if (value === undefined) throw unfit(place, `it is compared with ${literalForm(place.type)}`);
  return value;
}

function compareLiteral(place: Place, op: Comparison, literal: Literal): Evaluate {
  const family = orderFamily(place.type);
  if (family === 'none') throw unfit(place, 'it cannot be compared');
  if (family === 'text') {
    const text = String(fitting(place, typeof literal === 'boolean' ? undefined : literal));
    return onColumn(place, (column) => {
      const read = textReader(column);
      return (row) => holds(op, read(row), text);
    });
  }
  if (family === 'bool') {
    const key = fitting(place, literalKey(place.type, literal));
    return onColumn(place, (column) => {
      const read = keyReader(column);
      return (row) => holds(op, read(row), key);
    });
  }
  if (storageType(place.type).name === 'float') {
    const number = fitting(place, floatLiteral(literal));
    return onColumn(place, (column) => {
      const read = ordinalReader(column);
      return (row) => holds(op, read(row), number);
    });
  }
  const { floor, ceil } = fitting(place, exactLiteral(place.type, literal));
  const between = floor !== ceil;
  const bound = op === '<' || op === '>=' ? ceil : floor;
  const limit: Ordinal = Number.isSafeInteger(Number(bound)) ? Number(bound) : bound;
  return onColumn(place, (column) => {
    if (between && (op === '=' || op === '<>')) return () => op === '<>';
    const read = ordinalReader(column);
    return (row) => holds(op, read(row), limit);
  });
}

function compareColumns(left: Place, op: Comparison, right: Place): Evaluate {
  const [a, b] = [orderFamily(left.type), orderFamily(right.type)];
  if (a !== b || a === 'none') {
    throw new CounterfoilError(
      'contract.invalid',
      `Columns ${printable(left.name)} (${left.type.name}) and ${printable(right.name)} (${right.type.name}) cannot be compared.`,
    );
  }
  return (batch) => {
    const columns = [batch.columns[left.at]!, batch.columns[right.at]!] as const;
    const [readA, readB] =
      a === 'text' || a === 'bool' ? [keyReader(columns[0]), keyReader(columns[1])] : commonReaders(...columns);
    return rowwise(batch, columns, (row) => holds(op, readA(row), readB(row)));
  };
}

/** Comparisons of a number with a bigint are by value in JavaScript, except for `===`. */
function holds(op: Comparison, a: Ordinal | string, b: Ordinal | string): boolean {
  switch (op) {
    case '=':
      return same(a, b);
    case '<>':
      return !same(a, b);
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
  }
}

function same(a: Ordinal | string, b: Ordinal | string): boolean {
  if (typeof a === typeof b) return a === b;
  return typeof a !== 'string' && typeof b !== 'string' && a <= b && a >= b;
}
