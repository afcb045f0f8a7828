import { readFileSync } from 'node:fs';
import { CounterfoilError } from '../foundation/index.js';
import type { Environment } from './env.js';

/** Where a secret is: never in config.yaml itself. */
export interface SecretPlace {
  env?: string | undefined;
  file?: string | undefined;
}

/** The secret that an entry names. `config.invalid` when it is not there, or empty. */
export function secretOf(
  entry: string,
  { env: name, file }: SecretPlace,
  env: Environment,
  absolute: (path: string) => string,
): string {
  if (name !== undefined) {
    const value = env[name];
    if (value !== undefined && value !== '') return value;
    throw new CounterfoilError(
      'config.invalid',
      `${entry} refers to the environment variable ${name}, which is not set.`,
    );
  }
  const path = absolute(file!);
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new CounterfoilError('config.invalid', `${entry}: ${path} cannot be read.`, { cause });
  }
  if (text === '') throw new CounterfoilError('config.invalid', `${entry}: ${path} is empty.`);
  return text;
}
