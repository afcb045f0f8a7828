import type { OpenOptions } from '../../catalog/index.js';
import type { Batch, Schema } from '../../columnar/index.js';
import { canonicalJson, type Json, printable } from '../../foundation/index.js';
import { invalid } from './faults.js';
import type { SourceFile } from './files/local.js';

/** Rows as their format gives them, before they are cut into batches. */
export interface Rows {
  schema: Schema;
  notes: readonly string[];
  batches(): AsyncGenerator<Batch, void, undefined>;
}

/** Counts bytes for the caller's progress; stops the work when its signal is aborted. */
export function progressOf(files: readonly SourceFile[], passes: number, open: OpenOptions): (bytes: number) => void {
  const total = files.reduce((sum, file) => sum + file.bytes, 0) * passes;
  let done = 0;
  return (bytes) => {
    open.signal?.throwIfAborted();
    done += bytes;
    open.onProgress?.(Math.min(done, total), total);
  };
}

/**
 * The one schema of several files: the same columns in the same order, nullable where one says so. Metadata of the whole
 * schema is left out: it belongs to no column, so nobody could withhold what it says about a column that is withheld.
 */
export function commonSchema(schemas: readonly Schema[], files: readonly SourceFile[]): Schema {
  const [first] = schemas as [Schema];
  schemas.forEach((schema, index) => {
    const other = schema.fields.findIndex((field, at) => {
      const wanted = first.fields[at];
      return wanted === undefined || field.name !== wanted.name || !sameType(field.type, wanted.type);
    });
    if (other < 0 && schema.fields.length === first.fields.length) return;
    const name = schema.fields[other]?.name ?? first.fields[schema.fields.length]!.name;
    throw invalid(
      printable(files[index]!.name),
      `column ${printable(name)} is not as in ${printable(files[0]!.name)}`,
      {
        hint: 'All files of one source need the same columns in the same order.',
      },
    );
  });
  return {
    fields: first.fields.map((field, at) => ({
      ...field,
      nullable: schemas.some((schema) => schema.fields[at]!.nullable),
    })),
  };
}

export const sameType = (one: unknown, other: unknown): boolean =>
  one === other || canonicalJson(one as Json) === canonicalJson(other as Json);
