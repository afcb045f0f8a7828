import type { Command } from 'commander';
import type { Answer } from '../client.js';
import type { Run } from '../program.js';
import type { Session } from '../session.js';
import { count, list, plain, table } from '../text.js';

type Erasure = Answer<'custody', 'requestErasure'>;

/** The rights of people in data that has been given away. */
export function custodyCommands(program: Command, run: Run): void {
  const erasure = program.command('erasure').description('rows of a person, erased where they have landed');
  erasure
    .command('request')
    .description('ask the consumer of an agreement to erase the rows of a person; it signs a receipt')
    .argument('<agreement>')
    .requiredOption('--column <column>', 'the column that says whose row it is; kept, or with a token')
    .requiredOption('--value <value>', 'as it is in your own data; only what stands for it there is sent')
    .action(run(request));
  erasure.command('list').description('asked of others and by others').action(run(all));
  erasure.command('show').description('one erasure, with the signed receipt').argument('<id>').action(run(show));
}

async function request(session: Session, agreement: string, flags: { column: string; value: string }) {
  return shown(await session.admin.post<Erasure>('/v1/erasures', { agreement, ...flags }));
}

async function all(session: Session) {
  const found = await session.admin.get<Answer<'custody', 'erasures'>>('/v1/erasures');
  const rows = found.erasures.map((one) => [
    one.id,
    one.state,
    one.role === 'provider' ? `asked of ${one.peer}` : `asked by ${one.peer}`,
    one.agreement,
    count(one.rows),
    one.erasedAt ?? '',
  ]);
  const heads = ['id', 'state', 'peer', 'agreement', 'rows', 'erased'];
  return { json: found, text: rows.length === 0 ? 'No erasures yet.' : table(heads, rows) };
}

async function show(session: Session, id: string) {
  const found = await session.admin.get<Answer<'custody', 'erasure'>>(`/v1/erasures/${encodeURIComponent(id)}`);
  const rows = found.versions.map((one) => [one.version, one.transfer, count(one.rows)]);
  const parts = [shown(found).text, ...(rows.length === 0 ? [] : ['', table(['version', 'transfer', 'rows'], rows)])];
  return { json: found, text: parts.join('\n') };
}

function shown(one: Erasure) {
  const text = list([
    ['erasure', one.id],
    ['state', one.state],
    [one.role === 'provider' ? 'asked of' : 'asked by', one.peer],
    ['agreement', one.agreement],
    ['by column', plain(one.column)],
    ['rows', count(one.rows)],
    ['asked', one.requestedAt],
    ['erased', one.erasedAt],
  ]);
  return { json: one, text };
}
