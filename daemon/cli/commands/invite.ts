import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { CounterfoilError, LIMITS, writeFileAtomic } from '../../foundation/index.js';
import type { Answer } from '../client.js';
import { readInput } from '../input.js';
import type { Run } from '../program.js';
import type { Session } from '../session.js';
import { list, plain, table } from '../text.js';

export function inviteCommands(program: Command, run: Run): void {
  const invite = program.command('invite').description('meet another organisation');
  invite
    .command('create')
    .description('make a one-time invite to hand over')
    .option('--ttl <time>', 'how long it can be used, such as 24h (at most 7d)')
    .option('--for <org-id>', 'only this organisation may use it')
    .option('--key <fingerprint>', 'only the holder of this organisation key may use it')
    .option('--exchange', 'meet by exchanged texts, without an enrolment listener')
    .option('--out <file>', 'also write the text into a file')
    .action(run(create));
  invite
    .command('accept')
    .description('accept an invite, or the reply to one of ours')
    .argument('<text|file>', 'the text, a file that holds it, or - for standard input')
    .option('--exchange', 'do not dial the other side, but make a reply text')
    .option('--out <file>', 'also write the reply text into a file')
    .action(run(accept));
  invite.command('list').description('invites made here').action(run(all));
  invite.command('revoke').description('make an invite useless').argument('<id>').action(run(revoke));
}

interface CreateFlags {
  ttl?: string;
  for?: string;
  key?: string;
  exchange?: boolean;
  out?: string;
}

async function create(session: Session, { out, ...flags }: CreateFlags) {
  const made = await session.admin.post<Answer<'invites', 'create'>>('/v1/invites', flags);
  if (out !== undefined) writeFileAtomic(session.path(out), `${made.invite}\n`);
  return {
    json: made,
    text: made.invite,
    note: `\nUse it once, until ${made.expiresAt}. The other side runs: counterfoil invite accept TEXT`,
  };
}

async function accept(session: Session, given: string, flags: { exchange?: boolean; out?: string }) {
  const text = await inviteText(session, given);
  const body = { text, ...(flags.exchange === undefined ? {} : { exchange: flags.exchange }) };
  const peer = await session.admin.post<Answer<'invites', 'accept'>>('/v1/invites/accept', body);
  const { reply } = peer;
  if (flags.out !== undefined && reply !== undefined) writeFileAtomic(session.path(flags.out), `${reply}\n`);
  const shown = list([
    ['peer', `${peer.id} (${plain(peer.name)})`],
    ['state', peer.state],
    ['words', peer.words],
  ]);
  const compare = `Compare the six words with ${peer.id} by another way than this one, then both run: counterfoil peer confirm ID`;
  return reply === undefined
    ? { json: peer, text: shown, note: `\n${compare}` }
    : {
        json: peer,
        text: `${shown}\n\n${reply}`,
        note: '\nSend this reply back. The inviter runs: counterfoil invite accept TEXT',
      };
}

async function inviteText(session: Session, given: string): Promise<string> {
  if (/^\s*cf[ir]1/.test(given)) return given.trim();
  if (given === '-') return (await session.io.readStdin()).trim();
  if (existsSync(session.path(given))) return readInput(session.path(given), LIMITS.inviteBytes).trim();
  throw new CounterfoilError('invite.invalid', 'This is neither an invite nor the path of a file that holds one.');
}

const row = (one: Answer<'invites', 'revoke'>) => [
  one.id,
  one.state,
  one.expiresAt,
  one.for ?? 'anyone',
  one.usedBy ?? '',
];
const HEADS = ['id', 'state', 'expires', 'for', 'used by'];

async function all(session: Session) {
  const found = await session.admin.get<Answer<'invites', 'list'>>('/v1/invites');
  return { json: found, text: found.invites.length === 0 ? 'No invites.' : table(HEADS, found.invites.map(row)) };
}

async function revoke(session: Session, id: string) {
  const revoked = await session.admin.post<Answer<'invites', 'revoke'>>(`/v1/invites/${encodeURIComponent(id)}/revoke`);
  return { json: revoked, text: table(HEADS, [row(revoked)]) };
}
