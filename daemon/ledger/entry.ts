import {
  CounterfoilError,
  canonicalJson,
  type EntryDraft,
  type EntryType,
  type Json,
  LIMITS,
  utf8,
} from '../foundation/index.js';
import { BASE_KEYS, composeEntry, ENTRY_PREFIX } from './compose.js';
import { fieldFault, isKind } from './fields.js';
import { VOCABULARY } from './vocabulary.js';

/** `prev` of the first entry of a log. */
export const NO_PREVIOUS = '0'.repeat(64);

const ACTOR = /^(gateway|admin(:[\x21-\x7e]{1,100})?|peer:[a-z0-9][a-z0-9.-]{0,252})$/;

/** The head of the other party's log that the recorder held when it wrote the entry. */
export type HeadClaim = {
  origin: string;
  size: number;
  /** Lower-case hex. */
  root: string;
};

/** An `EntryRef` as a JSON value. */
type Ref = { log: string; seq: number; leaf: string };

/** The fields that every entry has, beside those of its type. */
export interface EntryBase {
  v: 1;
  log: string;
  seq: number;
  prev: string;
  ts: string;
  type: EntryType;
  actor: string;
  incarnation: string;
  peer?: string;
  refs?: readonly Ref[];
  peerHead?: HeadClaim;
  /** Salted commitment to bytes that are kept, and can be erased, outside the entry. */
  payload?: { commit: string; bytes: number };
  /** SHA-256 (hex) of the public key of `sig`. */
  sigKey?: string;
  /** Base64 Ed25519 signature of the organisation; see `signedBytes`. */
  sig?: string;
}

export type EntryObject = EntryBase & { readonly [key: string]: Json | undefined };

const BASE: ReadonlySet<string> = new Set(BASE_KEYS);

/** The later of two times in the form of `ts`. */
export function later(a: string, b: string): string {
  if (a > b) return a;
  return b;
}

/** Refuses a draft that does not fit the vocabulary, before anything is written. Error: `internal` (a fault of the caller). */
export function checkDraft(draft: EntryDraft, where: 'master' | 'channel'): void {
  const rule = Object.hasOwn(VOCABULARY, draft.type) ? VOCABULARY[draft.type] : undefined;
  const fault =
    rule === undefined
      ? 'is of no known type'
      : rule.log !== 'any' && rule.log !== where
        ? `does not belong in a ${where} log`
        : draft.sign === true && rule.signs === undefined
          ? 'is of a type that carries no signature'
          : rule.refs === 'required' && !draft.refs?.length
            ? 'lacks the entry it answers (refs)'
            : ACTOR.test(draft.actor)
              ? (fieldFault(draft.type, draft.fields ?? {}) ?? refsFault(draft.refs))
              : 'names an actor that is neither gateway, admin nor peer:ID';
  if (fault !== undefined) {
    throw new CounterfoilError('internal', `A ledger entry of type ${JSON.stringify(draft.type)} ${fault}.`);
  }
}

/** The body of an entry: `"counterfoil/entry/1\n" ‖ JCS(object)`. */
export function encodeEntry(entry: EntryObject): Uint8Array {
  return utf8(ENTRY_PREFIX + canonicalJson(entry));
}

/** What the signature of an entry covers: its role, and the text of its body without `sig`. */
export const signedBytes = (role: string, unsigned: string): Uint8Array =>
  utf8(`counterfoil/entry-signature/1\n${role}\n${unsigned}`);

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The object of a body, strictly: the same bytes come out when it is encoded again. Fields every entry has are checked,
 * those of its type only with `strict`, so that a peer of a newer release can be mirrored.
 * Throws RangeError with a phrase that says what is wrong.
 */
export function decodeEntry(body: Uint8Array, strict = true): EntryObject {
  if (body.length > LIMITS.entryBytes) throw new RangeError('is longer than an entry may be');
  const text = decode(body);
  if (!text.startsWith(ENTRY_PREFIX)) throw new RangeError('does not begin as an entry does');
  const json = text.slice(ENTRY_PREFIX.length);
  const value = parse(json);
  if (!(strict && isComposed(value, text)) && canonicalJson(value) !== json)
    throw new RangeError('is not in canonical form');
  const fault = baseFault(value) ?? (strict ? typeFault(value as EntryObject) : undefined);
  if (fault !== undefined) throw new RangeError(fault);
  return value as EntryObject;
}

