import type { Reply } from '../../api/client';

export type MaskList = Reply<'mask.list'>;
type Rule = { op: string } & Record<string, unknown>;

/** What a person has chosen for a column; `auto` leaves it to the contract. */
export interface Choice {
  op: string;
  parameters: Readonly<Record<string, string>>;
}

export type Choices = Readonly<Record<string, Choice>>;

/** Operators that turn a value into one that only the provider's key ties to it. */
const KEYED = ['fpe_ff1', 'token', 'hash_random'];

/** The value under the name of a column, which may be `constructor`. */
export const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

export type Kind = 'auto' | 'keep' | 'drop' | 'mask' | 'encrypt';

export function kindOf(op: string | undefined): Kind {
  if (op === undefined) return 'auto';
  if (op === 'keep' || op === 'drop') return op;
  return KEYED.includes(op) ? 'encrypt' : 'mask';
}

/** Operators of a kind that fit a column. */
export const operatorsOf = (kind: Kind, fitting: readonly string[]): string[] =>
  fitting.filter((op) => kindOf(op) === kind);

const bare = /^[^,()"\s]+$/;
const write = (value: string): string => (bare.test(value) ? value : `"${value.replaceAll('"', '""')}"`);

/** As the API takes it: `"column"=op(name=value)`. */
export const maskTexts = (choices: Choices): string[] =>
  Object.entries(choices).map(([column, { op, parameters }]) => {
    const given = Object.entries(parameters).filter(([, value]) => value.trim() !== '');
    const list = given.map(([name, value]) => `${name}=${write(value.trim())}`).join(', ');
    return `"${column.replaceAll('"', '""')}"=${op}${list === '' ? '' : `(${list})`}`;
  });

/** Choices that say what a policy says. */
export const choicesOf = (columns: Record<string, Rule>): Choices =>
  Object.fromEntries(
    Object.entries(columns).map(([column, { op, ...rest }]) => [
      column,
      {
        op,
        parameters: Object.fromEntries(
          Object.entries(rest).map(([name, value]) => [
            name,
            typeof value === 'object' ? JSON.stringify(value) : String(value),
          ]),
        ),
      },
    ]),
  );

/** `partial (keep 4, from end)`. */
export function ruleText({ op, ...rest }: Rule): string {
  const list = Object.entries(rest).map(([name, value]) => `${name} ${String(value)}`);
  return list.length === 0 ? op : `${op} (${list.join(', ')})`;
}
