/**
 * Numbers of the Arrow columnar format 1.5 (apache/arrow format/Schema.fbs, Message.fbs, File.fbs): union tags, enum
 * values, and the slot of each flatbuffer table field. Reader and writer share them.
 */
export const METADATA_V4 = 3;
export const METADATA_V5 = 4;

export const HEADER = { schema: 1, dictionaryBatch: 2, recordBatch: 3 } as const;

export const TYPE = {
  null: 1,
  int: 2,
  float: 3,
  binary: 4,
  utf8: 5,
  bool: 6,
  decimal: 7,
  date: 8,
  time: 9,
  timestamp: 10,
  interval: 11,
  list: 12,
  struct: 13,
  union: 14,
  fixedSizeBinary: 15,
  fixedSizeList: 16,
  map: 17,
  duration: 18,
  largeBinary: 19,
  largeUtf8: 20,
  largeList: 21,
  runEndEncoded: 22,
  binaryView: 23,
  utf8View: 24,
  listView: 25,
  largeListView: 26,
} as const;

/** TimeUnit, in order of its values. */
export const TIME_UNITS = ['s', 'ms', 'us', 'ns'] as const;
/** Bits of a float by Precision. */
export const FLOAT_BITS = [16, 32, 64] as const;
/** DateUnit, in order of its values. */
export const DATE_UNITS = ['d', 'ms'] as const;

export const CODEC = { lz4: 0, zstd: 1 } as const;

export const SLOT = {
  message: { version: 0, headerType: 1, header: 2, bodyLength: 3 },
  schema: { endianness: 0, fields: 1, metadata: 2 },
  field: { name: 0, nullable: 1, typeTag: 2, type: 3, dictionary: 4, children: 5, metadata: 6 },
  keyValue: { key: 0, value: 1 },
  dictionary: { id: 0, index: 1 },
  recordBatch: { length: 0, nodes: 1, buffers: 2, compression: 3, variadic: 4 },
  compression: { codec: 0, method: 1 },
  dictionaryBatch: { id: 0, data: 1, isDelta: 2 },
  footer: { version: 0, schema: 1, dictionaries: 2, recordBatches: 3 },
  int: { bits: 0, signed: 1 },
  float: { precision: 0 },
  decimal: { precision: 0, scale: 1, bits: 2 },
  date: { unit: 0 },
  time: { unit: 0, bits: 1 },
  timestamp: { unit: 0, zone: 1 },
  duration: { unit: 0 },
  fixedSizeBinary: { bytes: 0 },
  fixedSizeList: { size: 0 },
  map: { keysSorted: 0 },
} as const;

/** Default DateUnit, and default TimeUnit of Time and Duration. */
export const DEFAULT_MS = 1;

export const EXTENSION_NAME = 'ARROW:extension:name';
export const EXTENSION_METADATA = 'ARROW:extension:metadata';

/** Marks an encapsulated message (docs "Encapsulated message format"); absent before format 0.15. */
export const CONTINUATION = 0xffffffff;

/** Buffers in a body start at multiples of 8 bytes. */
export const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;
