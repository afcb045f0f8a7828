import type { Command } from 'commander';
import type { Answer } from '../client.js';
import type { Run } from '../program.js';
import type { Session } from '../session.js';
import { count, list, plain } from '../text.js';

export function dataCommands(program: Command, run: Run): void {
  program
    .command('decrypt')
    .description('open the sealed columns of landed data into a new folder; only the holder of the key can')
    .argument('<folder>', 'what "transfer show" calls landed')
    .requiredOption('--out <folder>', 'a new folder')
    .action(run(decrypt));
}

async function decrypt(session: Session, folder: string, { out }: { out: string }) {
  const body = { folder: session.path(folder), out: session.path(out) };
  const opened = await session.long<Answer<'data', 'decrypt'>>('/v1/decrypt', body);
  const text = list([
    ['opened', opened.columns.map(plain).join(', ')],
    ['rows', count(opened.rows)],
    ['in', plain(opened.out)],
  ]);
  return { json: opened, text };
}
