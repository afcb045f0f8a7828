import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame, Schema } from '../../columnar/index.js';
import { syncFile } from '../../foundation/index.js';
import { BatchFile } from '../../store/index.js';
import { type ParquetCompression, ParquetWriter } from '../engine/index.js';
import type { JobContext } from '../jobs/index.js';
import { sinkError } from './sink-error.js';

/** Batches of the quarantine, `from` up to `to`, that go into one file. */
export interface Part {
  name: string;
  from: number;
  to: number;
  rows: number;
}

export interface LandPartsParams {
  file: { path: string; id: string; key: Uint8Array };
  schema: Schema;
  compression: ParquetCompression;
  /** The staging folder; it exists. */
  folder: string;
  parts: readonly Part[];
}

export interface LandedFile {
  name: string;
  rows: number;
  bytes: number;
  sha256: string;
}

/** Writes some of the files of a delivery, synced. What is in quarantine was found sound when it came. */
export async function landParts(params: LandPartsParams, { signal }: JobContext): Promise<LandedFile[]> {
  const file = BatchFile.open(params.file.path, params.file.key, params.file.id);
  try {
    const writer = await ParquetWriter.for(params.schema, params.compression);
    const files: LandedFile[] = [];
    for (const part of params.parts) {
      signal.throwIfAborted();
      const path = join(params.folder, part.name);
      writer.writeFrames(path, frames(file, part));
      syncFile(path);
      files.push({ name: part.name, rows: part.rows, bytes: statSync(path).size, sha256: fileDigest(path) });
      await new Promise(setImmediate); // lets an abort in, and other jobs of this thread
    }
    return files;
  } catch (error) {
    throw sinkError(error);
  } finally {
    file.close();
  }
}

const frames = (file: BatchFile, part: Part): Frame[] =>
  Array.from({ length: part.to - part.from }, (_, at) => file.read(part.from + at));

const block = Buffer.allocUnsafeSlow(1024 * 1024);

/** SHA-256 of a file, hex. */
function fileDigest(path: string): string {
  const hash = createHash('sha256');
  const fd = openSync(path, 'r');
  try {
    for (let got = readSync(fd, block); got > 0; got = readSync(fd, block)) hash.update(block.subarray(0, got));
  } finally {
    closeSync(fd);
  }
  return hash.digest('hex');
}
