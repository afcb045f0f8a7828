import { type Command, Option } from 'commander';
import { writeFileAtomic } from '../../foundation/index.js';
import { Bar } from '../bar.js';
import type { Answer } from '../client.js';
import type { Run } from '../program.js';
import { reportTable } from '../report.js';
import type { Outcome, Session } from '../session.js';
import { bytes, count, list, plain, sentence, table } from '../text.js';

type Transfer = Answer<'transfers', 'start'>;

export function transferCommands(program: Command, run: Run): void {
  const transfer = program.command('transfer').description('versions on their way to peers, and from them');
  transfer
    .command('start')
    .description('send (or fetch) a version under an agreement; either side may')
    .argument('<agreement>')
    .option('--version <version>', 'default: the newest')
    .option('--wait', 'follow it to its end; exit code 1 when it does not land')
    .action(run(start));
  transfer.command('list').description('all transfers').action(run(all));
  transfer.command('show').description('one transfer, with its check reports').argument('<id>').action(run(show));
  transfer
    .command('watch')
    .description('follow one to its end; exit code 1 when it does not land')
    .argument('<id>')
    .action(run(watch));
  transfer
    .command('report')
    .description('what both sides checked: signed statements, for build servers, or a page to read')
    .argument('<id>')
    .addOption(new Option('--format <format>').choices(['json', 'junit', 'html']).default('json'))
    .option('--out <file>', 'write it there (default: print it)')
    .action(run(report));
  transfer
    .command('cancel')
    .description('stop it on both sides; nothing lands')
    .argument('<id>')
    .option('--reason <text>', 'for the ledger and the other side')
    .action(run(cancel));
  transfer
    .command('delete')
    .description('delete what landed, before its time, and sign so to the provider')
    .argument('<id>')
    .option('--reason <text>', 'for the ledger and the other side')
    .action(run(remove));
  transfer.command('resume').description('go on from the last acknowledged batch').argument('<id>').action(run(resume));
}

const path = (id: string): string => `/v1/transfers/${encodeURIComponent(id)}`;

async function start(
  session: Session,
  agreement: string,
  flags: { version?: string; wait?: boolean },
): Promise<Outcome> {
  const body = { agreement, ...(flags.version === undefined ? {} : { version: flags.version }) };
  const started = await session.admin.post<Transfer>('/v1/transfers', body);
  if (flags.wait) return ended(await follow(session, started.id, () => undefined));
  return { ...shown(started), note: `\nFollow it: counterfoil transfer watch ${started.id}` };
}

/** With --json a line at every change, and nothing more. */
async function watch(session: Session, id: string): Promise<Outcome | number> {
  const line = (now: Transfer) => session.json && session.io.out(`${JSON.stringify(now)}\n`);
  const outcome = ended(await follow(session, id, line));
  return session.json ? (outcome.exit ?? 0) : outcome;
}

async function follow(session: Session, id: string, told: (now: Transfer) => void): Promise<Transfer | undefined> {
  const bar = new Bar(session.io);
  let last: Transfer | undefined;
  try {
    for await (const now of session.admin.items<Transfer>(`${path(id)}/watch`)) {
      last = now;
      told(now);
      const total = now.bytesTotal === null ? {} : { total: now.bytesTotal };
      bar.update({ phase: now.state, done: now.bytes, ...total, unit: 'bytes' }, now);
    }
  } finally {
    bar.clear();
  }
  return last;
}

function ended(last: Transfer | undefined): Outcome {
  if (last === undefined) return { json: null, text: 'Nothing was heard of it.', exit: 1 };
  const arrived = last.state === 'landed' || last.state === 'receipted';
  return { ...shown(last), exit: arrived ? 0 : 1 };
}

async function all(session: Session) {
  const found = await session.admin.get<Answer<'transfers', 'list'>>('/v1/transfers');
  const rows = found.transfers.map((one) => [
    one.id,
    one.state,
    one.role === 'provider' ? `to ${one.peer}` : `from ${one.peer}`,
    plain(one.dataset),
    count(one.rows),
    bytes(one.bytes),
    one.startedAt,
  ]);
  const heads = ['id', 'state', 'peer', 'dataset', 'rows', 'bytes', 'started'];
  return { json: found, text: rows.length === 0 ? 'No transfers yet.' : table(heads, rows) };
}

async function show(session: Session, id: string) {
  const found = await session.admin.get<Answer<'transfers', 'show'>>(path(id));
  const steps = found.steps.map((step) => [step.at, step.state]);
  const reports = [found.report.provider, found.report.consumer]
    .filter((report) => report !== null)
    .map((report) => `\n\nChecked by the ${report.side}: ${report.verdict}\n\n${reportTable(report)}`);
  return { json: found, text: `${shown(found).text}\n\n${table(['at', 'state'], steps)}${reports.join('')}` };
}

/** The document itself, on stdout or in a file. With --json: JSON in any case, a report of another kind as its text. */
async function report(session: Session, id: string, { format, out }: { format: string; out?: string }) {
  const query = new URLSearchParams({ format });
  const found = await session.admin.get<Answer<'transfers', 'report'>>(`${path(id)}/report?${query.toString()}`);
  const { content, ...about } = found;
  if (out !== undefined) {
    const file = session.path(out);
    writeFileAtomic(file, content, 0o644);
    return { json: { ...about, file }, text: `The report is in ${file}.` };
  }
  return { json: format === 'json' ? (JSON.parse(content) as unknown) : found, text: content.trimEnd() };
}

async function cancel(session: Session, id: string, flags: { reason?: string }) {
  return shown(await session.admin.post<Transfer>(`${path(id)}/cancel`, flags));
}

async function remove(session: Session, id: string, flags: { reason?: string }) {
  return shown(await session.admin.post<Transfer>(`${path(id)}/delete`, flags));
}

async function resume(session: Session, id: string) {
  return shown(await session.admin.post<Transfer>(`${path(id)}/resume`));
}

function shown(one: Transfer): Outcome {
  const of = (total: number | null, format: (value: number) => string) =>
    total === null ? '' : ` of ${format(total)}`;
  const facts = list([
    ['transfer', one.id],
    ['state', one.state],
    [one.role === 'provider' ? 'to' : 'from', one.peer],
    ['dataset', `${plain(one.dataset)} ${one.version}`],
    ['agreement', one.agreement],
    ['rows', count(one.rows) + of(one.rowsTotal, count)],
    ['bytes', bytes(one.bytes) + of(one.bytesTotal, bytes)],
    ['landed', one.landed === null ? null : plain(one.landed)],
    ['kept until', one.keepUntil],
    ['deleted', one.deleted === null ? null : `${one.deleted.at}: ${sentence(one.deleted.reason)}`],
    ['correlation', one.correlation],
  ]);
  const reasons = one.reasons.map(({ code, message }) => `  ${code}: ${sentence(message)}`);
  return { json: one, text: reasons.length === 0 ? facts : `${facts}\n\nReasons:\n${reasons.join('\n')}` };
}
