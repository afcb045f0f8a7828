import type { Command } from 'commander';
import type { Answer } from '../client.js';
import { readInput } from '../input.js';
import type { Parts, Run } from '../program.js';
import type { Session } from '../session.js';
import { bytes, count, list, plain } from '../text.js';
import { verdictLines } from '../verdict.js';

export function auditCommands(program: Command, run: Run, { verifyBundles }: Parts): void {
  const audit = program.command('audit').description('proof for someone who trusts neither side');
  audit
    .command('export')
    .description("write the auditor's bundle of the relation with one peer; no raw data")
    .requiredOption('--peer <peer>')
    .requiredOption('--out <file>', 'the .tar to write')
    .action(run(exportBundle));
  if (verifyBundles !== undefined)
    audit
      .command('verify')
      .description(
        'check one bundle, or those of both sides against each other; exit code 1 for faults; needs no gateway',
      )
      .argument('<file>', 'a bundle')
      .argument('[other]', "the other side's bundle of the same relation")
      .option('--policy <file>', 'trust anchors and witnesses to hold the bundles to')
      .action(
        run((session: Session, file: string, other: string | undefined, flags: { policy?: string }) =>
          verify(session, other === undefined ? [file] : [file, other], flags.policy, verifyBundles),
        ),
      );
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

async function verify(
  session: Session,
  files: readonly string[],
  policy: string | undefined,
  verifyBundles: NonNullable<Parts['verifyBundles']>,
) {
  const rules = policy === undefined ? undefined : readInput(session.path(policy));
  const found = await verifyBundles(
    files.map((file) => session.path(file)),
    rules,
  );
  const text = list([
    ['verdict', plain(found.verdict)],
    ['coverage', typeof found.coverage === 'string' ? plain(found.coverage) : JSON.stringify(found.coverage)],
  ]);
  return { json: found, text: `${verdictLines(found)}\n\n${text}`, exit: found.ok ? (0 as const) : (1 as const) };
}
