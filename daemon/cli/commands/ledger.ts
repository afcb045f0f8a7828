import type { Command } from 'commander';
import { loadConfig } from '../../config/index.js';
import { CounterfoilError } from '../../foundation/index.js';
import { Bar } from '../bar.js';
import type { Answer } from '../client.js';
import type { Parts, Run } from '../program.js';
import type { Session } from '../session.js';
import { count, list, plain, table } from '../text.js';
import { verdictLines } from '../verdict.js';

export function ledgerCommands(program: Command, run: Run, { verifyLedger }: Parts): void {
  const ledger = program.command('ledger').description('what this gateway has recorded');
  const withPeer = (command: Command) => command.option('--peer <peer>', 'the channel with this peer');
  withPeer(ledger.command('list').description('entries; of the master log unless --peer is given'))
    .option('--from <seq>', 'first sequence number')
    .option('--limit <n>', 'how many')
    .action(run(entries));
  withPeer(
    ledger.command('show').description('one entry, with the proof that it is in the tree').argument('<seq>'),
  ).action(run(show));
  withPeer(ledger.command('head').description('signed heads, and what peers have cosigned')).action(run(head));
  ledger
    .command('declare-restored')
    .description('declare that signed entries are lost for good after a restore; every peer has to acknowledge it')
    .action(run(declareRestored));
  ledger
    .command('rotate-key')
    .description('give this organisation another key, and tell the peers')
    .option('--revoke-old', 'the key before was lost or stolen: peers stop accepting it at once')
    .option('--reason <text>', 'for the ledger')
    .action(run(rotateKey));
  if (verifyLedger !== undefined)
    withPeer(
      ledger
        .command('verify')
        .description('recompute chains, trees and signatures, without a daemon; exit code 1 for faults'),
    ).action(run((session: Session, flags: { peer?: string }) => verify(session, flags, verifyLedger)));
}

interface ListFlags {
  peer?: string;
  from?: string;
  limit?: string;
}

async function entries(session: Session, flags: ListFlags) {
  const found = await session.admin.get<Answer<'ledger', 'list'>>('/v1/ledger/entries', { ...flags });
  const rows = found.entries.map((entry) => [
    String(entry.seq),
    entry.ts,
    entry.type,
    plain(entry.actor),
    entry.leaf.slice(0, 16),
  ]);
  const text = `${found.origin}, ${count(found.size)} entries\n\n${table(['seq', 'time', 'type', 'actor', 'leaf'], rows)}`;
  return { json: found, text };
}

async function show(session: Session, seq: string, flags: { peer?: string }) {
  if (!/^\d{1,16}$/.test(seq)) throw new CounterfoilError('usage', `${plain(seq)} is not a sequence number.`);
  const entry = await session.admin.get<Answer<'ledger', 'show'>>(`/v1/ledger/entries/${seq}`, { ...flags });
  const facts = list([
    ['log', entry.log],
    ['entry', entry.seq],
    ['time', entry.ts],
    ['type', entry.type],
    ['actor', plain(entry.actor)],
    ['leaf', entry.leaf],
    ['in tree', `of size ${entry.size}, root ${entry.root}, ${entry.proof.length} hashes of proof`],
  ]);
  return { json: entry, text: `${facts}\n\n${JSON.stringify(entry.entry, null, 2)}` };
}

async function head(session: Session, flags: { peer?: string }) {
  const found = await session.admin.get<Answer<'ledger', 'head'>>('/v1/ledger/head', { ...flags });
  const rows = found.logs.map((log) => [
    log.origin,
    count(log.size),
    log.root,
    log.cosigned === null ? 'by nobody' : `${log.cosigned.by} up to ${count(log.cosigned.size)}, ${log.cosigned.at}`,
  ]);
  return { json: found, text: table(['log', 'size', 'root', 'cosigned'], rows) };
}

async function verify(session: Session, flags: { peer?: string }, verifyLedger: NonNullable<Parts['verifyLedger']>) {
  const bar = new Bar(session.io);
  const config = loadConfig(session.home, session.io.env);
  const found = await verifyLedger(config, { ...flags, progress: (progress) => bar.update(progress) }).finally(() =>
    bar.clear(),
  );
  const logs = table(
    ['log', 'entries', 'root'],
    found.logs.map((log) => [log.origin, count(log.size), log.root]),
  );
  return { json: found, text: `${verdictLines(found)}\n\n${logs}`, exit: found.ok ? (0 as const) : (1 as const) };
}

async function declareRestored(session: Session) {
  const declared = await session.admin.post<Answer<'ledger', 'declareRestored'>>('/v1/ledger/declare-restored', {});
  const text = list([
    ['incarnation', declared.incarnation],
    ['declared by', `entry ${declared.seq} of the master log`],
    ['peers', declared.peers.join(', ')],
  ]);
  const note = '\nTell the operators of these peers; each has to run: counterfoil peer acknowledge-restore';
  return { json: declared, text, ...(declared.peers.length > 0 && { note }) };
}

async function rotateKey(session: Session, flags: { revokeOld?: boolean; reason?: string }) {
  const made = await session.admin.post<Answer<'ledger', 'rotateKey'>>('/v1/ledger/rotate-key', flags);
  const text = list([
    ['key', made.fingerprint],
    ['key before', `${made.previous}${made.revoked ? ' (revoked)' : ''}`],
    ['told', made.told.join(', ')],
    ['told when they are met', made.waiting.join(', ')],
    ['invites withdrawn', made.invites.join(', ')],
  ]);
  return { json: made, text, note: '\nBack up the folder keys/ now: the key before opens nothing any more.' };
}
