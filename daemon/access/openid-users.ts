import { type Clock, CounterfoilError, type Journal } from '../foundation/index.js';
import { type Claims, claimOf, type OpenIdSettings } from './provider.js';
import { ROLES, type Role } from './roles.js';
import type { AccessTable, UserRow } from './table.js';
import { userName } from './users.js';

interface Options {
  table: AccessTable;
  clock: Clock;
  journal: Journal;
  settings: Pick<OpenIdSettings, 'label' | 'nameClaim' | 'roleClaim' | 'roles'>;
}

/** The users behind what an OpenID Connect provider says of people. What changes is in the ledger first. */
export class OpenIdUsers {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /**
   * The user of a person, made at their first sign-in, with the role that their groups give them now. `openid.role` for
   * who is in none of them, `openid.user` for a name that cannot be theirs and for who is disabled here.
   */
  async of(claims: Claims): Promise<UserRow> {
    const { table, clock } = this.#options;
    const known = table.userOf(claims.subject);
    const role = this.#role(claims);
    if (role === undefined) {
      if (known !== undefined) table.endSessionsOf(known.name);
      throw this.#refused();
    }
    const user = known ?? this.#unbound(claims);
    if (user.disabled === 1) throw new CounterfoilError('openid.user', `${user.name} is disabled at this gateway.`);
    if (known === undefined) await this.#record(`user.add ${role} openid`, user.name);
    else if (known.role !== role) await this.#record(`user.change role ${role} openid`, user.name);
    table.putUser({ ...user, role, subject: claims.subject, seen: clock.now() });
    return table.user(user.name)!;
  }

  /** The highest role that one of their groups has. */
  #role({ all }: Claims): Role | undefined {
    const { roleClaim, roles } = this.#options.settings;
    const value = claimOf(all, roleClaim);
    const groups = typeof value === 'string' ? [value] : Array.isArray(value) ? value : [];
    return [...ROLES].reverse().find((role) => roles[role].some((group) => groups.includes(group)));
  }

  /** A user of the person's name that nobody signs in as yet; a new one, or one that an administrator made without a password. */
  #unbound({ all }: Claims): UserRow {
    const { table, clock, settings } = this.#options;
    const name = this.#name(claimOf(all, settings.nameClaim));
    const there = table.user(name);
    if (there === undefined) {
      const fresh = { disabled: 0, created: clock.now(), seen: null, failures: 0, locked: null } as const;
      return { name, role: 'auditor', password: null, subject: null, ...fresh };
    }
    if (there.password === null && there.subject === null) return there;
    throw new CounterfoilError('openid.user', `There is another user ${name} at this gateway already.`);
  }

  #name(value: unknown): string {
    const { label, nameClaim } = this.#options.settings;
    if (typeof value !== 'string')
      throw new CounterfoilError('openid.user', `${label} gives this person no claim ${nameClaim}.`);
    try {
      return userName(value);
    } catch (cause) {
      const message = `What ${label} says in the claim ${nameClaim} is not a name for a user here.`;
      throw new CounterfoilError('openid.user', message, { cause });
    }
  }

  #refused(): CounterfoilError {
    const { label, roleClaim } = this.#options.settings;
    const message = `${label} knows this person, but none of their ${roleClaim} has a role at this gateway.`;
    return new CounterfoilError('openid.role', message);
  }

  async #record(action: string, target: string): Promise<void> {
    const { journal } = this.#options;
    await journal.record('master', { type: 'admin.action', actor: 'gateway', fields: { action, target } });
  }
}
