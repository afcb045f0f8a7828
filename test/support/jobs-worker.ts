import { CounterfoilError } from '../../daemon/foundation/index.js';
import { type JobContext, runTask, type Task } from '../../daemon/pipeline/jobs/index.js';

/** Jobs that do nothing useful, to test the pool with. */
const jobs = {
  add: async ({ a, b }: { a: number; b: number }) => a + b,
  double: async (_: object, { input, emit }: JobContext) => {
    let count = 0;
    for await (const item of input) {
      await emit({ item: (item as number) * 2 });
      count++;
    }
    return count;
  },
  count: async ({ to }: { to: number }, { emit }: JobContext) => {
    for (let i = 0; i < to; i++) await emit({ item: i });
    return to;
  },
  fail: async ({ code }: { code?: 'checks.failed' }) => {
    throw code === undefined ? new Error('secret 4711') : new CounterfoilError(code, 'It failed.');
  },
  wait: async (_: object, { input }: JobContext) => {
    for await (const _item of input);
  },
  die: async (_: object) => process.exit(1),
};

export type TestJobs = typeof jobs;

export const run = (task: Task) => runTask(jobs, task);
