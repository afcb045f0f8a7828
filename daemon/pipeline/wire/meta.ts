import { CounterfoilError, LIMITS } from '../../foundation/index.js';

/**
 * What travels in `app_metadata` beside each Arrow message of a transfer (docs/WIRE.md). Little-endian:
 * `u8 version = 1 ‖ u8 kind ‖ u16 codec ‖ u32 columns ‖ u64 index ‖ u64 rows`, then for a batch one 32-byte commitment for
 * each column in schema order, and for changed rows after them which rows those are. Codec of the body: 0 as it is, 1 DEFLATE.
 *
 * | kind | index | rows | columns |
 * |---|---|---|---|
 * | 0 schema, the first message | index of the first batch that follows | 0 | 0 |
 * | 1 batch | its index in the version | its rows | number of commitments |
 * | 2 end, the last message, without an Arrow message | batches in all | rows in all | 0 |
 * | 3 changed rows of a batch: the Arrow message has only those that the version before has not | as 1 | as 1 | as 1 |
 */
export type WireMeta = { kind: 'schema'; start: number } | BatchMeta | { kind: 'end'; batches: number; rows: number };

/** `patch`: how the batch is made of rows of the version before and of those that come along. */
export interface BatchMeta {
  kind: 'batch';
  index: number;
  rows: number;
  commitments: readonly Uint8Array[];
  patch?: Uint8Array;
  /** The body is compressed: see `unsqueezed`. */
  isSqueezed?: boolean;
}

const VERSION = 1;
const HEAD_BYTES = 24;
const DEFLATE = 1;
const HASH_BYTES = 32;

export function encodeMeta(meta: WireMeta): Uint8Array {
  if (meta.kind === 'schema') return head(0, 0, meta.start, 0);
  if (meta.kind === 'end') return head(2, 0, meta.batches, meta.rows);
  const { commitments, index, rows, patch, isSqueezed } = meta;
  const front = head(patch === undefined ? 1 : 3, commitments.length, index, rows);
  front.writeUInt16LE(isSqueezed === true ? DEFLATE : 0, 2);
  return Buffer.concat([front, ...commitments, patch ?? new Uint8Array(0)]);
}

function head(kind: number, columns: number, index: number, rows: number): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES);
  bytes.writeUInt8(VERSION, 0);
  bytes.writeUInt8(kind, 1);
  bytes.writeUInt32LE(columns, 4);
  bytes.writeBigUInt64LE(BigInt(index), 8);
  bytes.writeBigUInt64LE(BigInt(rows), 16);
  return bytes;
}

/** Strict: any byte that is not as above is `batch.invalid`. Commitments are views on the input. */
export function decodeMeta(input: Uint8Array): WireMeta {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.length);
  if (bytes.length < HEAD_BYTES) throw invalid('is too short');
  if (bytes[0] !== VERSION) throw invalid(`has version ${bytes[0]}`);
  const columns = bytes.readUInt32LE(4);
  const index = Number(bytes.readBigUInt64LE(8));
  const rows = Number(bytes.readBigUInt64LE(16));
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(rows)) throw invalid('has impossible numbers');
  const kind = bytes[1];
  const end = HEAD_BYTES + columns * HASH_BYTES;
  if (columns > LIMITS.columns || bytes.length < end || (kind !== 3 && bytes.length !== end))
    throw invalid('has another length than its columns need');
  const codec = bytes.readUInt16LE(2);
  const isBatch = kind === 1 || kind === 3;
  if (codec > (isBatch ? DEFLATE : 0)) throw invalid('has bits set that mean nothing');
  if (kind === 0 && columns === 0 && rows === 0) return { kind: 'schema', start: index };
  if (kind === 2 && columns === 0) return { kind: 'end', batches: index, rows };
  if (!isBatch) throw invalid('is of no known kind');
  const patch = bytes.length - end;
  if (patch > LIMITS.patchBytes || (kind === 3 && patch === 0))
    throw invalid('says too much or nothing of changed rows');
  const commitments = Array.from({ length: columns }, (_, i) =>
    input.subarray(HEAD_BYTES + i * HASH_BYTES, HEAD_BYTES + (i + 1) * HASH_BYTES),
  );
  return {
    ...{ kind: 'batch', index, rows, commitments },
    ...(kind === 3 && { patch: input.subarray(end) }),
    ...(codec === DEFLATE && { isSqueezed: true }),
  };
}

const invalid = (what: string) => new CounterfoilError('batch.invalid', `The record beside an Arrow message ${what}.`);
