import type { Bench } from './bench.js';
import { flightsFile, tableFile } from './data/files.js';
import { FLIGHTS_RULES, TABLE_RULES } from './data/rules.js';
import { fullJob, type Job, withGateways } from './gateways.js';
import type { Settings } from './settings.js';
import { type CsvJob, csvSftpJob } from './sftp.js';

/** Runs before the one that counts warm up what a long-running gateway has loaded and compiled. */
const WARM_ROWS = 500_000;

interface Both {
  job: Job;
  unchecked: Job;
  csv: CsvJob;
}

/**
 * The full job, Parquet file in → checks → transfer → checks → Parquet file out, beside the same table as CSV over SFTP,
 * which checks nothing; and beside itself without the checks.
 */
export function jobBenches(settings: Settings): Bench[] {
  return (['table', 'flights'] as const).flatMap((data) => {
    let both: Promise<Both> | undefined;
    const measured = () => {
      both ??= measure(settings, data);
      return both;
    };
    const end = data === 'table' ? '' : '-flights';
    const bench = (
      name: string,
      unit: string,
      figure: (both: Both) => { value: number; baseline?: number },
    ): Bench => ({
      ...{ name: `${name}${end}`, unit },
      run: async () => figure(await measured()),
    });
    return [
      bench('full-job/csv-sftp', 'MB/s', ({ job, csv }) => ({
        value: job.bytes / 1e6 / job.total.seconds,
        baseline: job.bytes / 1e6 / csv.total.seconds,
      })),
      bench('full-job/csv-sftp-cpu', 'MB/cpu-s', ({ job, csv }) => ({
        value: job.bytes / 1e6 / job.total.cpu,
        baseline: job.bytes / 1e6 / csv.total.cpu,
      })),
      bench('full-job/rows', 'rows/s', ({ job }) => ({ value: job.rows / job.total.seconds })),
      bench('full-job/publish', 'cpu-s', ({ job }) => ({ value: job.publish.cpu, baseline: job.total.cpu })),
      bench('full-job/peak', 'MB', ({ job }) => ({ value: job.peak / 1e6 })),
      bench('checks/full-job', 's', ({ job, unchecked }) => ({
        value: Math.max(0, job.total.seconds - unchecked.total.seconds),
        baseline: job.total.seconds,
      })),
      bench('checks/full-job-cpu', 'cpu-s', ({ job, unchecked }) => ({
        value: Math.max(0, job.total.cpu - unchecked.total.cpu),
        baseline: job.total.cpu,
      })),
    ];
  });
}

async function measure({ folder, rows }: Settings, data: 'table' | 'flights'): Promise<Both> {
  const source = data === 'table' ? await tableFile(folder, rows) : flightsFile();
  const rules = data === 'table' ? TABLE_RULES : FLIGHTS_RULES;
  const warm = await tableFile(folder, Math.min(rows, WARM_ROWS));
  const jobs = await withGateways(folder, async (pair) => {
    await fullJob(pair, { source: warm, rules: TABLE_RULES });
    const unchecked = await fullJob(pair, { source });
    return { unchecked, job: await fullJob(pair, { source, rules }) };
  });
  return { ...jobs, csv: await csvSftpJob(folder, source) };
}
