import { type Document, isCollection, stringify } from 'yaml';
import { z } from 'zod';
import { overridesOf } from './env.js';
import type { Parsed } from './faults.js';
import { configFile } from './schema.js';
import { entriesOf } from './shape.js';

/** One entry of config.yaml, as a form shows it. */
export interface Field {
  /** With dots. */
  path: string;
  /** yaml: a list, as YAML text. */
  kind: 'text' | 'number' | 'choice' | 'toggle' | 'yaml';
  /** As the file says it; null where it says nothing. */
  value: string | number | boolean | null;
  /** What counts then. */
  preset: string | number | boolean | null;
  choices: string[];
  least: number | null;
  most: number | null;
  /** The environment variable that stands in for it, whatever the file says. */
  override: { variable: string; value: string | number } | null;
  /** False for what has to be there. */
  optional: boolean;
  /** False for what is changed in the file alone. */
  editable: boolean;
}

/** What could lock everybody out, run commands, or is signed into the ledger is not changed from a page. */
const FILE_ONLY = ['id', 'listen', 'admin', 'pki', 'hooks'];
/** Has a form of its own. */
const APART = ['sources'];

/** Every entry that config.yaml can have, in the order of the schema, with what it says. */
export function fieldsOf({ document, overrides }: Pick<Parsed, 'document' | 'overrides'>): Field[] {
  return entriesOf(configFile)
    .filter(({ path }) => !APART.includes(path[0]!))
    .map(({ path, schema }) => {
      const override = overrides.find((one) => one.path.join('.') === path.join('.'));
      return {
        path: path.join('.'),
        ...shapeOf(schema),
        optional: z.safeParse(schema, undefined).success,
        value: valueAt(document, path),
        override: override === undefined ? null : { variable: override.variable, value: override.value },
        editable: override === undefined && !FILE_ONLY.includes(path[0]!),
      };
    });
}

/** Whether a path is an entry that a page may change. */
export function isEditable(path: string, env: Parameters<typeof overridesOf>[0]): boolean {
  const overrides = overridesOf(env).overrides.map((one) => one.path.join('.'));
  const known = entriesOf(configFile).map((one) => one.path.join('.'));
  const [first] = path.split('.');
  return known.includes(path) && ![...FILE_ONLY, ...APART].includes(first!) && !overrides.includes(path);
}

function shapeOf(schema: z.core.$ZodType): Pick<Field, 'kind' | 'preset' | 'choices' | 'least' | 'most'> {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as {
    type?: string;
    enum?: string[];
    default?: unknown;
    minimum?: number;
    maximum?: number;
  };
  const kind = json.enum ? 'choice' : KINDS[json.type ?? ''];
  return {
    kind: kind ?? 'text',
    preset: kind === 'yaml' ? null : (scalar(json.default) ?? null),
    choices: json.enum ?? [],
    least: json.minimum ?? null,
    most: json.maximum ?? null,
  };
}

const KINDS: Record<string, Field['kind']> = {
  integer: 'number',
  number: 'number',
  boolean: 'toggle',
  array: 'yaml',
  object: 'yaml',
};

function valueAt(document: Document, path: readonly string[]): Field['value'] {
  const node = document.hasIn(path) ? document.getIn(path, true) : undefined;
  if (isCollection(node)) return stringify(node.toJS(document), { lineWidth: 0 });
  return scalar(node === undefined ? undefined : document.getIn(path)) ?? null;
}

const scalar = (value: unknown): string | number | boolean | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
