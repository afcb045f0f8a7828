import type { Command } from 'commander';
import { stringify } from 'yaml';
import type { Answer } from '../client.js';
import { type PolicyFlags, policyInput, readInput } from '../input.js';
import type { Run } from '../program.js';
import { reportTable } from '../report.js';
import type { Session } from '../session.js';
import { list, plain, sentence, table } from '../text.js';

type Agreement = Answer<'agreements', 'accept'>;

interface Terms extends PolicyFlags {
  purpose?: string;
  basis?: string;
  expires?: string;
  retain?: string;
  follow?: string;
}

const withTerms = (command: Command): Command =>
  command
    .option('--mask <rules...>', 'COL=OP, COL=OP:VALUE or COL=OP(name=value, …); COL=keep to send it as it is')
    .option('--drop <columns...>', 'leave these columns out')
    .option('--where <sql>', 'only rows for which this holds')
    .option('--policy <file>', 'a policy file (YAML or JSON): {columns: {COL: {op: …}}, where: …}')
    .option('--purpose <text>', 'what the data is for')
    .option('--basis <code>', 'legal basis')
    .option('--expires <date>', 'last day, such as 2030-01-31')
    .option('--retain <time>', 'how long the consumer may keep it, such as 30d')
    .option('--follow <cron>', 'send new versions on this schedule');

export function agreementCommands(program: Command, run: Run): void {
  const requirements = program.command('requirements').description('what this gateway requires of data it gets');
  requirements
    .command('set')
    .description('state requirements for a dataset of a peer')
    .argument('<file>', 'ODCS document')
    .requiredOption('--peer <peer>')
    .requiredOption('--dataset <name>', "the provider's name of the dataset")
    .action(run(setRequirements));

  const agreement = program.command('agreement').description('what is exchanged, under which terms');
  withTerms(
    agreement
      .command('offer')
      .description('offer a dataset to a peer')
      .requiredOption('--peer <peer>')
      .requiredOption('--dataset <name>'),
  ).action(run(offer));
  agreement.command('list').description('all agreements').action(run(all));
  agreement.command('show').description('one agreement').argument('<id>').action(run(show));
  agreement.command('accept').description('sign what the peer proposed').argument('<id>').action(run(accept));
  for (const [decision, description] of [
    ['reject', 'turn it down'],
    ['terminate', 'end it, and transfers under it, at once'],
  ] as const) {
    agreement
      .command(decision)
      .description(description)
      .argument('<id>')
      .option('--reason <text>', 'for the ledger and the other side')
      .action(
        run(async (session: Session, id: string, flags: { reason?: string }) =>
          shown(await session.admin.post<Agreement>(`${path(id)}/${decision}`, flags)),
        ),
      );
  }
  withTerms(
    agreement
      .command('counter')
      .description('answer an offer with other terms')
      .argument('<id>')
      .option('--requirements <file>', 'ODCS document'),
  ).action(run(counter));
  agreement
    .command('landing')
    .description('how what comes under it is written here; with flags, from the next transfer on')
    .argument('<id>')
    .option('--format <format>', 'parquet, arrow or csv')
    .option('--compression <codec>', 'of Parquet: snappy, zstd or uncompressed')
    .option('--row-group-rows <count>', 'rows of a row group of Parquet, at most', Number)
    .option('--partition-by <columns...>', 'folders by the values of these columns, outermost first')
    .option('--no-partition', 'no folders')
    .option('--default', 'as config.yaml says')
    .action(run(landing));
  agreement
    .command('dry-run')
    .description('run the effective contract where the data is: verdicts and counts, no data')
    .argument('<id>')
    .option('--version <version>')
    .action(run(dryRun));
}

const path = (id: string): string => `/v1/agreements/${encodeURIComponent(id)}`;

const termsOf = (session: Session, terms: Terms): object => policyInput(terms, (path) => session.path(path));

async function setRequirements(session: Session, file: string, flags: { peer: string; dataset: string }) {
  const body = { ...flags, contract: readInput(session.path(file)) };
  const set = await session.admin.put<Answer<'agreements', 'setRequirements'>>('/v1/requirements', body);
  const facts = list([
    ['peer', set.peer],
    ['dataset', plain(set.dataset)],
    ['digest', set.digest],
    ['open offers', set.agreements.join(', ')],
  ]);
  return { json: set, text: [facts, ...conflictLines(set.conflicts)].join('\n') };
}

async function offer(session: Session, { peer, dataset, ...terms }: Terms & { peer: string; dataset: string }) {
  const body = { peer, dataset, ...termsOf(session, terms) };
  const offered = await session.admin.post<Answer<'agreements', 'offer'>>('/v1/agreements', body);
  const said = offered.overridden.map(
    ({ column, entity, by, reason }) => `  ${plain(column)} is no ${entity}, by ${plain(by)}: ${plain(reason)}`,
  );
  if (said.length === 0) return shown(offered);
  return {
    json: offered,
    text: [shown(offered).text, '', 'Sent as they are, because somebody said so:', ...said].join('\n'),
  };
}

async function counter(session: Session, id: string, { requirements, ...terms }: Terms & { requirements?: string }) {
  const document = requirements === undefined ? {} : { requirements: readInput(session.path(requirements)) };
  return shown(await session.admin.post<Agreement>(`${path(id)}/counter`, { ...termsOf(session, terms), ...document }));
}

