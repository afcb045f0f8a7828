import { nearest } from './nearest.js';
import { configFile } from './schema.js';
import { leaves } from './shape.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process. Nothing else in the daemon reads it. */
export const processEnvironment = (): Environment => process.env;

/** The folder of the gateway that is meant when no --home is given. */
export const homeOfEnvironment = (env: Environment = processEnvironment()): string | undefined =>
  env.COUNTERFOIL_HOME || undefined;

/** A value of the environment that stands in for an entry of config.yaml. */
export interface Override {
  variable: string;
  path: string[];
  value: string | number;
}

const variableOf = (path: readonly string[]): string =>
  `COUNTERFOIL_${path
    .join('_')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toUpperCase()}`;

/** Names that mean something else than an entry of config.yaml. */
const OTHER = ['COUNTERFOIL_HOME', 'COUNTERFOIL_VECTORS'];

const OVERRIDABLE = new Map(leaves(configFile).map((leaf) => [variableOf(leaf.path), leaf]));

/** Every environment variable that overrides config.yaml, with the entry it stands for. */
export const environmentVariables: readonly { variable: string; entry: string }[] = [...OVERRIDABLE].map(
  ([variable, leaf]) => ({ variable, entry: leaf.path.join('.') }),
);

/** The overrides that are set, and a warning for each COUNTERFOIL_ variable that means nothing. */
export function overridesOf(env: Environment): { overrides: Override[]; warnings: string[] } {
  const overrides: Override[] = [];
  const warnings: string[] = [];
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith('COUNTERFOIL_') || text === undefined || OTHER.includes(variable)) continue;
    const leaf = OVERRIDABLE.get(variable);
    if (leaf !== undefined) {
      const value = leaf.number && /^-?\d+$/.test(text) ? Number(text) : text;
      overrides.push({ variable, path: leaf.path, value });
      continue;
    }
    const meant = nearest(variable, [...OVERRIDABLE.keys(), ...OTHER]);
    warnings.push(`${variable} means nothing to the gateway${meant === undefined ? '.' : `; did you mean ${meant}?`}`);
  }
  return { overrides, warnings };
}
