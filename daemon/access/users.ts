import { type Clock, CounterfoilError, type Journal, LIMITS, printable, rfc3339, sha256 } from '../foundation/index.js';
import { type Passwords, refuseWeak } from './passwords.js';
import { mayAs, type Principal, type Role } from './roles.js';
import type { AccessTable, UserRow } from './table.js';

/** A user as the admin API shows it. */
export interface User {
  name: string;
  role: Role;
  disabled: boolean;
  /** How they sign in. */
  signIn: ('password' | 'openid')[];
  createdAt: string;
  seenAt: string | null;
  /** Until when wrong passwords keep them out; null when they are not kept out. */
  lockedUntil: string | null;
}

export interface UserChange {
  role?: Role | undefined;
  disabled?: boolean | undefined;
  /** A new one; ends every session of the user. */
  password?: string | undefined;
}

interface Options {
  table: AccessTable;
  clock: Clock;
  journal: Journal;
  passwords: Passwords;
}

/** The people who may use this gateway. Each change is in the ledger first, with the name of who made it. */
export class Users {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  get none(): boolean {
    return this.#options.table.users().length === 0;
  }

  list(): User[] {
    return this.#options.table.users().map((row) => this.#shown(row));
  }

  /** `user.not_found`. */
  get(name: string): User {
    return this.#shown(this.#row(name));
  }

  /** `user.exists`, `input.invalid` for a name or password that cannot be. Without a password: for OpenID Connect. */
  async add(input: { name: string; role: Role; password?: string | undefined }, actor: string): Promise<User> {
    const name = userName(input.name);
    const { table, clock, passwords } = this.#options;
    if (table.user(name) !== undefined) throw exists(name);
    if (table.users().length >= LIMITS.users)
      throw new CounterfoilError('limit.exceeded', `A gateway has at most ${LIMITS.users} users.`);
    if (input.password !== undefined) refuseWeak(input.password, name);
    const password = input.password === undefined ? null : await passwords.hash(input.password);
    await this.#record(actor, `user.add ${input.role}`, name);
    if (table.user(name) !== undefined) throw exists(name); // somebody else was quicker
    const fresh = { disabled: 0, created: clock.now(), seen: null, failures: 0, locked: null } as const;
    table.putUser({ name, role: input.role, password, subject: null, ...fresh });
    return this.get(name);
  }

  /** A change of somebody's role, state or password. The last administrator stays one: `user.last`. */
  async change(name: string, change: UserChange, actor: string): Promise<User> {
    const { table, passwords } = this.#options;
    const row = this.#row(name);
    const next = { role: change.role ?? row.role, disabled: change.disabled ?? row.disabled === 1 };
    if (next.disabled || next.role !== 'administrator') this.#keepOne(row);
    if (change.password !== undefined) refuseWeak(change.password, row.name);
    const password = change.password === undefined ? row.password : await passwords.hash(change.password);
    const what = [
      ...(next.role === row.role ? [] : [`role ${next.role}`]),
      ...(next.disabled === (row.disabled === 1) ? [] : [next.disabled ? 'disabled' : 'enabled']),
      ...(change.password === undefined ? [] : ['password']),
    ];
    if (what.length === 0) return this.#shown(row);
    await this.#record(actor, `user.change ${what.join(', ')}`, row.name);
    const now = this.#row(name);
    table.putUser({ ...now, ...next, disabled: next.disabled ? 1 : 0, password, failures: 0, locked: null });
    if (next.disabled || change.password !== undefined) table.endSessionsOf(row.name);
    return this.get(row.name);
  }

  /** With sessions and tokens. `user.last`. */
  async remove(name: string, actor: string): Promise<void> {
    const row = this.#row(name);
    this.#keepOne(row);
    await this.#record(actor, 'user.remove', row.name);
    this.#keepOne(row);
    this.#options.table.removeUser(row.name);
  }

