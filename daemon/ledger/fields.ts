import { type EntryType, type Json, LIMITS } from '../foundation/index.js';
import { type FieldKind, VOCABULARY } from './vocabulary.js';

const text = (pattern: RegExp) => (value: Json) => typeof value === 'string' && pattern.test(value);
const line = (most: number) => (value: Json) =>
  typeof value === 'string' &&
  value.length > 0 &&
  value.length <= most &&
  value.isWellFormed() &&
  !/\p{Cc}/u.test(value);
const list = (item: (value: Json) => boolean, most: number) => (value: Json) =>
  Array.isArray(value) && value.length <= most && value.every(item);

const digest = text(/^[0-9a-f]{64}$/);
const id = text(/^[\x21-\x7e]{1,128}$/);
const name = line(LIMITS.ledgerNameChars);

const time = text(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

const KINDS: Record<FieldKind, (value: Json) => boolean> = {
  digest,
  digests: list(digest, LIMITS.ledgerListItems),
  id,
  ids: list(id, LIMITS.ledgerListItems),
  org: text(/^[a-z0-9][a-z0-9.-]{0,252}$/),
  name,
  names: list(name, LIMITS.ledgerListItems),
  text: line(LIMITS.ledgerTextChars),
  count: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  flag: (value) => typeof value === 'boolean',
  key: text(/^[A-Za-z0-9+/]{43}=$/),
  signature: text(/^[A-Za-z0-9+/]{86}==$/),
  time: (value) => time(value) && !Number.isNaN(Date.parse(value as string)),
  origin: text(/^[a-z0-9][a-z0-9./-]{0,600}$/),
  codes: list(name, LIMITS.reasonsPerTransfer),
};

interface Field {
  key: string;
  kind: FieldKind;
  check: (value: Json) => boolean;
  optional: boolean;
}

/** The fields of each type, taken apart once. */
const FIELDS = new Map<string, Field[]>(
  Object.entries(VOCABULARY).map(([type, rule]) => [
    type,
    Object.entries(rule.fields).map(([key, text]) => {
      const kind = text.replace('?', '') as FieldKind;
      return { key, kind, check: KINDS[kind], optional: text.endsWith('?') };
    }),
  ]),
);

/**
 * What is wrong with the fields of an entry of a type, as a phrase; undefined when nothing is. `others` are members that
 * may stand beside the fields of the type.
 */
export function fieldFault(
  type: EntryType,
  fields: { readonly [key: string]: Json | undefined },
  others?: ReadonlySet<string>,
): string | undefined {
  const known = FIELDS.get(type)!;
  for (const { key, kind, check, optional } of known) {
    const value = fields[key];
    if (value === undefined) {
      if (!optional) return `lacks the field ${key}`;
    } else if (!check(value)) return `has a field ${key} that is not of the kind ${kind}`;
  }
  for (const key in fields) {
    if (fields[key] === undefined || others?.has(key)) continue;
    if (!known.some((field) => field.key === key)) return `has an unknown field ${JSON.stringify(key)}`;
  }
  return undefined;
}

/** Whether a value is of a kind; for the fields that every entry has. */
export const isKind = (kind: FieldKind, value: Json | undefined): boolean => value !== undefined && KINDS[kind](value);
