import type { Command } from 'commander';
import { writeFileAtomic } from '../../foundation/index.js';
import type { Answer } from '../client.js';
import { type PolicyFlags, policyInput, readInput } from '../input.js';
import type { Run } from '../program.js';
import type { Session } from '../session.js';
import { bytes, count, list, plain, table } from '../text.js';
import { type TextFlags, textOptions } from '../text-options.js';
import { overrideCommand, personalText, whyText } from './override.js';
import { sampleCommand } from './sample.js';

export function datasetCommands(program: Command, run: Run): void {
  program
    .command('preset')
    .description('what the presets of laws come to')
    .command('list')
    .description('rules, masks and terms of each')
    .action(run(presets));
  const dataset = program.command('dataset').description('tables that this gateway offers');
  dataset
    .command('add')
    .description('name a table and where its rows come from')
    .argument('<name>')
    .requiredOption('--source <uri>', 'path, folder, glob, s3:// or https:// address')
    .option('--format <format>', 'parquet, csv, ndjson or arrow (default: told from the name)')
    .option('--query <sql>', 'SQL over the source, which is named "source"')
    .option('--contract <file>', 'ODCS contract')
    .option('--separator <char>', 'CSV: between cells (default: what the header shows)')
    .option('--no-header', 'CSV: the first line is data')
    .option('--null <texts...>', 'CSV: cells that stand for null besides the empty ones')
    .option('--type <types...>', 'COL=TYPE: text files: the type of a column that is not to be guessed')
    .option('--encoding <name>', 'text files: utf-8, utf-16le, utf-16be, windows-1252 or iso-8859-1')
    .action(run(add));
  dataset
    .command('profile')
    .description('types, nulls, distinct values, what looks personal')
    .argument('<name>')
    .option('--contract <file>', 'also write a first contract, which these rows keep, into a file')
    .action(run(profile));
  dataset
    .command('contract')
    .description('show the contract of a dataset, or give it one')
    .argument('<name>')
    .argument('[file]', 'ODCS contract, for offers from now on')
    .action(run(contract));
  dataset
    .command('publish')
    .description('make an immutable version of the rows as they are now')
    .argument('<name>')
    .action(run(publish));
  dataset.command('list').description('all datasets').action(run(all));
  dataset.command('show').description('one dataset').argument('<name>').action(run(show));
  dataset
    .command('shred')
    .description('destroy the keys and rows of a version for good; the ledger keeps what it was')
    .argument('<name>')
    .argument('<version>')
    .action(run(shred));
  dataset.command('versions').description('its published versions').argument('<name>').action(run(versions));
  dataset
    .command('preview')
    .description('first rows, exactly as one peer would get them')
    .argument('<name>')
    .requiredOption('--as <peer>', 'the peer')
    .option('--rows <n>', 'how many')
    .option('--mask <rules...>', 'try a mask that is not offered yet: COL=OP')
    .option('--drop <columns...>', 'try leaving columns out')
    .option('--where <sql>', 'try a row filter')
    .option('--policy <file>', 'try a policy file')
    .action(run(preview));
  overrideCommand(dataset, run);
  sampleCommand(dataset, run);
  dataset
    .command('identify')
    .description('say which version, agreement and peer the rows of a file belong to')
    .argument('<file>')
    .action(run(identify));
}

const path = (name: string): string => `/v1/datasets/${encodeURIComponent(name)}`;

interface AddFlags extends TextFlags {
  source: string;
  format?: string;
  query?: string;
  contract?: string;
}

async function add(session: Session, name: string, flags: AddFlags) {
  const { source, format, query, contract } = flags;
  const options = textOptions(flags);
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(source);
  const body = {
    ...{ name, format, query },
    source: address ? source : session.path(source),
    ...(Object.keys(options).length === 0 ? {} : { options }),
    ...(contract === undefined ? {} : { contract: readInput(session.path(contract)) }),
  };
  const added = await session.admin.post<Answer<'datasets', 'add'>>('/v1/datasets', body);
  return {
    ...shown(added),
    note: `\nNext: counterfoil dataset profile ${plain(name)}, then counterfoil dataset publish ${plain(name)}`,
  };
}

async function show(session: Session, name: string) {
  return shown(await session.admin.get<Answer<'datasets', 'show'>>(path(name)));
}

function shown(dataset: Answer<'datasets', 'show'>) {
  const facts = list([
    ['dataset', plain(dataset.name)],
    ['source', plain(dataset.source)],
    ['format', dataset.format],
    ['query', dataset.query === null ? null : plain(dataset.query)],
    ['versions', dataset.versions],
    ['latest', dataset.latest],
    ['contract', dataset.contract === null ? 'none' : 'yes'],
  ]);
  const columns = dataset.columns.map((column) => [plain(column.name), column.type, column.nullable ? 'yes' : 'no']);
  const text = columns.length === 0 ? facts : `${facts}\n\n${table(['column', 'type', 'nullable'], columns)}`;
  return { json: dataset, text };
}

