import type { DataFrame, LazyDataFrame } from 'nodejs-polars';
import pl from 'nodejs-polars';
import { type Batch, type DataType, ipcStream, readStream, type Schema } from '../../columnar/index.js';
import { sameType } from './rows.js';

/**
 * A frame gives a column for every property that is called like one, before its own. So nothing else of a frame is used
 * here, and a table with a column of one of these names goes another way.
 */
const USED_OF_FRAMES: ReadonlySet<string> = new Set(['writeIPCStream', 'writeParquet']);

/** Whether a column can be called so in a frame. */
export const nameFitsPolars = (name: string): boolean => !USED_OF_FRAMES.has(name);

/** The rows of a polars frame as canonical batches, with the schema that polars gives them. */
export async function framed(frame: DataFrame): Promise<{ schema: Schema; batches: Batch[]; bytes: number }> {
  const bytes = frame.writeIPCStream() as unknown as Buffer;
  const { schema, batches } = await readStream(bytes);
  const all: Batch[] = [];
  for await (const batch of batches) all.push(batch);
  return { schema, batches: all, bytes: bytes.length };
}

/** The same way back. */
export function frameOf(schema: Schema, batches: Iterable<Batch>): DataFrame {
  return pl.readIPCStream(Buffer.concat(ipcStream(schema, batches)));
}

/** A scan of exactly this file: no character of its name is a pattern, no folder of its path a column. */
export const scanFile = (path: string): LazyDataFrame => pl.scanParquet(path, { glob: false, hivePartitioning: false });

/** Types that polars knows. It answers others with an error, or with a panic that ends the process. */
export function knownToPolars(type: DataType): boolean {
  switch (type.name) {
    case 'null':
    case 'bool':
    case 'int':
    case 'utf8':
    case 'binary':
      return true;
    case 'float':
      return type.bits > 16;
    case 'decimal':
      return type.precision <= 38 && type.scale >= 0;
    case 'date':
      return type.unit === 'd';
    case 'time':
      return type.unit === 'ns';
    case 'timestamp':
    case 'duration':
      return type.unit !== 's';
    case 'list':
    case 'fixed_size_list':
      return knownToPolars(type.item);
    case 'struct':
      return type.fields.length > 0 && type.fields.every((field) => knownToPolars(field.type));
    default:
      return false;
  }
}

/** Names of the columns whose type `read`, the schema that polars gives them, does not keep. */
export function changedTypes(schema: Schema, read: Schema): string[] {
  return schema.fields
    .filter(({ name, type }, at) => {
      const other = read.fields[at];
      return other === undefined || other.name !== name || !sameType(type, other.type);
    })
    .map(({ name }) => name);
}
