import type { Command } from 'commander';
import { CounterfoilError } from '../../foundation/index.js';
import type { Answer } from '../client.js';
import type { Run } from '../program.js';
import type { Session } from '../session.js';
import { bytes, list, plain, table } from '../text.js';

type Peer = Answer<'peers', 'show'>;

export function peerCommands(program: Command, run: Run): void {
  const peer = program.command('peer').description('organisations that this gateway knows');
  peer.command('list').description('all peers').action(run(all));
  peer.command('show').description('one peer').argument('<peer>').action(run(show));
  peer
    .command('confirm')
    .description('confirm that both sides see the same six words')
    .argument('<peer>')
    .option('--words <words>', 'the six words that the other side reads out; without it, you are asked')
    .action(run(confirm));
  peer
    .command('acknowledge-restore')
    .description('accept that a peer restored an older ledger and goes on from there')
    .argument('<peer>')
    .action(
      run(async (session: Session, id: string) =>
        shown(await session.admin.post<Peer>(`${path(id)}/acknowledge-restore`, {})),
      ),
    );
  const changes = {
    suspend: 'stop exchanging for now; ends streams under way',
    resume: 'go on after a suspension',
    revoke: 'end the relation for good; ends streams under way',
  };
  for (const [change, description] of Object.entries(changes)) {
    peer
      .command(change)
      .description(description)
      .argument('<peer>')
      .option('--reason <text>', 'for the ledger and the other side')
      .action(
        run(async (session: Session, id: string, flags: { reason?: string }) =>
          shown(await session.admin.post<Peer>(`${path(id)}/${change}`, flags)),
        ),
      );
  }
}

const path = (id: string): string => `/v1/peers/${encodeURIComponent(id)}`;

async function all(session: Session) {
  const found = await session.admin.get<Answer<'peers', 'list'>>('/v1/peers');
  const rows = found.peers.map((one) => [
    one.id,
    plain(one.name),
    one.state,
    one.connected ? 'yes' : 'no',
    one.lastSeenAt ?? 'never',
    one.words ?? '',
  ]);
  const text =
    rows.length === 0 ? 'No peers yet.' : table(['id', 'name', 'state', 'connected', 'last seen', 'words'], rows);
  return { json: found, text, ...(rows.length === 0 && { note: '\nMeet one: counterfoil invite create' }) };
}

async function show(session: Session, id: string) {
  return shown(await session.admin.get<Peer>(path(id)));
}

async function confirm(session: Session, id: string, flags: { words?: string }) {
  const words = flags.words ?? (await askedWords(session, id));
  return shown(await session.admin.post<Peer>(`${path(id)}/confirm`, { words }));
}

/** Shows the words and takes a yes for them; the comparing is the person's part. */
async function askedWords(session: Session, id: string): Promise<string> {
  const { io } = session;
  if (!io.terminal.in || session.json)
    throw new CounterfoilError('usage', 'The six words are missing.', {
      hint: `Compare them with the other side, then: counterfoil peer confirm ${id} --words "w1 w2 w3 w4 w5 w6"`,
    });
  const { words, name } = await session.admin.get<Peer>(path(id));
  if (words === null)
    throw new CounterfoilError('peer.state', `The six words with ${id} are not known yet.`, {
      hint: 'They are, once the reply text was accepted and both gateways have met.',
    });
  io.err(
    `\n  ${words}\n\nDoes ${plain(name)} (${id}) see these six words, in this order? Ask by telephone or in person.\n`,
  );
  const answer = await io.ask('Type yes if they are the same: ');
  if (answer.trim().toLowerCase() === 'yes') return words;
  throw new CounterfoilError('cancelled', 'Not confirmed.', {
    hint: `If the words differ, someone may be in between: counterfoil peer revoke ${id}`,
  });
}

function shown(peer: Peer) {
  const text = list([
    ['peer', `${peer.id} (${plain(peer.name)})`],
    ['state', peer.stateBy === null ? peer.state : `${peer.state} by ${peer.stateBy}`],
    ['reason', peer.stateReason === null ? null : plain(peer.stateReason)],
    ['words', peer.words],
    ['confirmed', `${peer.confirmedHere ? 'here' : 'not here'}, ${peer.confirmedThere ? 'there' : 'not there'}`],
    ['key', peer.fingerprint],
    ['key before', peer.formerFingerprint],
    ['address', peer.endpoint ?? 'cannot be dialled'],
    ...paceLines(peer.pace),
    ['connected', peer.connected ? 'yes' : `no; last seen ${peer.lastSeenAt ?? 'never'}`],
    ['ledger', peer.restored ? 'restored from an older copy; waits for "peer acknowledge-restore"' : null],
    ...peer.evidence.map(({ kind, at, file }): [string, string] => ['evidence', `${kind} of ${at}: ${file}`]),
  ]);
  return { json: peer, text };
}

/** What is set for the peer; nothing where it is as for all. */
function paceLines(pace: Answer<'peers', 'show'>['pace']): [string, string | null][] {
  const rate = (perSecond: number | null) => (perSecond === null ? null : `${bytes(perSecond)}/s at most`);
  return [
    ['data streams', `${pace.streams} at most, each way; ${pace.sending} out, ${pace.receiving} in`],
    ['sends', rate(pace.sendBytesPerSecond)],
    ['receives', rate(pace.receiveBytesPerSecond)],
    ['time windows', pace.windows.length === 0 ? null : pace.windows.map(plain).join('; ')],
    ['waits until', pace.waitsUntil],
  ];
}
