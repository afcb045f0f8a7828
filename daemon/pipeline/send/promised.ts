import { type Schema, typeText } from '../../columnar/index.js';
import { CounterfoilError, printable } from '../../foundation/index.js';

/** Columns by name and type, whatever their order. `schema.mismatch` names the first that only one of the two has. */
export function mustBePromised(schema: Schema, promised: Schema, sentence: string): void {
  const columns = ({ fields }: Schema) =>
    new Map(
      fields.map(({ name, type }) => [JSON.stringify([name, typeText(type)]), `${printable(name)} ${typeText(type)}`]),
    );
  const [now, then] = [columns(schema), columns(promised)];
  const changed = [...now].find(([column]) => !then.has(column)) ?? [...then].find(([column]) => !now.has(column));
  if (changed === undefined) return;
  throw new CounterfoilError('schema.mismatch', `${sentence}: ${changed[1]}.`, {
    hint: 'Offer the dataset anew, so that both sides agree to its present columns.',
  });
}
