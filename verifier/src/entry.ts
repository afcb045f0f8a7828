import { fromUtf8, utf8 } from './bytes.js';
import { canonical, type Fields, parseObject, type Value } from './json.js';
import { TYPES } from './vocabulary.js';

const ENTRY_PREFIX = 'counterfoil/entry/1\n';
const MOST_ENTRY_BYTES = 65_535;
/** `prev` of the first entry of a log. */
export const NO_PREVIOUS = '0'.repeat(64);

export type Ref = {
  log: string;
  seq: number;
  leaf: string;
};

export type PeerHead = {
  origin: string;
  size: number;
  root: string;
};

/** An entry as it stands in its body. */
export type Entry = Fields & {
  readonly log: string;
  readonly seq: number;
  readonly prev: string;
  readonly ts: string;
  readonly type: string;
  readonly actor: string;
  readonly incarnation: string;
  readonly peer?: string;
  readonly refs?: readonly Ref[];
  readonly peerHead?: PeerHead;
  readonly payload?: { commit: string; bytes: number };
  readonly sigKey?: string;
  readonly sig?: string;
};

type Check = (value: Value) => boolean;
const matches =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const line =
  (most: number): Check =>
  (value) =>
    typeof value === 'string' && value.length > 0 && value.length <= most && !/\p{Cc}/u.test(value);
const listOf =
  (item: Check, most: number): Check =>
  (value) =>
    Array.isArray(value) && value.length <= most && value.every(item);

const TIME = matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

