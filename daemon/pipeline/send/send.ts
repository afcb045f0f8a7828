import { randomInt } from 'node:crypto';
import { type VersionAccess, VersionReader } from '../../catalog/index.js';
import {
  batchSalt,
  columnKey,
  commitment,
  decodeBatch,
  encodeBatch,
  encodeSchema,
  type Frame,
  type Schema,
  takeRows,
} from '../../columnar/index.js';
import { LIMITS, release } from '../../foundation/index.js';
import { BatchFile } from '../../store/index.js';
import { Differ, encodePatch } from '../changes/index.js';
import type { JobContext } from '../jobs/index.js';
import { encodeMeta, squeezed } from '../wire/index.js';
import { type LinkFound, LinkGauge, type WireCompression } from './link-gauge.js';

/** A sealed view, or the version itself where nothing was masked. */
export type ViewSource =
  | { kind: 'view'; path: string; id: string; key: Uint8Array }
  | { kind: 'version'; version: VersionAccess };

export interface SendParams {
  source: ViewSource;
  schema: Schema;
  /** Rows of each batch. */
  batches: readonly number[];
  /** First batch to send. */
  start: number;
  compression: WireCompression;
  /** What was found of the link to this consumer before. */
  link: LinkFound;
  /** A view of the same columns that the consumer holds from a delivery before. */
  before?: { source: ViewSource; batches: readonly number[] };
}

/**
 * Emits the messages of a view from batch `start` on, as they go over the wire: schema, batches, end. Of a batch that has
 * much in common with what the consumer holds, only the other rows. Gives what was found of the link.
 */
export async function send(params: SendParams, { signal, emit }: JobContext): Promise<LinkFound> {
  const { schema, batches, start } = params;
  const source = openSource(params.source);
  const changes = Changes.of(params);
  const gauge = new LinkGauge(params.compression, params.link);
  try {
    const metadata = encodeMeta({ kind: 'schema', start });
    await emit({ item: { header: encodeSchema(schema), metadata, body: EMPTY } });
    for (let index = start; index < batches.length; index++) {
      signal.throwIfAborted();
      const begun = performance.now();
      const { commitments, ...whole } = source.read(index);
      const changed = changes?.of(whole);
      const { header: first, body } = changed?.frame ?? whole;
      const { length } = body;
      const small = gauge.squeeze ? squeezed(body) : undefined;
      const header = small === undefined ? first : Uint8Array.from(first); // not the memory that it shares with the body
      const record = encodeMeta({
        ...{ kind: 'batch', index, rows: batches[index]!, commitments },
        ...(changed !== undefined && { patch: changed.patch }),
        isSqueezed: small !== undefined,
      });
      const sent = small ?? body;
      if (sent !== whole.body) release(whole.body, ...(small === undefined ? [] : [body]));
      const ready = performance.now();
      await emit({ item: { header, metadata: record, body: sent }, transfer: [sent.buffer as ArrayBuffer] });
      gauge.took(length, ready - begun, performance.now() - ready);
    }
    const rows = batches.reduce((sum, count) => sum + count, 0);
    const last = encodeMeta({ kind: 'end', batches: batches.length, rows });
    await emit({ item: { header: EMPTY, metadata: last, body: EMPTY } });
    return gauge.found;
  } finally {
    source.close();
    changes?.close();
  }
}

/** What of each batch the consumer does not hold yet. */
class Changes {
  readonly #schema: Schema;
  readonly #source: Source;
  readonly #differ: Differ;

  private constructor(schema: Schema, source: Source, differ: Differ) {
    this.#schema = schema;
    this.#source = source;
    this.#differ = differ;
  }

  static of({ schema, batches, start, before }: SendParams): Changes | undefined {
    if (before === undefined) return undefined;
    const source = openSource(before.source);
    const rows = batches.slice(0, start).reduce((sum, count) => sum + count, 0);
    // Another seed each time: should two rows ever have one key, the next try goes right.
    const differ = new Differ({ schema, batches: before.batches, read: source.read }, randomInt(2 ** 31), rows);
    return new Changes(schema, source, differ);
  }

  of(whole: Frame): { frame: Frame; patch: Uint8Array } | undefined {
    const batch = decodeBatch(this.#schema, whole);
    const found = this.#differ.of(batch);
    if (found === undefined || found.runs.length === 0) return undefined;
    const patch = encodePatch(found.runs);
    if (patch.length > LIMITS.patchBytes) return undefined;
    const frame = encodeBatch(this.#schema, takeRows(batch, found.rows, this.#schema));
    return { frame, patch };
  }

  close(): void {
    this.#source.close();
  }
}

const EMPTY = new Uint8Array(0);
const HASH_BYTES = 32;

interface Source {
  read(index: number): { header: Uint8Array; body: Uint8Array; commitments: readonly Uint8Array[] };
  close(): void;
}

function openSource(from: ViewSource): Source {
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
