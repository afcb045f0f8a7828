import type { Command } from 'commander';
import type { Answer } from '../client.js';
import type { Run } from '../program.js';
import type { Session } from '../session.js';
import { count, plain, table } from '../text.js';

export function sampleCommand(dataset: Command, run: Run): void {
  dataset
    .command('sample')
    .description('write a synthetic table of the same shape into a Parquet file')
    .argument('<name>')
    .requiredOption('--out <file>', 'a new Parquet file')
    .option('--level <level>', 'contract (no data is read) or marginals (each column like that of the newest version)')
    .option('--rows <n>', 'how many (default: 1000)')
    .option('--seed <n>', 'another seed, other values; the same seed, the same ones')
    .action(run(sample));
}

interface Flags {
  out: string;
  level?: string;
  rows?: string;
  seed?: string;
}

async function sample(session: Session, name: string, { out, ...rest }: Flags) {
  const place = `/v1/datasets/${encodeURIComponent(name)}/sample`;
  const made = await session.long<Answer<'datasets', 'sample'>>(place, { ...rest, out: session.path(out) });
  const columns = made.columns.map((column) => [plain(column.name), column.type]);
  const text = `${count(made.rows)} invented rows in ${plain(made.file)}, level ${made.level}\n\n${table(['column', 'type'], columns)}`;
  return { json: made, text, note: `\n${made.note}` };
}
