import { readFileSync, statSync } from 'node:fs';
import { parse } from 'yaml';
import { CounterfoilError, LIMITS } from '../foundation/index.js';

/** Text of a file that the user named. */
export function readInput(path: string, most: number = LIMITS.contractBytes): string {
  const size = statSync(path, { throwIfNoEntry: false });
  if (size === undefined)
    throw new CounterfoilError('input.invalid', `There is no file ${path}.`, { hint: 'Check the path.' });
  if (!size.isFile())
    throw new CounterfoilError('input.invalid', `${path} is not a file.`, { hint: 'Check the path.' });
  if (size.size > most)
    throw new CounterfoilError('limit.exceeded', `${path} has ${size.size} bytes; at most ${most} are read.`);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CounterfoilError('input.invalid', `${path} cannot be read.`, { hint: 'Check its rights.', cause: error });
  }
}

interface Policy {
  columns: Record<string, { op: string }>;
  where?: string;
}

/** Operators that take one plain value after the colon, and the name of that parameter. */
const PLAIN_PARAMETER: Record<string, string> = {
  constant: 'value',
  partial: 'keep',
  token: 'domain',
  generalise_date: 'to',
  generalise_number: 'step',
  top_code: 'at',
  bottom_code: 'at',
  round: 'decimals',
  geo_round: 'decimals',
  suppress_small: 'k',
};

/**
 * The policy of an offer: the file's, changed by the options. `--mask COL=OP`, `COL=OP:VALUE` or
 * `COL=OP:name=value,name=value`.
 */
export function policyOf(options: {
  policy?: string | undefined;
  mask?: readonly string[] | undefined;
  drop?: readonly string[] | undefined;
  where?: string | undefined;
}): Policy | undefined {
  const { policy, mask = [], drop = [], where } = options;
  if (policy === undefined && mask.length + drop.length === 0 && where === undefined) return undefined;
  const base = policy === undefined ? { columns: {} } : policyFile(policy);
  const rules = [...mask.map(maskRule), ...drop.map((column): MaskRule => [column, { op: 'drop' }])];
  return {
    ...base,
    columns: { ...base.columns, ...Object.fromEntries(rules) },
    ...(where === undefined ? {} : { where }),
  };
}

function policyFile(path: string): Policy {
  const text = readInput(path);
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    const first = error instanceof Error ? error.message.split('\n')[0] : '';
    throw new CounterfoilError('input.invalid', `${path} is not YAML: ${first}`, { hint: 'Correct it at that place.' });
  }
  if (typeof value === 'object' && value !== null && 'columns' in value) return value as Policy;
  throw new CounterfoilError('input.invalid', `${path} is not a policy.`, {
    hint: 'It has "columns", an operator for each: {columns: {email: {op: token}}, where: "country = \'FR\'"}.',
  });
}

type MaskRule = [column: string, rule: { op: string; [parameter: string]: unknown }];

function maskRule(text: string): MaskRule {
  const match = /^(.+?)=([a-z][a-z0-9_]*)(?::(.*))?$/s.exec(text);
  if (match === null)
    throw new CounterfoilError('usage', `--mask ${text} is not COL=OP.`, {
      hint: 'For example --mask email=token, --mask city=constant:hidden or --mask born=generalise_date:year.',
    });
  const [, column, op, parameters] = match as unknown as [string, string, string, string | undefined];
  if (parameters === undefined) return [column, { op }];
  const pairs = parameters.split(',').map((pair) => /^([a-z][A-Za-z0-9_]*)=(.*)$/s.exec(pair));
  if (pairs.every((pair) => pair !== null))
    return [column, { op, ...Object.fromEntries(pairs.map((pair) => [pair[1]!, scalar(pair[2]!)])) }];
  const name = PLAIN_PARAMETER[op] ?? 'value';
  return [column, { op, [name]: name === 'value' ? parameters : scalar(parameters) }];
}

const scalar = (text: string): string | number | boolean =>
  /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text === 'true' || text === 'false' ? text === 'true' : text;
