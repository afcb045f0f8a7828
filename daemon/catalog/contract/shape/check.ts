import type { z } from 'zod';
import { nearest } from '../../../config/index.js';
import { printable } from '../../../foundation/index.js';
import type { Faults } from '../faults.js';
import type { Source } from '../yaml.js';
import { type ContractDocument, contractDocument } from './document.js';
import { newerParts } from './newer.js';

const READ = /^v3\.(0\.[0-2]|[12]\.\d{1,3})$/;

/** The document by the shape of the standard; every fault of it, with line and path, is `contract.invalid`. */
export function checkShape({ json }: Source, faults: Faults): ContractDocument {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    faults.add([], 'the document is not a map: an ODCS contract begins with apiVersion, kind, id, version and status');
    faults.refuse();
  }
  const { apiVersion, status } = json as Record<string, unknown>;
  if (apiVersion !== undefined && !(typeof apiVersion === 'string' && READ.test(apiVersion)))
    faults.add(['apiVersion'], `is ${said(apiVersion)}; ODCS v3.1.0 and v3.2.0 are read, and v3.0`);
  const result = contractDocument.safeParse(json, { reportInput: true });
  for (const issue of result.error?.issues ?? []) addIssue(faults, issue);
  if (typeof apiVersion === 'string' && READ.test(apiVersion) && apiVersion < 'v3.2') {
    if (status === undefined) faults.add(['status'], 'is missing');
    for (const { path, message } of newerParts(json as Record<string, unknown>, apiVersion)) faults.add(path, message);
  }
  faults.refuse();
  return result.data!;
}

function addIssue(faults: Faults, issue: z.core.$ZodIssue): void {
  if (issue.code !== 'unrecognized_keys') {
    faults.add(issue.path, sentence(issue));
    return;
  }
  const known = issue.message.split(' ');
  for (const key of issue.keys) faults.add([...issue.path, key], unknownEntry(key, known));
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
