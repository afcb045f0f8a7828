import { type VersionAccess, VersionReader } from '../../catalog/index.js';
import { batchSalt, columnKey, commitment, encodeSchema, type Schema } from '../../columnar/index.js';
import { BatchFile } from '../../store/index.js';
import type { JobContext } from '../jobs/index.js';
import { encodeMeta } from '../wire/index.js';

export interface SendParams {
  /** The sealed view, or the version itself where nothing was masked. */
  source: { kind: 'view'; path: string; id: string; key: Uint8Array } | { kind: 'version'; version: VersionAccess };
  schema: Schema;
  /** Rows of each batch. */
  batches: readonly number[];
  /** First batch to send. */
  start: number;
}

/** Emits the messages of a view from batch `start` on, as they go over the wire: schema, batches, end. */
export async function send(params: SendParams, { signal, emit }: JobContext): Promise<void> {
  const { batches, start } = params;
  const source = openSource(params.source);
  try {
    const metadata = encodeMeta({ kind: 'schema', start });
    await emit({ item: { header: encodeSchema(params.schema), metadata, body: EMPTY } });
    for (let index = start; index < batches.length; index++) {
      signal.throwIfAborted();
      const { header, body, commitments } = source.read(index);
      const record = encodeMeta({ kind: 'batch', index, rows: batches[index]!, commitments });
      await emit({ item: { header, metadata: record, body }, transfer: [body.buffer as ArrayBuffer] });
    }
    const rows = batches.reduce((sum, count) => sum + count, 0);
    const last = encodeMeta({ kind: 'end', batches: batches.length, rows });
    await emit({ item: { header: EMPTY, metadata: last, body: EMPTY } });
  } finally {
    source.close();
  }
}

const EMPTY = new Uint8Array(0);
const HASH_BYTES = 32;

interface Source {
  read(index: number): { header: Uint8Array; body: Uint8Array; commitments: readonly Uint8Array[] };
  close(): void;
}

function openSource(from: SendParams['source']): Source {
  if (from.kind === 'version') return versionSource(from.version);
  const file = BatchFile.open(from.path, from.key, from.id);
  return {
    read: (index) => {
      const { header, body, meta } = file.read(index);
      return { header, body, commitments: slices(meta) };
    },
    close: () => file.close(),
  };
}

/** The version itself: its file holds column digests, from which the commitments follow. */
function versionSource(version: VersionAccess): Source {
  const reader = new VersionReader(version);
  const keys = reader.manifest.columns.map(({ name }) => columnKey(version.saltKey, name));
  return {
    read: (index) => {
      const { frame, digests } = reader.frame(index);
      return { ...frame, commitments: digests.map((digest, at) => commitment(batchSalt(keys[at]!, index), digest)) };
    },
    close: () => reader.close(),
  };
}

const slices = (meta: Uint8Array): Uint8Array[] =>
  Array.from({ length: meta.length / HASH_BYTES }, (_, at) => meta.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
