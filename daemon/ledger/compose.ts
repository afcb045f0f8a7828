import { canonicalJson, type EntryDraft, type EntryType, type Json } from '../foundation/index.js';
import type { EntryBase } from './entry.js';
import { VOCABULARY } from './vocabulary.js';

/** First bytes of every body, so that no other document can be taken for an entry. */
export const ENTRY_PREFIX = 'counterfoil/entry/1\n';

/** Members that every entry may have, whatever its type. */
export const BASE_KEYS: readonly (keyof EntryBase)[] = [
  'v',
  'log',
  'seq',
  'prev',
  'ts',
  'type',
  'actor',
  'incarnation',
  'peer',
  'refs',
  'peerHead',
  'payload',
  'sigKey',
  'sig',
];

interface Member {
  key: string;
  prefix: string;
  base: boolean;
}

/** The members that an entry of each type may have, in the order of their canonical form. */
const MEMBERS = Object.fromEntries(
  Object.entries(VOCABULARY).map(([type, rule]) => {
    const keys = new Set<string>([...BASE_KEYS, ...Object.keys(rule.fields)]);
    const members = [...keys].sort().map((key) => {
      return { key, prefix: `${JSON.stringify(key)}:`, base: (BASE_KEYS as readonly string[]).includes(key) };
    });
    return [type, members];
  }),
) as Record<EntryType, Member[]>;

/**
 * The text of an entry's body from what every entry has and the fields of its type: the same as `encodeEntry` gives,
 * without an object for each entry, which would be most of the cost of recording one.
 */
export function composeEntry(base: EntryBase, fields: EntryDraft['fields'] = {}): string {
  const parts = base as unknown as { readonly [key: string]: Json | undefined };
  let text = '';
  for (const { key, prefix, base: isBase } of MEMBERS[base.type]) {
    const value = isBase ? parts[key] : fields[key];
    if (value !== undefined) text += `${text === '' ? '' : ','}${prefix}${canonicalJson(value)}`;
  }
  return `${ENTRY_PREFIX}{${text}}`;
}
