import type { z } from 'zod';
import { nearest } from '../../../config/index.js';
import { type Json, printable } from '../../../foundation/index.js';
import type { Faults } from '../faults.js';
import type { Path } from '../places.js';
import type { Source } from '../yaml.js';
import { type ContractDocument, contractDocument } from './document.js';
import { newerParts } from './newer.js';

const READ = /^v3\.(0\.[0-2]|[12]\.\d{1,3})$/;

/** A document in the shape of the standard, and entries of it that the standard does not know. */
export interface Shaped {
  document: ContractDocument;
  /** Only in documents of v3.0, which allowed them. */
  unknown: readonly Path[];
}

/** The document by the shape of the standard; every fault of it, with line and path, is `contract.invalid`. */
export function checkShape({ json }: Source, faults: Faults): Shaped {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    faults.add([], 'the document is not a map: an ODCS contract begins with apiVersion, kind, id, version and status');
    faults.refuse();
  }
  const { apiVersion, status } = json as Record<string, unknown>;
  if (apiVersion !== undefined && !(typeof apiVersion === 'string' && READ.test(apiVersion)))
    faults.add(['apiVersion'], `is ${said(apiVersion)}; ODCS v3.1.0 and v3.2.0 are read, and v3.0`);
  const isLoose = typeof apiVersion === 'string' && READ.test(apiVersion) && apiVersion < 'v3.1';
  const { result, unknown } = isLoose ? withoutUnknown(json) : { result: shaped(json), unknown: [] };
  for (const issue of result.error?.issues ?? []) addIssue(faults, issue);
  if (typeof apiVersion === 'string' && READ.test(apiVersion) && apiVersion < 'v3.2') {
    if (status === undefined) faults.add(['status'], 'is missing');
    for (const { path, message } of newerParts(json as Record<string, unknown>, apiVersion)) faults.add(path, message);
  }
  faults.refuse();
  return { document: result.data!, unknown };
}

const shaped = (json: unknown) => contractDocument.safeParse(json, { reportInput: true });

/** What is known of a document that may say more. */
function withoutUnknown(json: Json): { result: ReturnType<typeof shaped>; unknown: Path[] } {
  const known = structuredClone(json);
  const unknown: Path[] = [];
  for (;;) {
    const result = shaped(known);
    const more = (result.error?.issues ?? []).flatMap((issue) =>
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [],
    );
    if (more.length === 0) return { result, unknown };
    for (const path of more) {
      const place = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)[key], known);
      delete (place as Record<PropertyKey, unknown>)[path.at(-1)!];
    }
    unknown.push(...more);
  }
}

function addIssue(faults: Faults, issue: z.core.$ZodIssue): void {
  if (issue.code !== 'unrecognized_keys') {
    faults.add(issue.path, sentence(issue));
    return;
  }
  const known = issue.message.split(' ');
  for (const key of issue.keys) faults.add([...issue.path, key], () => unknownEntry(key, known));
}

/** What to say of an entry that is not known where others are. */
export function unknownEntry(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  const advice = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean ${meant}?`;
  return `is not an entry of the standard; ${advice}`;
}

const WANTED: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

function sentence(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type': {
      if (issue.input === undefined) return 'is missing';
      const wanted = WANTED[issue.expected] ?? issue.expected;
      const advice = issue.expected === 'string' && typeof issue.input !== 'object' ? '; write it in quotes' : '';
      return `is ${said(issue.input)}; ${wanted} is expected${advice}`;
    }
    case 'invalid_value': {
      if (issue.input === undefined) return 'is missing';
      const values = issue.values.map(String);
      const meant = typeof issue.input === 'string' ? nearest(issue.input, values) : undefined;
      const advice = meant === undefined || values.length < 2 ? '' : `; did you mean ${meant}?`;
      return `is ${said(issue.input)}; allowed is ${values.join(', ')}${advice}`;
    }
    case 'too_small':
      return issue.origin === 'number' ? `is less than ${issue.minimum}` : 'is empty';
    case 'too_big':
      return issue.origin === 'number' ? `is more than ${issue.maximum}` : 'is too long';
    default:
      return issue.message;
  }
}

/** A value of a contract in a message: its kind, and the text of short ones. */
export function said(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? printable(value, 60) : String(value);
}