  /** A user's own new password. `admin.password` when the old one is not right. Sessions of the user but `keep` end. */
  async changeOwn(name: string, old: string, password: string, keep: string | undefined): Promise<void> {
    const { table, passwords } = this.#options;
    const row = this.#row(name);
    if (row.password !== null && !(await this.verify(row, old)))
      throw new CounterfoilError('admin.password', 'The present password is not right.');
    refuseWeak(password, row.name);
    const hash = await passwords.hash(password);
    await this.#record(`admin:${row.name}`, 'user.change password', row.name);
    table.putUser({ ...this.#row(name), password: hash, failures: 0, locked: null });
    table.endSessionsOf(row.name, keep === undefined ? undefined : sha256(keep));
  }

  /**
   * The user of a name and password. `admin.password` for a wrong one of either, after the same time; `admin.locked`
   * when too many were wrong: each further one keeps the user out for twice as long, up to LIMITS.lockMostMs.
   */
  async authenticate(name: string, password: string): Promise<User> {
    const { table, clock } = this.#options;
    const row = table.user(name.trim().toLowerCase());
    if (row !== undefined) this.#refuseLocked(row);
    const right = await this.verify(row, password);
    if (row === undefined || !right || row.disabled === 1) {
      if (row !== undefined && !right) await this.#failed(row.name);
      throw new CounterfoilError('admin.password', 'The name or the password is not right.');
    }
    table.putUser({ ...this.#row(row.name), failures: 0, locked: null, seen: clock.now() });
    return this.get(row.name);
  }

  verify(row: UserRow | undefined, password: string): Promise<boolean> {
    const { passwords } = this.#options;
    if (password.length > LIMITS.passwordChars) return Promise.resolve(false);
    return passwords.verify(password, row?.password ?? undefined);
  }

  #refuseLocked({ locked }: UserRow): void {
    const left = (locked ?? 0) - this.#options.clock.now();
    if (left <= 0) return;
    const minutes = Math.ceil(left / 60_000);
    throw new CounterfoilError(
      'admin.locked',
      `Too many wrong passwords: nobody can sign in under this name for ${minutes} more ${minutes === 1 ? 'minute' : 'minutes'}.`,
    );
  }

  async #failed(name: string): Promise<void> {
    const { table, clock } = this.#options;
    const row = this.#row(name);
    const failures = row.failures + 1;
    const over = failures - LIMITS.wrongPasswords;
    const locked = over < 0 ? null : clock.now() + Math.min(LIMITS.lockMostMs, LIMITS.lockMs * 2 ** Math.min(over, 20));
    table.putUser({ ...row, failures, locked });
    if (over === 0) await this.#record('gateway', 'user.locked', name);
  }

  #keepOne(row: UserRow): void {
    if (row.role !== 'administrator' || row.disabled === 1) return;
    const others = this.#options.table
      .users()
      .filter((each) => each.role === 'administrator' && each.disabled === 0 && each.name !== row.name);
    if (others.length === 0)
      throw new CounterfoilError('user.last', `${row.name} is the only administrator of this gateway.`);
  }

  #row(name: string): UserRow {
    const row = this.#options.table.user(name);
    if (row === undefined) throw new CounterfoilError('user.not_found', `There is no user ${printable(name)}.`);
    return row;
  }

  async #record(actor: string, action: string, target: string): Promise<void> {
    await this.#options.journal.record('master', { type: 'admin.action', actor, fields: { action, target } });
  }

  #shown(row: UserRow): User {
    const locked = row.locked !== null && row.locked > this.#options.clock.now() ? row.locked : null;
    const signIn: User['signIn'] = [];
    if (row.password !== null) signIn.push('password');
    if (row.subject !== null) signIn.push('openid');
    return {
      ...{ name: row.name, role: row.role, disabled: row.disabled === 1, signIn },
      createdAt: rfc3339(row.created),
      seenAt: row.seen === null ? null : rfc3339(row.seen),
      lockedUntil: locked === null ? null : rfc3339(locked),
    };
  }
}

const exists = (name: string) => new CounterfoilError('user.exists', `There is a user ${name} already.`);

/** A name as ledger entries carry it behind `admin:`; `input.invalid`. */
export function userName(text: string): string {
  const name = text.trim().toLowerCase();
  if (/^[a-z0-9][a-z0-9._@-]{0,39}$/.test(name)) return name;
  throw new CounterfoilError('input.invalid', 'This is not a name for a user.', {
    hint: 'Use up to 40 letters, digits, dots, hyphens, underscores or @, such as ada or ada@acme.example.',
  });
}

/** Refuses to give away more than one has: `admin.forbidden`. */
export function refuseAbove(principal: Principal, role: Role): void {
  if (mayAs(principal.role, role)) return;
  throw new CounterfoilError(
    'admin.forbidden',
    `Somebody who is ${article(principal.role)} cannot give the role ${role}.`,
  );
}

const article = (role: Role): string => (role === 'steward' ? 'a steward' : `an ${role}`);
