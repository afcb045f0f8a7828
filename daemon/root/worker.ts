import {
  type CompareParams,
  compareVersions,
  type IdentifyParams,
  identifyFile,
  type ProfileParams,
  profileTable,
  type SourceSpec,
  type WriteParams,
  writeVersion,
} from '../catalog/index.js';
import { type VerifyOptions, verifyLedger } from '../ledger/index.js';
import {
  custodyJobs,
  firstRows,
  type JobContext,
  openFolder,
  openSource,
  receiveJobs,
  runTask,
  sampleJobs,
  sendJobs,
  type Task,
} from '../pipeline/index.js';

/** Everything that runs in worker threads, by name. */
const jobs = {
  publish: (params: WriteParams, context: JobContext) => writeVersion(params, openSource, hooksOf(context)),
  describe: async (params: { spec: SourceSpec; scratch: string; rows: number }, context: JobContext) => {
    const { spec, scratch } = params;
    const source = await openSource(spec, { scratch, ...hooksOf(context) });
    try {
      const { format, notes, schema } = source;
      const rows = await firstRows(schema, source.batches(), params.rows);
      return { format: format as string, notes: [...notes], fields: schema.fields, rows };
    } finally {
      await source.close();
    }
  },
  compare: async (params: CompareParams, { signal }: JobContext) => compareVersions(params, signal),
  profile: (params: ProfileParams, context: JobContext) => profileTable(params, openSource, hooksOf(context)),
  identify: (params: IdentifyParams, context: JobContext) => identifyFile(params, openSource, hooksOf(context)),
  verifyLedger: async (params: VerifyOptions) => verifyLedger(params),
  openFolder,
  ...sendJobs,
  ...receiveJobs,
  ...custodyJobs,
  ...sampleJobs,
};

export type WorkerJobs = typeof jobs;

/** The entry that the pool calls in each thread. */
export const run = (task: Task) => runTask(jobs, task);

/** How far a job is, of how much; undefined where that cannot be known. */
export interface Done {
  done: number;
  total: number | undefined;
}

/** Tells how far a job is. What the main thread has not taken yet is not piled up: the next word replaces it. */
function hooksOf({ signal, emit }: JobContext) {
  let waiting = false;
  const onProgress = (done: number, total: number | undefined) => {
    if (waiting) return;
    waiting = true;
    emit({ item: { done, total } satisfies Done }).then(
      () => {
        waiting = false;
      },
      () => undefined, // the main thread has gone; the signal says so too
    );
  };
  return { signal, onProgress };
}
