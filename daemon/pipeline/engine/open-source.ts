import { rmSync } from 'node:fs';
import type { OpenOptions, OpenSource, SourceFormat, SourceSpec } from '../../catalog/index.js';
import { type Batch, PUBLISH_CUT, rebatch } from '../../columnar/index.js';
import { CounterfoilError } from '../../foundation/index.js';
import { openArrow } from './arrow/open.js';
import { openCsv } from './csv/open.js';
import { fileError } from './faults.js';
import { formatOf } from './files/format.js';
import { type SourceFile, unchanged } from './files/local.js';
import { resolveFiles } from './files/resolve.js';
import { scratchFolder } from './files/scratch.js';
import { openJson } from './json/open.js';
import { openParquet } from './parquet/open.js';
import type { Rows } from './rows.js';
import { queried } from './sql/query.js';

/**
 * Opens the source of a dataset and finds its schema. Rows are read once, in bounded memory, and cut into batches at
 * places that depend on the rows alone. A source that is written to meanwhile is `source.changed`, whatever else it led
 * to. Errors: `source.missing`, `source.permission`, `source.invalid`, `source.changed`, `type.unsupported`,
 * `batch.too_large`, `input.invalid` (query, options), `limit.exceeded`, `store.full`.
 */
export async function openSource(spec: SourceSpec, options: OpenOptions): Promise<OpenSource> {
  const folder = scratchFolder(options.scratch);
  const close = async (): Promise<void> => rmSync(folder, { recursive: true, force: true });
  let files: SourceFile[] = [];
  try {
    files = await resolveFiles(spec, folder, options);
    const format = formatOf(files, spec.format);
    const rows = await opened(files, format, spec, folder, options);
    return {
      schema: rows.schema,
      format,
      notes: rows.notes,
      batches: () => guarded(rows, files, options),
      close,
    };
  } catch (error) {
    await close();
    throw await blamed(error, files, options);
  }
}

async function opened(
  files: readonly SourceFile[],
  format: SourceFormat,
  spec: SourceSpec,
  folder: string,
  options: OpenOptions,
): Promise<Rows> {
  const rows = await rowsOf(files, format, spec, options);
  return spec.query === undefined
    ? rows
    : queried({ rows, files, format }, { query: spec.query, name: spec.name }, folder, options);
}

function rowsOf(
  files: readonly SourceFile[],
  format: SourceFormat,
  { options = {} }: SourceSpec,
  open: OpenOptions,
): Promise<Rows> {
  switch (format) {
    case 'parquet':
      return openParquet(files, open);
    case 'csv':
      return openCsv(files, options, open);
    case 'ndjson':
      return openJson(files, options, open);
    case 'arrow':
      return openArrow(files, open);
  }
}

async function* guarded(
  rows: Rows,
  files: readonly SourceFile[],
  options: OpenOptions,
): AsyncGenerator<Batch, void, undefined> {
  try {
    for await (const batch of rebatch(rows.schema, rows.batches(), options.cut ?? PUBLISH_CUT)) {
      options.signal?.throwIfAborted();
      yield batch;
    }
    await unchanged(files);
  } catch (error) {
    throw await blamed(error, files, options);
  }
}

/** A file that was changed explains any fault that was found in it. */
async function blamed(error: unknown, files: readonly SourceFile[], { signal }: OpenOptions): Promise<unknown> {
  if (signal?.aborted) return signal.reason;
  try {
    await unchanged(files);
  } catch (changed) {
    return changed;
  }
  const isOfFile = !(error instanceof CounterfoilError) && (error as NodeJS.ErrnoException).code !== undefined;
  return isOfFile ? fileError(files[0]?.name ?? 'the source', error) : error;
}
