/** One measured figure. `ratio` is how it compares with the baseline: 1 or more is as good or better. */
export interface Result {
  name: string;
  value: number;
  unit: string;
  baseline: number;
  ratio: number;
}

export interface BenchOptions {
  seed?: number;
  /** What a person may want to see while it runs; goes to stderr. */
  log?: (...lines: string[]) => void;
}
