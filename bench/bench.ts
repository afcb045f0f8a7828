/** One figure. `baseline` is what it is to be compared with, in the same unit, measured on the same machine in the same run. */
export interface Figure {
  value: number;
  baseline?: number;
}

export interface Bench {
  /** `<suite>/<what>` */
  name: string;
  unit: string;
  run(): Promise<Figure> | Figure;
}

export interface Result {
  name: string;
  value: number;
  unit: string;
  baseline: number | null;
  /** value / baseline */
  ratio: number | null;
}

/** Runs the benches whose name, or whose suite, is asked for; all when none is. */
export async function runBenches(
  benches: readonly Bench[],
  only: readonly string[],
  tell: (result: Result) => void,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const { name, unit, run } of benches) {
    if (only.length > 0 && !only.some((wanted) => name === wanted || name.startsWith(`${wanted}/`))) continue;
    const { value, baseline } = await run();
    const result = {
      name,
      value,
      unit,
      baseline: baseline ?? null,
      ratio: baseline === undefined ? null : value / baseline,
    };
    tell(result);
    results.push(result);
  }
  return results;
}
