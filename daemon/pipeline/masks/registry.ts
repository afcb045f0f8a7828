import type { ColumnRule } from '../../agreement/index.js';
import { CounterfoilError, printable } from '../../foundation/index.js';
import type { MaskOperator } from './define.js';
import { dateShift } from './operators/date-shift.js';
import { encrypt } from './operators/encrypt.js';
import { fake } from './operators/fake.js';
import { fpeFf1 } from './operators/fpe.js';
import { generaliseDate } from './operators/generalise-date.js';
import { bottomCode, generalise, geoRound, round, topCode } from './operators/numbers.js';
import { partial, partialEmail } from './operators/partial.js';
import { ipPrefix, zip3 } from './operators/places.js';
import { constant, drop, keep, nullMask } from './operators/plain.js';
import { hashRandom, noise, shuffle } from './operators/random.js';
import { textRedact } from './operators/text-redact.js';
import { bucket, regexReplace, suppressSmall } from './operators/texts.js';
import { token } from './operators/token.js';
import { tokenRandom } from './operators/token-random.js';

/** Every operator, in the order of docs/MASKS.md. */
export const OPERATORS: readonly MaskOperator[] = [
  keep,
  drop,
  nullMask,
  constant,
  partial,
  partialEmail,
  token,
  tokenRandom,
  hashRandom,
  encrypt,
  fpeFf1,
  fake,
  generaliseDate,
  dateShift,
  generalise,
  topCode,
  bottomCode,
  round,
  geoRound,
  noise,
  bucket,
  zip3,
  ipPrefix,
  regexReplace,
  textRedact,
  suppressSmall,
  shuffle,
];

const BY_NAME = new Map(OPERATORS.map((operator) => [operator.name, operator]));

/** The operator of a rule; `agreement.invalid` with the operators there are. */
export function operatorOf(rule: ColumnRule, column: string): MaskOperator {
  const found = BY_NAME.get(rule.op);
  if (found !== undefined) return found;
  throw new CounterfoilError(
    'agreement.invalid',
    `The mask of column ${printable(column)} cannot be ${printable(rule.op)}; there are ${[...BY_NAME.keys()].join(', ')}.`,
  );
}

/** A rule with its defaults filled in; `agreement.invalid` with what the operator takes. */
export const parseColumnRule = (rule: ColumnRule, column: string): ColumnRule =>
  operatorOf(rule, column).parse(rule, column);
