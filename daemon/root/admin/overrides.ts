import type { Datasets, JudgedFinding, Profiles } from '../../catalog/index.js';
import type { AdminService } from '../../edge/index.js';

type Operations = Pick<AdminService['datasets'], 'overrides' | 'override' | 'withdrawOverride'>;

/** A person's word that a column is not the personal data that it looks like. */
export function overrideAdmin({ datasets, profiles }: { datasets: Datasets; profiles: Profiles }): Operations {
  const list = (name: string) => ({ dataset: name, overrides: profiles.overrides.list(name) });
  return {
    overrides: async ({ name }) => list(datasets.show(name).name),
    override: async ({ name, column, entity, reason }, { actor }) => {
      const dataset = datasets.show(name).name;
      await profiles.override({ dataset, column, entity }, reason, actor);
      return list(dataset);
    },
    withdrawOverride: async ({ name, column, entity }, { actor }) => {
      const dataset = datasets.show(name).name;
      await profiles.overrides.withdraw(dataset, column, entity, actor);
      return list(dataset);
    },
  };
}

export function findingReply({ column, entity, verdict, confidence, evidence, override }: JudgedFinding) {
  const said = override === undefined ? null : { by: override.by, at: override.at, reason: override.reason };
  return { column, entity, verdict, confidence, evidence, override: said };
}
