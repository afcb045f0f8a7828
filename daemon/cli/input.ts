import { readFileSync, statSync } from 'node:fs';
import { parse } from 'yaml';
import { CounterfoilError, LIMITS } from '../foundation/index.js';

/** The path of a file that the user named and that is there; `input.invalid`. */
export function inputFile(path: string): string {
  sizeOf(path);
  return path;
}

function sizeOf(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined)
    throw new CounterfoilError('input.invalid', `There is no file ${path}.`, { hint: 'Check the path.' });
  if (!found.isFile())
    throw new CounterfoilError('input.invalid', `${path} is not a file.`, { hint: 'Check the path.' });
  return found.size;
}

/** Text of a file that the user named. */
export function readInput(path: string, most: number = LIMITS.contractBytes): string {
  const size = sizeOf(path);
  if (size > most) throw new CounterfoilError('limit.exceeded', `${path} has ${size} bytes; at most ${most} are read.`);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CounterfoilError('input.invalid', `${path} cannot be read.`, { hint: 'Check its rights.', cause: error });
  }
}

/** Options that say what happens to columns and rows. */
export interface PolicyFlags {
  policy?: string;
  mask?: string[];
  drop?: string[];
  where?: string;
}

/** The same for the admin API: the policy file read, the single rules as they are; the gateway puts them together. */
export function policyInput({ policy, ...rules }: PolicyFlags, absolute: (path: string) => string): object {
  return policy === undefined ? rules : { ...rules, policy: policyFile(absolute(policy)) };
}

function policyFile(path: string): object {
  const text = readInput(path);
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    const first = error instanceof Error ? error.message.split('\n')[0] : '';
    throw new CounterfoilError('input.invalid', `${path} is not YAML: ${first}`, { hint: 'Correct it at that place.' });
  }
  if (typeof value === 'object' && value !== null && 'columns' in value) return value;
  throw new CounterfoilError('input.invalid', `${path} is not a policy.`, {
    hint: 'It has "columns", an operator for each: {columns: {email: {op: token}}, where: "country = \'FR\'"}.',
  });
}
