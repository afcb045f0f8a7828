import type { Command } from 'commander';
import { CounterfoilError } from '../../foundation/index.js';
import type { Answer } from '../client.js';
import { readInput } from '../input.js';
import type { Run } from '../program.js';
import type { Session } from '../session.js';
import { list, table } from '../text.js';

type User = Answer<'access', 'addUser'>;

interface UserFlags {
  role?: string;
  passwordFile?: string;
  password?: boolean;
  disable?: boolean;
  enable?: boolean;
}

const ROLE = 'auditor (looks), steward (exchanges data) or administrator (all)';

/** Users of the page, and tokens for programs. */
export function accessCommands(program: Command, run: Run): void {
  const user = program.command('user').description('people who may use this gateway');
  user.command('list').description('all users').action(run(allUsers));
  user
    .command('add')
    .description('add a user; the password is asked for, or read from a file')
    .argument('<name>')
    .requiredOption('--role <role>', ROLE)
    .option('--password-file <file>', 'file that holds the password; - for standard input')
    .option('--no-password', 'somebody who signs in with OpenID Connect only')
    .action(run(add));
  user
    .command('change')
    .description('change role, state or password of a user')
    .argument('<name>')
    .option('--role <role>', ROLE)
    .option('--disable', 'keep the user out; ends their sessions and tokens')
    .option('--enable', 'let the user in again')
    .option('--password-file <file>', 'file that holds a new password; - for standard input')
    .action(run(change));
  user.command('remove').description('remove a user, with sessions and tokens').argument('<name>').action(run(remove));

  const token = program.command('token').description('tokens with which programs use the admin API');
  token.command('list').description('all tokens, without their text').action(run(allTokens));
  token
    .command('create')
    .description('make a token; its text is shown once')
    .argument('<label>')
    .requiredOption('--role <role>', ROLE)
    .option('--ttl <time>', 'how long it works, such as 90d; without end when left out')
    .action(run(create));
  token.command('revoke').description('make a token useless').argument('<id>').action(run(revoke));
}

const path = (name: string): string => `/v1/users/${encodeURIComponent(name)}`;

async function allUsers(session: Session) {
  const found = await session.admin.get<Answer<'access', 'users'>>('/v1/users');
  const rows = found.users.map((one) => [
    one.name,
    one.role,
    one.disabled ? 'disabled' : one.lockedUntil === null ? 'enabled' : `locked until ${one.lockedUntil}`,
    one.signIn.join(', '),
    one.seenAt ?? 'never',
  ]);
  const text =
    rows.length === 0 ? 'No users yet.' : table(['name', 'role', 'state', 'signs in with', 'last signed in'], rows);
  return { json: found, text };
}

async function add(session: Session, name: string, flags: UserFlags) {
  const password = flags.password === false ? {} : { password: await passwordOf(session, flags) };
  return shown(await session.admin.post<User>('/v1/users', { name, role: flags.role, ...password }));
}

async function change(session: Session, name: string, flags: UserFlags) {
  const { role, disable, enable, passwordFile } = flags;
  const disabled = disable === true ? { disabled: true } : enable === true ? { disabled: false } : {};
  const password = passwordFile === undefined ? {} : { password: await passwordOf(session, flags) };
  return shown(
    await session.admin.post<User>(path(name), { ...(role === undefined ? {} : { role }), ...disabled, ...password }),
  );
}

async function remove(session: Session, name: string) {
  const left = await session.admin.post<Answer<'access', 'removeUser'>>(`${path(name)}/remove`);
  return { json: left, text: `${name} was removed; ${left.users.length} users are left.` };
}

function shown(user: User) {
  const text = list([
    ['user', user.name],
    ['role', user.role],
    ['state', user.disabled ? 'disabled' : 'enabled'],
    ['signs in with', user.signIn.join(', ') || 'nothing yet'],
  ]);
  return { json: user, text };
}

async function passwordOf({ io, json, path }: Session, { passwordFile }: UserFlags): Promise<string> {
  if (passwordFile === '-') return (await io.readStdin()).replace(/\r?\n$/, '');
  if (passwordFile !== undefined) return readInput(path(passwordFile)).replace(/\r?\n$/, '');
  if (!io.terminal.in || json)
    throw new CounterfoilError('usage', 'The password is missing.', {
      hint: 'Give --password-file FILE, or - for standard input.',
    });
  const password = await io.ask('Password: ', true);
  if ((await io.ask('Again: ', true)) === password) return password;
  throw new CounterfoilError('input.invalid', 'The two passwords differ.', { hint: 'Try again.' });
}

async function allTokens(session: Session) {
  const found = await session.admin.get<Answer<'access', 'tokens'>>('/v1/tokens');
  const rows = found.tokens.map((one) => [
    one.id,
    one.label,
    one.role,
    one.maker ?? 'command line',
    one.usable ? (one.expiresAt ?? 'never') : 'unusable',
    one.usedAt ?? 'never',
  ]);
  const text =
    rows.length === 0 ? 'No tokens.' : table(['id', 'label', 'role', 'made by', 'expires', 'last used'], rows);
  return { json: found, text };
}

async function create(session: Session, label: string, flags: { role: string; ttl?: string }) {
  const made = await session.admin.post<Answer<'access', 'createToken'>>('/v1/tokens', { label, ...flags });
  return { json: made, text: made.token, note: `\nThis is shown once. It is the token ${made.id}, a ${made.role}'s.` };
}

async function revoke(session: Session, id: string) {
  const gone = await session.admin.post<Answer<'access', 'revokeToken'>>(`/v1/tokens/${encodeURIComponent(id)}/revoke`);
  return { json: gone, text: `The token ${gone.label} opens nothing any more.` };
}
