import { type DataType, type Schema, textTypeName } from '../../columnar/index.js';
import { CounterfoilError, LIMITS, printable } from '../../foundation/index.js';
import type { ParquetCompression } from '../engine/index.js';

export type LandingFormat = 'parquet' | 'arrow' | 'csv';

/** How the rows of a delivery are written. Plain data, so that it can be sent to a worker thread and kept. */
export interface LandingSettings {
  format: LandingFormat;
  /** Of Parquet files. */
  compression: ParquetCompression;
  /** Rows of a row group of a Parquet file, at most; null: as many as the writer thinks best. */
  rowGroupRows: number | null;
  /** Columns whose values become folders, outermost first. They are not in the files then. */
  partitionBy: readonly string[];
}

/** Throws `landing.unsupported` where files of these settings cannot hold the columns exactly. Before anything is sent. */
export function mustCarry(schema: Schema, settings: LandingSettings): void {
  const { format, partitionBy } = settings;
  for (const name of partitionBy) mustBeFolder(schema, name);
  const fields = fieldsInFiles(schema, partitionBy).fields;
  if (fields.length === 0 && partitionBy.length > 0)
    throw unsupported('Every column is in partition_by: nothing would be left for the files.', 'Leave one column out.');
  if (format !== 'csv') return;
  for (const { name, type } of fields) mustBeText(name, type);
  const [only] = fields;
  if (fields.length === 1 && only!.nullable)
    throw unsupported(
      `Column ${printable(only!.name)} is the only one and may be null: in CSV that would be an empty line, which readers skip.`,
      OTHER_FORMAT,
    );
}

/** The columns that the files hold: all but those that are folders. */
export const fieldsInFiles = (schema: Schema, partitionBy: readonly string[]): Schema => ({
  ...schema,
  fields: schema.fields.filter(({ name }) => !partitionBy.includes(name)),
});

export const unsupported = (message: string, hint: string): CounterfoilError =>
  new CounterfoilError('landing.unsupported', message, { hint });

export const OTHER_FORMAT = 'Let it land as parquet or arrow, or leave the column out of the agreement.';

function mustBeText(name: string, type: DataType): void {
  if (name === '') throw unsupported('A column without a name cannot be told from others in CSV.', OTHER_FORMAT);
  if (textTypeName(type) !== undefined) return;
  const what = type.name === 'timestamp' ? `timestamp of the zone ${printable(type.tz ?? '')}` : type.name;
  throw unsupported(`Column ${printable(name)}: CSV has no exact form for the type ${what}.`, OTHER_FORMAT);
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9 _.-]*$/;

function mustBeFolder(schema: Schema, name: string): void {
  const field = schema.fields.find((each) => each.name === name);
  const where = `Column ${printable(name)}, by which the files are to be partitioned,`;
  const hint = 'Correct partitionBy under landing in config.yaml, or --partition-by of the agreement.';
  if (field === undefined) throw unsupported(`${where} is not delivered.`, hint);
  if (!NAME.test(name) || name.length > LIMITS.partitionNameChars)
    throw unsupported(`${where} has a name that readers of such folders would not take for a column.`, hint);
  const { type } = field;
  const known = type.name === 'utf8' || type.name === 'bool' || type.name === 'int';
  if (!known && !(type.name === 'date' && type.unit === 'd'))
    throw unsupported(`${where} must be text, whole numbers, booleans or dates.`, hint);
}
