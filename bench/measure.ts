/** What a piece of work took. */
export interface Cost {
  /** Wall clock. */
  seconds: number;
  /** Processor time, user and system, all threads: what a busy machine changes least. */
  cpu: number;
  /** The part of it that the kernel took, where it is known. */
  system?: number;
}

/** Runs work of this process and gives its result and cost. */
export async function costOf<T>(work: () => Promise<T>): Promise<[T, Cost]> {
  const before = process.cpuUsage();
  const begun = performance.now();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [result, { seconds: (performance.now() - begun) / 1000, cpu: (user + system) / 1e6, system: system / 1e6 }];
}