const KINDS: Readonly<Record<string, Check>> = {
  digest: matches(/^[0-9a-f]{64}$/),
  id: matches(/^[\x21-\x7e]{1,128}$/),
  org: matches(/^[a-z0-9][a-z0-9.-]{0,252}$/),
  name: line(600),
  text: line(1000),
  count: (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0,
  flag: (value) => typeof value === 'boolean',
  key: matches(/^[A-Za-z0-9+/]{43}=$/),
  signature: matches(/^[A-Za-z0-9+/]{86}==$/),
  time: (value) => TIME(value) && !Number.isNaN(Date.parse(value as string)),
  origin: matches(/^[a-z0-9][a-z0-9./-]{0,600}$/),
  actor: matches(/^(gateway|admin(:[\x21-\x7e]{1,100})?|peer:[a-z0-9][a-z0-9.-]{0,252})$/),
  digests: listOf(matches(/^[0-9a-f]{64}$/), 1000),
  ids: listOf(matches(/^[\x21-\x7e]{1,128}$/), 1000),
  names: listOf(line(600), 1000),
  codes: listOf(line(600), 100),
};

const EVERY = {
  log: 'origin',
  seq: 'count',
  prev: 'digest',
  ts: 'time',
  type: 'name',
  actor: 'actor',
  incarnation: 'id',
} as const;
const MAY = new Set(['v', ...Object.keys(EVERY), 'peer', 'refs', 'peerHead', 'payload', 'sigKey', 'sig']);

/** The fields of each type, taken apart once. */
const RULES = new Map(
  Object.entries(TYPES).map(([type, rule]) => {
    const fields = rule.fields.split(' ').filter((item) => item !== '');
    const parts = fields.map((item) => item.split(':') as [string, string]);
    return [type, { ...rule, kinds: new Map(parts) }] as const;
  }),
);

/** Reads an entry strictly. Throws RangeError with a phrase that says what is wrong. */
export function readEntry(body: Uint8Array): Entry {
  if (body.length > MOST_ENTRY_BYTES) throw new RangeError('is longer than an entry may be');
  const text = fromUtf8(body);
  if (!text.startsWith(ENTRY_PREFIX)) throw new RangeError('does not begin as an entry does');
  const fields = parseObject(text.slice(ENTRY_PREFIX.length));
  if (fields.v !== 1) throw new RangeError('is of another version');
  for (const [key, kind] of Object.entries(EVERY)) need(fields, key, kind);
  if (fields.peer !== undefined) need(fields, 'peer', 'org');
  if (fields.sigKey !== undefined) need(fields, 'sigKey', 'digest');
  if (fields.sig !== undefined) need(fields, 'sig', 'signature');
  shape(fields.peerHead, 'peerHead', { origin: 'origin', size: 'count', root: 'digest' });
  shape(fields.payload, 'payload', { commit: 'digest', bytes: 'count' });
  checkRefs(fields.refs);
  checkType(fields);
  return fields as Entry;
}

function need(fields: Fields, key: string, kind: string): void {
  const value = fields[key];
  if (value === undefined || !KINDS[kind]!(value)) throw new RangeError(`has no sound ${key}`);
}

function shape(value: Value | undefined, name: string, kinds: Readonly<Record<string, string>>): void {
  if (value === undefined) return;
  const object = value as Fields;
  const sound =
    value !== null &&
    typeof value === 'object' &&
    !Array.isArray(value) &&
    Object.keys(object).length === Object.keys(kinds).length &&
    Object.entries(kinds).every(([key, kind]) => object[key] !== undefined && KINDS[kind]!(object[key]));
  if (!sound) throw new RangeError(`has a malformed ${name}`);
}

function checkRefs(refs: Value | undefined): void {
  if (refs === undefined) return;
  if (!Array.isArray(refs) || refs.length === 0 || refs.length > 16) throw new RangeError('has malformed refs');
  for (const ref of refs) shape(ref, 'refs', { log: 'origin', seq: 'count', leaf: 'digest' });
}

function checkType(fields: Fields): void {
  const rule = RULES.get(fields.type as string);
  if (rule === undefined) throw new RangeError('is of no known type');
  const where = (fields.log as string).endsWith('/counterfoil/master') ? 'master' : 'channel';
  if (rule.where !== 'any' && rule.where !== where) throw new RangeError(`does not belong in a ${where} log`);
  const signed = fields.sig !== undefined && fields.sigKey !== undefined;
  if ((rule.role !== undefined) !== signed)
    throw new RangeError('is signed where it should not be, or not where it should');
  if (rule.answers && fields.refs === undefined) throw new RangeError('lacks the entry it answers');
  for (const key of Object.keys(fields)) {
    const kind = rule.kinds.get(key);
    if (kind === undefined) {
      if (!MAY.has(key)) throw new RangeError(`has an unknown field ${JSON.stringify(key)}`);
    } else if (!KINDS[kind.replace('?', '')]!(fields[key]!)) {
      throw new RangeError(`has a field ${key} of another kind than ${kind}`);
    }
  }
  for (const [key, kind] of rule.kinds) {
    if (!kind.endsWith('?') && fields[key] === undefined) throw new RangeError(`lacks the field ${key}`);
  }
}

/** The role in which entries of a type are signed. */
export const roleOf = (type: string): 'provider' | 'consumer' | undefined => RULES.get(type)?.role;

/** What the signature of an entry covers. */
export function signedBytes(entry: Entry, role: string): Uint8Array {
  const { sig: _, ...unsigned } = entry as Fields;
  return utf8(`counterfoil/entry-signature/1\n${role}\n${ENTRY_PREFIX}${canonical(unsigned)}`);
}

/** What is kept of an entry once it was verified in itself: what it is held against others by. Logs can be long. */
export type Kept = Fields & {
  readonly type: string;
  readonly refs?: readonly Ref[];
  readonly peerHead?: PeerHead;
};

const KEPT = [
  'type',
  'transfer',
  'agreement',
  'revision',
  'digest',
  'policy',
  'contract',
  'version',
  'view',
  'rows',
  'batches',
  'rowsRoot',
  'verdict',
  'refs',
  'peerHead',
];

const MOST_KEPT_TEXTS = 100_000;

/** Texts that come again and again are kept once. */
export class Texts {
  readonly #known = new Map<string, string>();

  one<T extends Value>(value: T): T {
    if (typeof value !== 'string') return value;
    const known = this.#known.get(value);
    if (known !== undefined) return known as T & string;
    if (this.#known.size >= MOST_KEPT_TEXTS) this.#known.clear();
    this.#known.set(value, value);
    return value;
  }
}

/** `alone`: entries that say nothing but their type, each kept once. */
export function keptOf(entry: Entry, texts: Texts, alone: Map<string, Kept>): Kept {
  const kept: { [key: string]: Value } = {};
  let fields = 0;
  for (const key of KEPT) {
    const value = entry[key];
    if (value === undefined) continue;
    fields++;
    kept[key] = key === 'refs' ? refsOf(value as readonly Ref[], texts) : texts.one(value);
  }
  if (fields > 1) return kept as Kept;
  const same = alone.get(entry.type) ?? (kept as Kept);
  alone.set(entry.type, same);
  return same;
}

const refsOf = (refs: readonly Ref[], texts: Texts): Ref[] =>
  refs.map(({ log, seq, leaf }) => ({ log: texts.one(log), seq, leaf: texts.one(leaf) }));

/** What an entry says, apart from where it stands: equal for the same event in two versions of one log. */
export function contentOf(entry: Entry): string {
  const { seq: _s, prev: _p, peerHead: _h, sig: _g, ...content } = entry as Fields;
  return canonical(content);
}
