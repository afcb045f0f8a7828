import type { Batch, Cut, Schema } from '../columnar/index.js';

export const SOURCE_FORMATS = ['parquet', 'csv', 'ndjson', 'arrow'] as const;
export type SourceFormat = (typeof SOURCE_FORMATS)[number];

/** How text files are read, where the file itself does not say. All have a default. */
export interface TextOptions {
  /** The byte between cells: `,`, or what the header shows. */
  separator?: string;
  /** False: the first line is data and the columns are called column_1, column_2… */
  header?: boolean;
  quote?: string;
  /** Cells that stand for null besides the empty ones. */
  nulls?: readonly string[];
  /** Types by column name (`typeNamed`); the others are found by looking at every cell. */
  types?: Readonly<Record<string, string>>;
  encoding?: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'iso-8859-1';
}

/** Where the rows of a dataset come from. Plain data, so that it can be sent to a worker thread. */
export interface SourceSpec {
  /** Name of the dataset: an alias of the source in `query`. */
  name: string;
  /** Absolute path, folder, glob, file://, s3:// or https:// address. */
  uri: string;
  /** Told from the file names when left out. */
  format?: SourceFormat;
  /** SQL over the source, which is called `source`, `self`, `data` and by the dataset's name. */
  query?: string;
  options?: TextOptions;
  /** Credentials and endpoint of an object store (docs/SOURCES.md), from the configuration. */
  access?: Readonly<Record<string, string>>;
}

export interface OpenOptions {
  /** Private folder for what must be on disk for a while. */
  scratch: string;
  signal?: AbortSignal;
  /** Bytes of the source read so far, and all of them where that is known. */
  onProgress?: (done: number, total: number | undefined) => void;
  /** Where batches are cut; `PUBLISH_CUT` when left out. */
  cut?: Cut;
}

/** A source whose schema is known. `close` removes what was kept on disk. */
export interface OpenSource {
  schema: Schema;
  format: SourceFormat;
  /** What a person should know about how it was read; no values of the data. */
  notes: readonly string[];
  /** Reads all rows, cut into batches at places that depend on the rows alone. To be called once. */
  batches(): AsyncGenerator<Batch, void, undefined>;
  close(): Promise<void>;
}

/** Opens sources. The pipeline's engine implements it. */
export type SourceEngine = (spec: SourceSpec, options: OpenOptions) => Promise<OpenSource>;