async function contract(session: Session, name: string, file?: string) {
  const place = `${path(name)}/contract`;
  const body = file === undefined ? undefined : { contract: readInput(session.path(file)) };
  const read =
    body === undefined
      ? await session.admin.get<Answer<'datasets', 'contract'>>(place)
      : await session.admin.put<Answer<'datasets', 'setContract'>>(place, body);
  const left = read.notEvaluated.map(({ path: where, line, reason }) => `  line ${line}, ${plain(where)}: ${reason}`);
  const rules = read.rules === 1 ? '1 rule' : `${count(read.rules)} rules`;
  const facts = [
    `${read.dataset}: ${read.contract === null ? 'no contract' : rules}`,
    ...(left.length > 0 ? ['', 'Kept, but no check looks at it:', ...left] : []),
  ].join('\n');
  return file === undefined && read.contract !== null
    ? { json: read, text: read.contract.trimEnd(), note: `\n${facts}` }
    : { json: read, text: facts };
}

async function profile(session: Session, name: string, flags: { contract?: string }) {
  const found = await session.long<Answer<'datasets', 'profile'>>(`${path(name)}/profile`);
  const rows = found.columns.map((column) => [
    plain(column.name),
    column.type,
    count(column.nulls),
    count(column.distinct),
    column.personal.map(personalText).join(', '),
  ]);
  const evidence = found.columns.flatMap((column) => column.personal.map(whyText));
  const lines = [
    `${count(found.rows)} rows`,
    '',
    table(['column', 'type', 'nulls', 'distinct', 'looks personal'], rows),
  ];
  if (evidence.length > 0) lines.push('', 'Why it looks personal:', ...evidence);
  if (flags.contract !== undefined) writeFileAtomic(session.path(flags.contract), found.contract);
  const next = `counterfoil dataset profile ${plain(name)} --contract FILE writes a first contract from these rows`;
  const written = `Written: ${flags.contract}. Change it, then: counterfoil dataset contract ${plain(name)} ${flags.contract}`;
  return { json: found, text: lines.join('\n'), note: `\n${flags.contract === undefined ? next : written}` };
}

async function publish(session: Session, name: string) {
  const made = await session.long<Answer<'datasets', 'publish'>>(`${path(name)}/publish`);
  const text = list([
    ['version', made.version],
    ['rows', count(made.rows)],
    ['batches', count(made.batches)],
    ['bytes', bytes(made.bytes)],
  ]);
  const note = made.unchanged
    ? '\nThe rows are those of this version already: no new one was made.'
    : `\nNext: counterfoil agreement offer --peer P --dataset ${plain(name)}`;
  return { json: made, text, note };
}

async function all(session: Session) {
  const found = await session.admin.get<Answer<'datasets', 'list'>>('/v1/datasets');
  const rows = found.datasets.map((one) => [
    plain(one.name),
    plain(one.source),
    String(one.versions),
    one.latest ?? '',
  ]);
  return {
    json: found,
    text: rows.length === 0 ? 'No datasets yet.' : table(['name', 'source', 'versions', 'latest'], rows),
  };
}

async function presets(session: Session) {
  const found = await session.admin.get<Answer<'datasets', 'presets'>>('/v1/presets');
  const parts = found.presets.map(({ name, summary, requires, identifiers }) => {
    const rows = identifiers.map((one) => [
      one.name,
      one.mask,
      one.forbidden ? 'refused' : '',
      one.entities.join(', '),
    ]);
    const asks = requires.length === 0 ? '' : `\nThe contract has to say: ${requires.join(', ')}.`;
    return `${name}: ${summary}${asks}\n\n${table(['identifier', 'mask', 'if left', 'kinds'], rows)}`;
  });
  return { json: found, text: parts.length === 0 ? 'No presets.' : parts.join('\n\n') };
}

async function shred(session: Session, name: string, version: string) {
  const place = `${path(name)}/versions/${encodeURIComponent(version)}/shred`;
  const gone = await session.admin.post<Answer<'custody', 'shred'>>(place);
  return { json: gone, text: `${gone.version} can never be read again.` };
}

async function versions(session: Session, name: string) {
  const found = await session.admin.get<Answer<'datasets', 'versions'>>(`${path(name)}/versions`);
  const rows = found.versions.map((one) => [
    one.version,
    count(one.rows),
    count(one.batches),
    bytes(one.bytes),
    one.createdAt,
  ]);
  const text =
    rows.length === 0 ? 'Nothing is published yet.' : table(['version', 'rows', 'batches', 'bytes', 'created'], rows);
  return { json: found, text };
}

interface PreviewFlags extends PolicyFlags {
  as: string;
  rows?: string;
}

async function preview(session: Session, name: string, flags: PreviewFlags) {
  const { rows: most, ...rest } = flags;
  const input = policyInput(rest, (file) => session.path(file));
  const body = most === undefined ? input : { ...input, rows: Number(most) };
  const view = await session.admin.post<Answer<'datasets', 'preview'>>(`${path(name)}/preview`, body);
  const heads = view.columns.map((column) => plain(column.name));
  const rules = view.columns.map(({ operator }) => (operator === 'keep' ? '' : operator));
  const rows = view.rows.map((row) => row.map((cell) => (cell === null ? '∅' : plain(cell))));
  return { json: view, text: table(heads, [rules, ...rows]) };
}

async function identify(session: Session, file: string) {
  const found = await session.long<Answer<'datasets', 'identify'>>('/v1/identify', { file: session.path(file) });
  const rows = found.matches.map((match) => [
    plain(match.dataset),
    match.version,
    match.peer ?? 'never masked',
    match.agreement ?? '',
    match.columns.map(plain).join(', '),
  ]);
  const none = 'These rows are not of a version that this gateway knows.';
  return {
    json: found,
    text: rows.length === 0 ? none : table(['dataset', 'version', 'peer', 'agreement', 'columns'], rows),
  };
}
