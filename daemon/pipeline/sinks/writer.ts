import { closeSync, openSync, writeSync } from 'node:fs';
import { arrowFile, type Batch, decodeBatch, encodeBatch, type Frame, type Schema } from '../../columnar/index.js';
import { diskError, release } from '../../foundation/index.js';
import { ParquetWriter } from '../engine/index.js';
import { CsvLines } from './csv.js';
import type { LandingFormat, LandingSettings } from './settings.js';

/** Writes files of one schema. Not synced. Errors: `store.full`, `landing.unsupported`. */
export interface FileWriter {
  write(path: string, batches: readonly Batch[]): void;
  /** The same of batches as they are stored, which were found sound before. Their memory is released. */
  writeFrames(path: string, frames: readonly Frame[]): void;
}

export const ENDING: Readonly<Record<LandingFormat, string>> = { parquet: 'parquet', arrow: 'arrow', csv: 'csv' };

/** All batches of a file are in memory, so the caller says by their number how large a file is. */
export async function fileWriter(schema: Schema, settings: LandingSettings): Promise<FileWriter> {
  const { format, compression, rowGroupRows } = settings;
  if (format === 'arrow') return arrowWriter(schema);
  if (format === 'csv') return csvWriter(schema);
  return ParquetWriter.for(schema, compression, rowGroupRows ?? undefined);
}

function arrowWriter(schema: Schema): FileWriter {
  const writeFrames = (path: string, frames: readonly Frame[]) => {
    writeParts(path, arrowFile(schema, frames));
    release(...frames.map(({ body }) => body));
  };
  const write = (path: string, batches: readonly Batch[]) =>
    writeFrames(
      path,
      batches.map((batch) => encodeBatch(schema, batch)),
    );
  return { write, writeFrames };
}

function csvWriter(schema: Schema): FileWriter {
  return {
    write: (path, batches) => writeParts(path, new CsvLines(schema).of(batches)),
    writeFrames: (path, frames) => {
      const batches = frames.map((frame) => decodeBatch(schema, frame));
      writeParts(path, new CsvLines(schema).of(batches));
      release(...frames.map(({ body }) => body));
    },
  };
}

function writeParts(path: string, parts: Iterable<Uint8Array>): void {
  try {
    const fd = openSync(path, 'wx', 0o600);
    try {
      for (const part of parts)
        for (let done = 0; done < part.length; ) done += writeSync(fd, part, done, part.length - done);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw diskError(error);
  }
}
