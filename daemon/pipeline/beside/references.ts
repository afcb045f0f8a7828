import { VersionReader } from '../../catalog/index.js';
import type { Batch } from '../../columnar/index.js';
import { CounterfoilError } from '../../foundation/index.js';
import { KeySet, type References } from '../checks/index.js';
import { openLanded } from '../sinks/index.js';
import type { Beside, Reference } from './beside.js';

/** Reads the keys that rules refer to, or says why there are none. The same keys for two rules are read once. */
export async function readReferences(
  { references }: Beside,
  scratch: string,
  signal: AbortSignal,
): Promise<References> {
  const read = new Map<string, KeySet | CounterfoilError>();
  const all = new Map<string, KeySet | CounterfoilError>();
  for (const [rule, reference] of Object.entries(references)) {
    if ('missing' in reference) {
      all.set(rule, new CounterfoilError('contract.invalid', reference.missing));
      continue;
    }
    const place = 'version' in reference ? reference.version.id : reference.folder;
    const name = JSON.stringify([place, ...reference.columns]);
    const keys = read.get(name) ?? (await keysOf(reference, scratch, signal).catch(CounterfoilError.from));
    signal.throwIfAborted();
    read.set(name, keys);
    all.set(rule, keys);
  }
  return all;
}

function keysOf(reference: Found, scratch: string, signal: AbortSignal): Promise<KeySet> {
  return 'version' in reference ? keysOfVersion(reference, signal) : keysOfLanded(reference, scratch, signal);
}

type Found = Exclude<Reference, { missing: unknown }>;

async function keysOfVersion(
  { version, columns }: Extract<Reference, { version: unknown }>,
  signal: AbortSignal,
): Promise<KeySet> {
  const reader = new VersionReader(version);
  function* batches(): Generator<Batch> {
    for (let index = 0; index < reader.batches; index++) {
      signal.throwIfAborted();
      yield reader.batch(index).batch;
    }
  }
  try {
    return await KeySet.read(reader.manifest.schema, batches(), columns);
  } finally {
    reader.close();
  }
}

async function keysOfLanded(
  { folder, columns }: Extract<Reference, { folder: string }>,
  scratch: string,
  signal: AbortSignal,
): Promise<KeySet> {
  const { schema, batches } = openLanded(folder, { scratch, signal });
  return KeySet.read(schema, batches(), columns);
}
