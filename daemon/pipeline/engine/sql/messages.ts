/** What the process that runs a query is asked, and what it answers. */
export interface QueryRequest {
  /** Parquet files that make up the source, in order. */
  files: readonly string[];
  /** Names that the source has in the query. */
  names: readonly string[];
  query: string;
  /** Where the rows go, as an Arrow IPC file. */
  target: string;
  /** Filters are applied while reading. Faster, but a fault in the filter then ends the process without a word. */
  pushdown: boolean;
  /** Only how many rows there are is asked for: one row, one column. */
  count?: boolean;
  /** Memory that the process may take. */
  mostBytes?: number;
}

export type QueryAnswer = { ok: true } | { ok: false; phase: 'plan' | 'run'; message: string };
