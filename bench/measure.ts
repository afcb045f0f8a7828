import { readFileSync, writeFileSync } from 'node:fs';

/** What a piece of work took. */
export interface Cost {
  /** Wall clock. */
  seconds: number;
  /** Processor time, user and system, all threads: what a busy machine changes least. */
  cpu: number;
  /** The part of it that the kernel took, where it is known. */
  system?: number;
}

const TICKS = 100; // USER_HZ of every Linux that Node runs on

/** Runs work of this process and gives its result and cost. */
export async function costOf<T>(work: () => Promise<T>): Promise<[T, Cost]> {
  const before = process.cpuUsage();
  const begun = performance.now();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [result, { seconds: (performance.now() - begun) / 1000, cpu: (user + system) / 1e6, system: system / 1e6 }];
}

/** Processor seconds that a process and the children it has waited for have used. */
export function cpuOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS;
}

/** The most memory that a process has held at once since `forgetPeak`, in bytes. */
export function peakOf(pid: number): number {
  const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  return Number(found?.[1]) * 1024;
}

export const forgetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5');

/** Wall clock and processor time of other processes while some work runs. */
export async function costAcross<T>(pids: readonly number[], work: () => Promise<T>): Promise<[T, Cost]> {
  const used = () => pids.reduce((sum, pid) => sum + cpuOf(pid), 0);
  const before = used();
  const begun = performance.now();
  const result = await work();
  return [result, { seconds: (performance.now() - begun) / 1000, cpu: used() - before }];
}
