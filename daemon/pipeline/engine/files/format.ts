import { closeSync, openSync, readSync } from 'node:fs';
import type { SourceFormat } from '../../../catalog/index.js';
import { CounterfoilError, printable } from '../../../foundation/index.js';
import { fileError, invalid } from '../faults.js';
import type { SourceFile } from './local.js';

const BY_EXTENSION: Readonly<Record<string, SourceFormat>> = {
  parquet: 'parquet',
  pq: 'parquet',
  csv: 'csv',
  tsv: 'csv',
  tab: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'ndjson',
  arrow: 'arrow',
  arrows: 'arrow',
  ipc: 'arrow',
  feather: 'arrow',
};

const MAGIC: readonly { bytes: string; is: SourceFormat | 'other'; called: string }[] = [
  { bytes: 'PAR1', is: 'parquet', called: 'a Parquet file' },
  { bytes: 'ARROW1', is: 'arrow', called: 'an Arrow file' },
  { bytes: '\xff\xff\xff\xff', is: 'arrow', called: 'an Arrow stream' },
  { bytes: 'PK\x03\x04', is: 'other', called: 'a zip archive or spreadsheet' },
  { bytes: '\x1f\x8b', is: 'other', called: 'packed with gzip; its name must then end in .gz' },
  { bytes: '\x28\xb5\x2f\xfd', is: 'other', called: 'packed with zstd' },
  { bytes: 'SQLite format 3', is: 'other', called: 'an SQLite database' },
];

/** The format that a name stands for. */
export function formatOfName(name: string): SourceFormat | undefined {
  const extension = /\.([^./]+)$/.exec(name.toLowerCase().replace(/\.gz$/, ''))?.[1] ?? '';
  return Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension] : undefined;
}

/**
 * The format of the files: as given, from their names, or from their first bytes. `input.invalid` when none of these
 * tells, `source.invalid` when a file is plainly something else than it is called.
 */
export function formatOf(files: readonly SourceFile[], given: SourceFormat | undefined): SourceFormat {
  const [first] = files as [SourceFile];
  const format = given ?? formatOfName(first.name) ?? formatOfStart(first);
  if (format === undefined) {
    throw new CounterfoilError('input.invalid', `The name ${printable(first.name)} does not say what is in the file.`, {
      hint: 'Say it with --format parquet, csv, ndjson or arrow.',
    });
  }
  for (const file of files) {
    const told = file.packed ? undefined : magicOf(file);
    if (told === undefined || told.is === format) continue;
    throw invalid(printable(file.name), `it is not ${format}; it is ${told.called}`);
  }
  return format;
}

function formatOfStart(file: SourceFile): SourceFormat | undefined {
  const told = magicOf(file);
  return told === undefined || told.is === 'other' ? undefined : told.is;
}

function magicOf(file: SourceFile) {
  const start = startOf(file);
  return MAGIC.find(({ bytes }) => start.startsWith(bytes));
}

function startOf(file: SourceFile): string {
  try {
    const fd = openSync(file.path, 'r');
    try {
      const bytes = Buffer.alloc(16);
      return bytes.toString('latin1', 0, readSync(fd, bytes, 0, 16, 0));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw fileError(file.name, error);
  }
}
