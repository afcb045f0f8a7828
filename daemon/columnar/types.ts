/**
 * An Arrow type in the normal form of docs/DIGESTS.md: what is hashed, signed and shown. Large, view, dictionary and
 * offset-width variants of one logical type have one normal form.
 */
export type DataType =
  | { name: 'null' }
  | { name: 'bool' }
  | { name: 'int'; bits: 8 | 16 | 32 | 64; signed: boolean }
  | { name: 'float'; bits: 16 | 32 | 64 }
  | { name: 'decimal'; precision: number; scale: number }
  | { name: 'utf8' }
  | { name: 'binary' }
  | { name: 'fixed_size_binary'; bytes: number }
  | { name: 'date'; unit: 'd' | 'ms' }
  | { name: 'time'; unit: TimeUnit }
  | { name: 'timestamp'; unit: TimeUnit; tz?: string }
  | { name: 'duration'; unit: TimeUnit }
  | { name: 'list'; item: DataType }
  | { name: 'fixed_size_list'; size: number; item: DataType }
  | { name: 'struct'; fields: readonly { name: string; type: DataType }[] }
  | { name: 'extension'; id: string; metadata: string; storage: DataType };

export type TimeUnit = 's' | 'ms' | 'us' | 'ns';

/** What the normal form leaves out of an Arrow map, which it writes as a list of structs `key`, `value`. */
export interface MapForm {
  keysSorted: boolean;
}

/** A top-level column of a schema. `metadata` is the field's own key-value metadata, without the extension keys. */
export interface Field {
  name: string;
  type: DataType;
  nullable: boolean;
  metadata?: Readonly<Record<string, string>>;
  /** The layout that the digest does not see but a reader would miss: set when the source column was an Arrow map. */
  map?: MapForm;
  /**
   * The same for maps inside the column. The key is the path of child positions from the column down, joined by dots: the
   * item of a list is 0, the fields of a struct count from 0, an extension adds none.
   */
  innerMaps?: Readonly<Record<string, MapForm>>;
}

export interface Schema {
  fields: readonly Field[];
  metadata?: Readonly<Record<string, string>>;
}

/**
 * The rows of one column in one batch, in canonical layout: little-endian, bit offset 0, dictionaries decoded, 32-bit
 * offsets starting at 0, null slots of fixed-width values zero, unused bitmap bits zero. What each type uses:
 *
 * | type | data | offsets | children |
 * |---|---|---|---|
 * | null | – | – | – |
 * | bool | bitmap, ⌈rows/8⌉ bytes | – | – |
 * | int, float, date, time, timestamp, duration, decimal (16 or 32 bytes), fixed_size_binary | rows × width bytes | – | – |
 * | utf8, binary | all bytes of valid rows | rows + 1 | – |
 * | list | – | rows + 1 | the items of valid rows |
 * | fixed_size_list | – | – | rows × size items (those of null rows are null) |
 * | struct | – | – | one a field, rows each (null where the parent is) |
 * | extension | as its storage | | |
 *
 * `data` starts at a multiple of the width of its values (at most 8) in its ArrayBuffer, so it can be viewed as a typed
 * array.
 */
export interface Column {
  type: DataType;
  rows: number;
  /** Number of null rows; all of them for type null. */
  nulls: number;
  /** Bitmap, least significant bit first, 1 = valid. Absent when `nulls` is 0 (and for type null). */
  validity?: Uint8Array;
  data?: Uint8Array;
  offsets?: Int32Array;
  children?: readonly Column[];
}

/** One record batch: the unit of hashing, resuming and quarantine. */
export interface Batch {
  rows: number;
  columns: readonly Column[];
}

/** A batch as an Arrow IPC message: the raw flatbuffer (no 8-byte prefix) and its body, as Flight carries them. */
export interface Frame {
  header: Uint8Array;
  body: Uint8Array;
}
