import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { DataType } from '../../columnar/index.js';
import { CounterfoilError, printable, writeFileAtomic } from '../../foundation/index.js';
import type { LandingSettings } from './settings.js';

/** Readers of a whole folder leave out what begins with an underscore. */
const MANIFEST = '_manifest.json';
/** What it was called before. */
const FORMER = 'manifest.json';

/** A path below the folder of the delivery: no way leads out of it. */
const safePath = z.string().refine((path) => path.split('/').every((part) => !['', '.', '..'].includes(part)));

const file = z.object({
  name: safePath,
  rows: z.int().min(0),
  bytes: z.int().min(0),
  sha256: z.string(),
  partition: z.record(z.string(), z.string().nullable()).optional(),
});

const shape = z.looseObject({
  v: z.literal(1),
  transfer: z.string(),
  provider: z.string(),
  dataset: z.string(),
  agreement: z.string(),
  version: z.string(),
  rows: z.int().min(0),
  format: z.enum(['parquet', 'arrow', 'csv']).default('parquet'),
  compression: z.enum(['snappy', 'zstd', 'uncompressed']).default('snappy'),
  rowGroupRows: z.int().nullable().default(null),
  partitionBy: z.array(z.string()).default([]),
  columns: z.array(
    z.looseObject({
      name: z.string(),
      type: z.custom<DataType>((type) => typeof type === 'object' && type !== null),
      nullable: z.boolean(),
      operator: z.string(),
    }),
  ),
  files: z.array(file),
  /** What rules set aside: in no file above, and in no row count. */
  aside: z.object({ rows: z.int().min(0), files: z.array(file) }).optional(),
  erased: z.array(z.object({ erasure: z.string(), rows: z.int(), at: z.string() })).optional(),
});

/** What a landed folder says of itself, in `_manifest.json`. Files by their path in the folder, sizes in bytes, digests hex. */
export type LandedManifest = z.output<typeof shape>;
export type LandedFile = LandedManifest['files'][number];

/** `input.invalid` where the folder is not one that landed. */
export function readManifest(folder: string): LandedManifest {
  try {
    const name = existsSync(join(folder, MANIFEST)) ? MANIFEST : FORMER;
    return shape.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
  } catch (error) {
    throw new CounterfoilError('input.invalid', `${printable(folder)} is not a folder of landed data.`, {
      hint: 'Give the folder that "transfer show" calls landed: it has a _manifest.json.',
      cause: error,
    });
  }
}

export function writeManifest(folder: string, manifest: object): void {
  writeFileAtomic(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, 0o640);
}

/** How the files of a folder were written. */
export const settingsOf = ({ format, compression, rowGroupRows, partitionBy }: LandedManifest): LandingSettings => ({
  ...{ format, compression, rowGroupRows, partitionBy },
});