/** Whether a value is of a known type and composes to this text: the quick way to see the canonical form. */
function isComposed(value: Json, text: string): boolean {
  const entry = value as EntryObject | null;
  return (
    typeof entry?.type === 'string' && Object.hasOwn(VOCABULARY, entry.type) && composeEntry(entry, entry) === text
  );
}

function decode(body: Uint8Array): string {
  try {
    return decoder.decode(body);
  } catch {
    throw new RangeError('is not UTF-8');
  }
}

function parse(json: string): Json {
  try {
    return JSON.parse(json) as Json;
  } catch {
    throw new RangeError('is not JSON');
  }
}

function baseFault(value: Json): string | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return 'is not an object';
  const entry = value as { readonly [key: string]: Json | undefined };
  if (entry.v !== 1) return 'is of another version';
  if (!isKind('origin', entry.log)) return 'names no log';
  if (!isKind('count', entry.seq)) return 'has no sequence number';
  if (!isKind('digest', entry.prev)) return 'has no hash of the entry before';
  if (!isKind('time', entry.ts)) return 'has no time';
  if (!isKind('name', entry.type)) return 'has no type';
  if (typeof entry.actor !== 'string' || !ACTOR.test(entry.actor)) return 'names no actor';
  if (!isKind('id', entry.incarnation)) return 'has no incarnation';
  if (entry.peer !== undefined && !isKind('org', entry.peer)) return 'names a peer that is none';
  if (entry.sigKey !== undefined && !isKind('digest', entry.sigKey)) return 'has a malformed signing key';
  if (entry.sig !== undefined && !isKind('signature', entry.sig)) return 'has a malformed signature';
  return (
    refsFault(entry.refs) ??
    shapeFault(entry.peerHead, HEAD, 'peerHead') ??
    shapeFault(entry.payload, PAYLOAD, 'payload')
  );
}

function typeFault(entry: EntryObject): string | undefined {
  const rule = Object.hasOwn(VOCABULARY, entry.type) ? VOCABULARY[entry.type] : undefined;
  if (rule === undefined) return 'is of no known type';
  const where = entry.log.endsWith('/counterfoil/master') ? 'master' : 'channel';
  if (rule.log !== 'any' && rule.log !== where) return `does not belong in a ${where} log`;
  if ((rule.signs !== undefined) !== (entry.sig !== undefined && entry.sigKey !== undefined))
    return 'is signed where it should not be, or not where it should';
  if (rule.refs === 'required' && !entry.refs?.length) return 'lacks the entry it answers';
  return fieldFault(entry.type, entry, BASE);
}

const HEAD = { origin: 'origin', size: 'count', root: 'digest' } as const;
const PAYLOAD = { commit: 'digest', bytes: 'count' } as const;
const REF = { log: 'origin', seq: 'count', leaf: 'digest' } as const;

function refsFault(refs: unknown): string | undefined {
  if (refs === undefined) return undefined;
  if (!Array.isArray(refs) || refs.length === 0 || refs.length > LIMITS.ledgerRefs)
    return 'has a malformed list of refs';
  return refs.map((ref) => shapeFault(ref as Json, REF, 'refs')).find((fault) => fault !== undefined);
}

function shapeFault(
  value: unknown,
  shape: Readonly<Record<string, 'origin' | 'count' | 'digest'>>,
  name: string,
): string | undefined {
  if (value === undefined) return undefined;
  const object = value as { readonly [key: string]: Json };
  const sound =
    value !== null &&
    typeof value === 'object' &&
    !Array.isArray(value) &&
    Object.keys(object).length === Object.keys(shape).length &&
    Object.entries(shape).every(([key, kind]) => isKind(kind, object[key]));
  return sound ? undefined : `has a malformed ${name}`;
}
