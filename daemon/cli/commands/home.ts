import type { Command } from 'commander';
import { initHome, loadConfig, undoInit } from '../../config/index.js';
import { CounterfoilError, orgId, systemClock } from '../../foundation/index.js';
import type { Answer } from '../client.js';
import type { Parts, Result, Run, RunningGateway } from '../program.js';
import type { Session } from '../session.js';
import { list, plain } from '../text.js';

interface InitFlags {
  id: string;
  org: string;
  listen?: string;
  enrol?: string;
  advertise?: string;
  admin?: string;
}

/** Making, starting and asking after one gateway. */
export function homeCommands(program: Command, run: Run, parts: Parts): void {
  program
    .command('init')
    .description('make a gateway: its home folder, its config and its keys')
    .requiredOption('--id <id>', 'id of the organisation, such as acme.example')
    .requiredOption('--org <name>', 'name of the organisation')
    .option(
      '--listen <host:port>',
      'where peers connect; "none" for a gateway that cannot be dialled (default: 0.0.0.0:7443)',
    )
    .option('--enrol <host:port>', 'where invited organisations enrol (default: the port after --listen)')
    .option('--advertise <host>', 'name or address under which peers reach this gateway')
    .option('--admin <host:port>', 'the admin API (default: 127.0.0.1, two ports after --listen)')
    .action(run(init));

  const { startGateway } = parts;
  if (startGateway !== undefined)
    program
      .command('start')
      .description('run the gateway in the foreground; SIGTERM or Ctrl-C stops it cleanly')
      .option('--restore', 'also on an older copy of the ledger; peers are asked to give back what they hold')
      .action(
        run((session: Session, flags: { restore?: boolean }) =>
          start(session, (home) => startGateway(home, flags), parts.nextSignal),
        ),
      );

  const { demo } = parts;
  if (demo !== undefined)
    program
      .command('demo')
      .description('watch two organisations meet, exchange data and audit each other, on this machine')
      .option('--dir <dir>', 'where to make the gateways (default: a temporary folder)')
      .option('--keep', 'leave the gateways running and say how to look at them')
      .action(run((session: Session, flags: { dir?: string; keep?: boolean }) => tell(session, flags, demo)));

  program.command('status').description('who this gateway is, and what is under way').action(run(status));
}

async function init(session: Session, flags: InitFlags) {
  const paths = initHome(session.home, flags);
  try {
    const config = loadConfig(paths.root, session.io.env);
    const hosts = config.advertise === null ? [] : [config.advertise.host];
    // Loaded when it is needed: every other command starts quicker without it.
    const { Identity } = await import('../../identity/index.js');
    const identity = await Identity.create({ home: paths.root, id: orgId(flags.id), hosts, clock: systemClock });
    const { fingerprint } = identity;
    identity.close();
    return {
      json: { id: flags.id, org: flags.org, home: paths.root, fingerprint, config: paths.config },
      text: list([
        ['gateway', flags.id],
        ['home', paths.root],
        ['key', fingerprint],
      ]),
      note: `\nNext: counterfoil start --home ${paths.root}`,
    };
  } catch (error) {
    undoInit(paths);
    throw error;
  }
}

/** Runs until it is told to stop. A second signal does not wait for what is under way. */
async function start(
  session: Session,
  startGateway: (home: string) => Promise<RunningGateway>,
  nextSignal: Parts['nextSignal'],
): Promise<Result> {
  const gateway = await startGateway(session.home);
  const { json, io } = session;
  const { started, firstToken } = gateway;
  if (json) io.out(`${JSON.stringify(started)}\n`);
  else
    io.err(`Gateway ${started.id} runs. Admin page and API: ${started.page ?? started.admin}. Stop it with Ctrl-C.\n`);
  // Behind the #, which browsers keep to themselves.
  if (firstToken !== undefined && !json)
    io.err(`It has no users yet. Open this once to make the first administrator: ${started.page}setup#${firstToken}\n`);

  const signal = await nextSignal();
  if (!json) io.err(`${signal}: stopping. Again to stop at once.\n`);
  const forced = nextSignal().then(() => {
    throw new CounterfoilError('cancelled', 'The gateway was stopped at once.', {
      hint: 'What was under way is taken up again at the next start.',
    });
  });
  await Promise.race([gateway.stop(), forced]);
  return undefined;
}

async function status(session: Session) {
  const state = await session.admin.get<Answer<'gateway', 'status'>>('/v1/status');
  const text = list([
    ['gateway', `${state.id} (${plain(state.org)})`],
    ['ready', state.ready ? 'yes' : `no: ${state.reasons.map(({ message }) => message).join(' ')}`],
    ...state.warnings.map(({ message }): [string, string] => ['warning', message]),
    ['key', state.fingerprint],
    ['home', state.home],
    ['running since', state.startedAt],
    ['peers connect to', state.listen.peer ?? 'cannot be dialled'],
    ['enrolment', state.listen.enrolment ?? 'closed: no invite is outstanding'],
    ['admin API', state.listen.admin],
    ['peers', state.peers.map((peer) => `${peer.id} (${peer.state}${peer.connected ? ', connected' : ''})`).join(', ')],
    ['transfers', state.transfers.map((one) => `${one.id} (${one.state})`).join(', ')],
  ]);
  return { json: state, text };
}

/** The story for a person; the document alone on stdout for a program. */
async function tell(session: Session, flags: { dir?: string; keep?: boolean }, demo: NonNullable<Parts['demo']>) {
  const { io, json } = session;
  const say = (text: string) => (json ? io.err(`${text}\n`) : io.out(`${text}\n`));
  const dir = flags.dir === undefined ? {} : { dir: session.path(flags.dir) };
  const result = await demo({ ...dir, keep: flags.keep ?? false, say });
  if (json) io.out(`${JSON.stringify(result)}\n`);
  return result.ok ? 0 : 1;
}
