import type { Command } from 'commander';
import type { Answer } from '../client.js';
import type { Run } from '../program.js';
import type { Session } from '../session.js';
import { bytes, count, list } from '../text.js';

export function auditCommands(program: Command, run: Run): void {
  const audit = program.command('audit').description('proof for someone who trusts neither side');
  audit
    .command('export')
    .description("write the auditor's bundle of the relation with one peer; no raw data")
    .requiredOption('--peer <peer>')
    .requiredOption('--out <file>', 'the .tar to write')
    .action(run(exportBundle));
}

async function exportBundle(session: Session, flags: { peer: string; out: string }) {
  const body = { peer: flags.peer, out: session.path(flags.out) };
  const made = await session.long<Answer<'audit', 'export'>>('/v1/audit/export', body);
  const text = list([
    ['file', made.file],
    ['entries', count(made.entries)],
    ['size', bytes(made.bytes)],
    ['sha-256', made.sha256],
  ]);
  return { json: made, text, note: '\nAnyone can check it: counterfoil audit verify FILE [FILE OF THE OTHER SIDE]' };
}
