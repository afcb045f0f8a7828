import type { Agreements } from '../../agreement/index.js';
import type { AdminService } from '../../edge/index.js';
import { CounterfoilError } from '../../foundation/index.js';
import { type LandingSettings, type Landings, mustCarry } from '../../pipeline/index.js';

/** How what comes under an agreement is written: the consumer's to see and to choose. */
export function landingAdmin(
  agreements: Agreements,
  landings: Landings,
): Pick<AdminService['agreements'], 'landing' | 'setLanding'> {
  const found = (idOrPrefix: string) => {
    const { id, peer, dataset, role, schema } = agreements.show(idOrPrefix);
    if (role === 'consumer') return { under: { agreement: id, peer, dataset }, schema };
    throw new CounterfoilError(
      'agreement.state',
      'This gateway is the provider under that agreement: nothing lands here.',
      {
        hint: 'How it is written is for the consumer to choose.',
      },
    );
  };
  const reply = (id: string, settings: LandingSettings) => {
    const { format, compression, rowGroupRows, partitionBy } = settings;
    const parquet = format === 'parquet' ? { compression, rowGroupRows } : { compression: null, rowGroupRows: null };
    return { id, format, ...parquet, partitionBy: [...partitionBy], chosen: landings.chosen(id) !== undefined };
  };
  return {
    landing: async ({ id }) => {
      const { under } = found(id);
      return reply(under.agreement, landings.of(under));
    },
    setLanding: async ({ id, ...choice }) => {
      const { under, schema } = found(id);
      const given = Object.entries(choice).filter(([, value]) => value !== undefined);
      const chosen = given.length === 0 ? undefined : (Object.fromEntries(given) as Partial<LandingSettings>);
      if (chosen !== undefined) mustCarry(schema, landings.with(under, chosen));
      landings.choose(under.agreement, chosen);
      return reply(under.agreement, landings.of(under));
    },
  };
}
