import type { Command } from 'commander';
import { type Config, loadConfig } from '../../config/index.js';
import { CounterfoilError } from '../../foundation/index.js';
import type { Answer } from '../client.js';
import { type Finding, fault, warning } from '../doctor/finding.js';
import { homeFindings, portFindings } from '../doctor/offline.js';
import type { Run } from '../program.js';
import type { Session } from '../session.js';
import { sentence } from '../text.js';

export function doctorCommand(program: Command, run: Run): void {
  program
    .command('doctor')
    .description('look for what is wrong, and say what to do; exit code 1 when something is')
    .option('--peer <peer>', 'try to reach this peer too')
    .action(run(doctor));
}

async function doctor(session: Session, flags: { peer?: string }) {
  const findings = await allFindings(session, flags.peer);
  const ok = findings.every(({ level }) => level !== 'fault');
  const lines = findings.map(
    ({ level, area, message, hint }) =>
      `${level.padEnd(7)}  ${area.padEnd(6)}  ${sentence(message)}${hint === undefined ? '' : `\n${' '.repeat(17)}${hint}`}`,
  );
  return { json: { ok, findings }, text: lines.join('\n'), exit: ok ? (0 as const) : (1 as const) };
}

async function allFindings(session: Session, peer: string | undefined): Promise<Finding[]> {
  let config: Config;
  try {
    config = loadConfig(session.home, session.io.env);
  } catch (error) {
    const known = CounterfoilError.from(error);
    if (known.code === 'usage' || known.code === 'config.missing') throw known;
    return [fault('config', known)];
  }
  const here = homeFindings(config);
  try {
    const query = peer === undefined ? {} : { peer };
    const { findings } = await session.admin.get<Answer<'gateway', 'doctor'>>('/v1/doctor', query);
    return [...here, ...findings];
  } catch (error) {
    const known = CounterfoilError.from(error);
    // Whether a peer can be reached is for the daemon to say: without it there is no answer.
    if (peer !== undefined || known.code !== 'daemon.unreachable') throw known;
    return [...here, warning('home', known.message, known.hint), ...(await portFindings(config))];
  }
}
