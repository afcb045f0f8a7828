import { type Clock, CounterfoilError, type Journal } from '../foundation/index.js';
import type { Database } from '../store/index.js';
import { OpenId } from './openid.js';
import { OpenIdUsers } from './openid-users.js';
import { Passwords } from './passwords.js';
import { type OpenIdSettings, Provider } from './provider.js';
import type { Principal } from './roles.js';
import { Sessions } from './sessions.js';
import { FirstToken } from './setup.js';
import { AccessTable } from './table.js';
import { ApiTokens } from './tokens.js';
import { type User, Users } from './users.js';

export interface AccessOptions {
  db: Database;
  clock: Clock;
  journal: Journal;
  /** Where the token of the first start is kept. */
  firstToken: string;
  /** log2 of scrypt's N; what `Passwords` says unless given. */
  passwordCost?: number;
  /** Without it, nobody signs in with OpenID Connect. */
  openid?: OpenIdSettings | undefined;
}

/** Who may use this gateway: users, their sessions, and tokens for programs. */
export class Access {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly tokens: ApiTokens;
  readonly openid: OpenId | undefined;
  readonly #first: FirstToken;
  #settingUp = false;

  constructor({ db, clock, journal, firstToken, passwordCost, openid }: AccessOptions) {
    const table = new AccessTable(db);
    const passwords = new Passwords(passwordCost);
    this.users = new Users({ table, clock, journal, passwords });
    this.sessions = new Sessions({ table, clock, journal });
    this.tokens = new ApiTokens({ table, clock, journal });
    this.#first = new FirstToken(firstToken);
    this.openid = openid && openIdOf(openid, { table, clock, journal, sessions: this.sessions });
  }

  /** The token that makes the first administrator; undefined when there are users. */
  firstToken(): string | undefined {
    return this.users.none ? this.#first.offer() : undefined;
  }

  /** Makes the first administrator. `setup.done` when there are users, `admin.unauthorised` for another token. */
  async setUp(input: { token: string; name: string; password: string }): Promise<User> {
    if (!this.users.none || this.#settingUp)
      throw new CounterfoilError('setup.done', 'This gateway has users already.');
    if (!this.#first.is(input.token))
      throw new CounterfoilError('admin.unauthorised', 'This is not the token of the first start.', {
        hint: 'The gateway printed it when it started; it is also in keys/first.token of its home.',
      });
    this.#settingUp = true;
    try {
      const user = await this.users.add({ ...input, role: 'administrator' }, 'admin');
      this.#first.spend();
      return user;
    } finally {
      this.#settingUp = false;
    }
  }

  /** A session for a name and password. Errors: those of `Users.authenticate`. */
  async signIn(name: string, password: string): Promise<{ user: User; secret: string }> {
    const user = await this.users.authenticate(name, password);
    return { user, secret: await this.sessions.open(user.name) };
  }

  /** Who a bearer token speaks for; the home's own token is the edge's to know. */
  ofToken(text: string): Principal | undefined {
    return this.tokens.principal(text);
  }
}

function openIdOf(
  settings: OpenIdSettings,
  { sessions, ...parts }: { table: AccessTable; clock: Clock; journal: Journal; sessions: Sessions },
): OpenId {
  const users = new OpenIdUsers({ ...parts, settings });
  const { label, redirectUri } = settings;
  return new OpenId({ provider: new Provider(settings), users, sessions, clock: parts.clock, label, redirectUri });
}