async function accept(session: Session, id: string) {
  return shown(await session.admin.post<Agreement>(`${path(id)}/accept`));
}

async function all(session: Session) {
  const found = await session.admin.get<Answer<'agreements', 'list'>>('/v1/agreements');
  const rows = found.agreements.map((one) => [
    one.id,
    one.state,
    one.role,
    one.peer,
    plain(one.dataset),
    one.waitingFor ?? '',
  ]);
  const heads = ['id', 'state', 'we are', 'peer', 'dataset', 'waiting for'];
  return { json: found, text: rows.length === 0 ? 'No agreements yet.' : table(heads, rows) };
}

async function show(session: Session, id: string) {
  const found = await session.admin.get<Answer<'agreements', 'show'>>(path(id));
  const { text } = shown(found);
  const history = found.history.map((one) => [one.at, one.by, one.event, String(one.revision)]);
  const changes =
    found.changes.length === 0
      ? []
      : ['', 'Changed by this revision:', ...found.changes.map((one) => `  ${sentence(one)}`)];
  const contract = sentence(stringify(found.contract, { lineWidth: 0 }).trimEnd()).replace(/^/gm, '  ');
  const unseen = found.notEvaluated.map((one) => `  line ${one.line}, ${plain(one.path)}: ${sentence(one.reason)}`);
  const theirs =
    found.role === 'provider'
      ? []
      : found.providerNotEvaluated.map((one) => `  ${plain(one.path)}: ${sentence(one.reason)}`);
  const notEvaluated = [
    ...(unseen.length === 0 ? [] : ['', 'Signed, but no check looks at it:', ...unseen]),
    ...(theirs.length === 0 ? [] : ['', "In the provider's contract, but no check looks at it:", ...theirs]),
  ];
  const parts = [
    text,
    ...notEvaluated,
    ...changes,
    '',
    'Contract:',
    contract,
    '',
    table(['at', 'by', 'event', 'revision'], history),
  ];
  return { json: found, text: parts.join('\n') };
}

function shown(one: Agreement) {
  const rules = Object.entries(one.policy.columns).map(([column, { op, ...parameters }]) => {
    const given = Object.entries(parameters).map(([name, value]) => `${name}=${plain(String(value))}`);
    return `  ${plain(column)}: ${[op, ...given].join(' ')}`;
  });
  const facts = list([
    ['agreement', `${one.id}, revision ${one.revision}`],
    ['state', one.waitingFor === null ? one.state : `${one.state}, waiting for ${one.waitingFor}`],
    ['we are', one.role],
    ['peer', one.peer],
    ['dataset', plain(one.dataset)],
    ['rows where', one.policy.where === undefined ? null : plain(one.policy.where)],
    ['purpose', one.purpose === null ? null : plain(one.purpose)],
    ['legal basis', one.basis === null ? null : plain(one.basis)],
    ['expires', one.expires],
    ['may be kept', one.retain],
    ['follows', one.follow],
    ['reason', one.reason === null ? null : plain(one.reason)],
  ]);
  const policy = rules.length === 0 ? [] : ['', 'Columns:', ...rules];
  const lost = one.notApplied.map(({ rule, reason }) => `  ${plain(rule)}: ${sentence(reason)}`);
  const notApplied = lost.length === 0 ? [] : ['', 'Rules that a mask makes meaningless:', ...lost];
  return { json: one, text: [facts, ...policy, ...notApplied, ...conflictLines(one.conflicts)].join('\n') };
}

function conflictLines(conflicts: Agreement['conflicts']): string[] {
  if (conflicts.length === 0) return [];
  return ['', 'Conflicts to settle:', ...conflicts.map((one) => `  ${plain(one.path)}: ${sentence(one.message)}`)];
}

interface LandingFlags {
  format?: string;
  compression?: string;
  rowGroupRows?: number;
  partitionBy?: string[];
  partition: boolean;
  default?: true;
}

async function landing(session: Session, id: string, flags: LandingFlags) {
  const { partition, default: isDefault, ...given } = flags;
  const choice = partition ? given : { ...given, partitionBy: [] };
  const isChange = isDefault === true || Object.keys(choice).length > 0;
  const at = `${path(id)}/landing`;
  const found = isChange
    ? await session.admin.put<Answer<'agreements', 'setLanding'>>(at, isDefault === true ? {} : choice)
    : await session.admin.get<Answer<'agreements', 'landing'>>(at);
  const facts = list([
    ['agreement', found.id],
    ['format', found.format],
    ['compression', found.compression],
    ['row groups', found.rowGroupRows === null ? null : `of ${found.rowGroupRows} rows`],
    ['folders by', found.partitionBy.length === 0 ? null : found.partitionBy.map(plain).join(', ')],
    ['chosen', found.chosen ? 'for this agreement' : 'by config.yaml'],
  ]);
  return { json: found, text: facts };
}

async function dryRun(session: Session, id: string, flags: { version?: string }) {
  const run = await session.long<Answer<'agreements', 'dryRun'>>(`${path(id)}/dry-run`, flags);
  const refused = run.report.verdict === 'fail' || run.report.verdict === 'error';
  return {
    json: run,
    text: `${run.version}: ${run.report.verdict}\n\n${reportTable(run.report)}`,
    exit: refused ? (1 as const) : (0 as const),
  };
}
