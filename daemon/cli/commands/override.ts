import type { Command } from 'commander';
import type { Answer } from '../client.js';
import type { Run } from '../program.js';
import type { Session } from '../session.js';
import { plain, table } from '../text.js';

export function overrideCommand(dataset: Command, run: Run): void {
  dataset
    .command('override')
    .description('say that a column is not the personal data that it looks like; without a column: list what was said')
    .argument('<name>')
    .argument('[column]', 'as the profile calls it')
    .option('--entity <kind>', 'one of the kinds it looks like (default: all of them)')
    .option('--reason <text>', 'why; goes into the ledger with your name')
    .option('--withdraw', 'take it back')
    .action(run(override));
}

interface Flags {
  entity?: string;
  reason?: string;
  withdraw?: true;
}

type Overrides = Answer<'datasets', 'overrides'>;

async function override(session: Session, name: string, column: string | undefined, flags: Flags) {
  const place = `/v1/datasets/${encodeURIComponent(name)}/overrides`;
  if (column === undefined) return shown(await session.admin.get<Overrides>(place));
  const { withdraw, reason = '', ...which } = flags;
  const said =
    withdraw === true
      ? session.admin.post<Overrides>(`${place}/withdraw`, { column, ...which })
      : session.long<Overrides>(place, { column, reason, ...which });
  return shown(await said);
}

function shown(said: Overrides) {
  const rows = said.overrides.map(({ column, verdict, entity, by, at, reason }) => [
    ...[plain(column), `${verdict} ${entity}`, plain(by), at, plain(reason)],
  ]);
  const text = rows.length === 0 ? 'Nothing is overridden.' : table(['column', 'not', 'by', 'at', 'reason'], rows);
  return { json: said, text };
}

type Finding = Answer<'datasets', 'profile'>['columns'][number]['personal'][number];

/** A finding in a word. */
export const personalText = ({ verdict, entity, confidence, override: said }: Finding): string =>
  `${verdict} ${entity} (${Math.round(confidence * 100)} %${said === null ? '' : ', overridden'})`;

/** Why, and who says otherwise. */
export const whyText = ({ column, verdict, entity, evidence, override: said }: Finding): string =>
  `  ${plain(column)} ${verdict} ${entity}: ${evidence}${said === null ? '' : `\n    overridden by ${plain(said.by)}: ${plain(said.reason)}`}`;
