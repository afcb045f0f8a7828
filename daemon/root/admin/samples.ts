import type { Datasets, PersonalFinding, Profiles, Versions } from '../../catalog/index.js';
import type { AdminService } from '../../edge/index.js';
import { CounterfoilError, LIMITS } from '../../foundation/index.js';
import { type Jobs, SAMPLE_NOTE } from '../../pipeline/index.js';
import type { WorkerJobs } from '../worker.js';

interface Parts {
  datasets: Datasets;
  versions: Versions;
  profiles: Profiles;
  jobs: Jobs<WorkerJobs>;
}

/** Synthetic tables, for who is to try out what it will do with the data before anybody has signed. */
export function sampleAdmin({ datasets, versions, profiles, jobs }: Parts): Pick<AdminService['datasets'], 'sample'> {
  return {
    sample: async ({ name, out, level, rows, seed }, { signal }) => {
      const dataset = datasets.show(name).name;
      const contract = datasets.contract(dataset);
      const newest = versions.latest(dataset);
      const fields = newest?.manifest.schema.fields;
      const cells = rows * Math.max(1, fields?.length ?? contract?.columns.length ?? 0);
      if (cells > LIMITS.sampleCells)
        throw new CounterfoilError(
          'limit.exceeded',
          `A sample has at most ${LIMITS.sampleCells} cells; this is ${cells}.`,
          {
            hint: 'Ask for fewer rows.',
          },
        );
      const shared = { level, rows, seed, out, rules: contract?.rules ?? [], ...(fields && { fields }) };
      const about = { 'counterfoil.dataset': dataset, ...(contract && { 'counterfoil.contract': contract.digest }) };
      const learn = level === 'marginals' ? await learning(dataset) : undefined;
      const made = await jobs.run('sample', { ...shared, about, ...(learn && { learn }) }, { signal });
      return { ...made, ...{ dataset, level, seed, file: out, note: SAMPLE_NOTE }, version: learn?.version.id ?? null };
    },
  };

  async function learning(dataset: string) {
    const newest = versions.latest(dataset);
    if (newest === undefined)
      throw new CounterfoilError(
        'version.not_found',
        `Nothing of ${dataset} is published, so nothing can be learnt of it.`,
        {
          hint: 'Publish it first, or ask for the level "contract", which reads no data.',
        },
      );
    const { columns } = await profiles.profile(dataset);
    const known = Object.fromEntries(
      columns.map(({ name, distinct, personal: [found] }) => [name, { distinct, ...invented(found) }]),
    );
    return { version: versions.access(newest.id), known };
  }
}

/** A column that only contains some is no column of them. */
const invented = (found: PersonalFinding | undefined): { personal?: string } =>
  found === undefined ? {} : { personal: found.verdict === 'is' ? found.entity : 'text' };
