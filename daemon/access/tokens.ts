import { randomBytes } from 'node:crypto';
import {
  type Clock,
  CounterfoilError,
  type Journal,
  LIMITS,
  newId,
  printable,
  rfc3339,
  sha256,
} from '../foundation/index.js';
import { type Principal, type Role, weaker } from './roles.js';
import type { AccessTable, TokenRow } from './table.js';
import { refuseAbove } from './users.js';

/** An API token as the admin API shows it: never its text. */
export interface ApiToken {
  id: string;
  label: string;
  /** What it may do now: never more than its maker may. */
  role: Role;
  maker: string | null;
  createdAt: string;
  expiresAt: string | null;
  usedAt: string | null;
  /** False when it has expired or its maker was disabled. */
  usable: boolean;
}

interface Options {
  table: AccessTable;
  clock: Clock;
  journal: Journal;
}

const PREFIX = 'cft1_';
/** How often the use of a token is written down. */
const TOUCH_MS = 60_000;

/** Tokens for programs, each made by somebody and never with more rights than they have at the time it is used. */
export class ApiTokens {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  list(): ApiToken[] {
    return this.#options.table.tokens().map((row) => this.#shown(row));
  }

  /**
   * A new token and its text, which is not kept. `admin.forbidden` for a role above the maker's, and for a token that
   * would make another.
   */
  async create(
    input: { label: string; role: Role; ttlMs: number | undefined },
    maker: Principal,
  ): Promise<ApiToken & { token: string }> {
    const { table, clock, journal } = this.#options;
    if (maker.via === 'api-token')
      throw new CounterfoilError('admin.forbidden', 'A token cannot make another token.', {
        hint: 'Sign in, or use the command line as the user that owns the home folder.',
      });
    refuseAbove(maker, input.role);
    const label = tokenLabel(input.label);
    const mine = table.tokens().filter((row) => row.maker === maker.name);
    if (mine.length >= LIMITS.tokensPerUser)
      throw new CounterfoilError('limit.exceeded', `A user has at most ${LIMITS.tokensPerUser} tokens.`);
    if (mine.some((row) => row.label === label))
      throw new CounterfoilError('token.exists', `There is a token ${printable(label)} already.`);
    const token = `${PREFIX}${randomBytes(32).toString('base64url')}`;
    const now = clock.now();
    const row: TokenRow = {
      ...{ id: newId('tok', now), label, role: input.role, maker: maker.name, created: now, used: null },
      secret: sha256(token),
      expires: input.ttlMs === undefined ? null : now + input.ttlMs,
    };
    const fields = { action: `token.create ${input.role}`, target: `${row.id} ${label}` };
    await journal.record('master', { type: 'admin.action', actor: maker.actor, fields });
    table.putToken(row);
    return { ...this.#shown(row), token };
  }

  /** Makes a token useless. An administrator may for all tokens, others for their own. `not_found`. */
  async revoke(id: string, by: Principal): Promise<ApiToken> {
    const { table, journal } = this.#options;
    const row = table.token(id);
    if (row === undefined || (by.role !== 'administrator' && row.maker !== by.name))
      throw new CounterfoilError('not_found', 'There is no token with this id.');
    const fields = { action: 'token.revoke', target: `${row.id} ${row.label}` };
    await journal.record('master', { type: 'admin.action', actor: by.actor, fields });
    table.removeToken(id);
    return { ...this.#shown(row), usable: false };
  }

  /** Who a token's text speaks for, or undefined. */
  principal(text: string): Principal | undefined {
    if (!text.startsWith(PREFIX)) return undefined;
    const { table, clock } = this.#options;
    const row = table.tokenOf(sha256(text));
    if (row === undefined) return undefined;
    const { usable, role, maker } = this.#shown(row);
    if (!usable) return undefined;
    const now = clock.now();
    if (now - (row.used ?? 0) > TOUCH_MS) table.putToken({ ...row, used: now });
    return { actor: `admin:${maker ?? ''}/${row.label}`, role, name: maker, via: 'api-token' };
  }

  #shown(row: TokenRow): ApiToken {
    const { table, clock } = this.#options;
    const maker = row.maker === null ? undefined : table.user(row.maker);
    const alive = row.expires === null || row.expires > clock.now();
    return {
      ...{ id: row.id, label: row.label, maker: row.maker, createdAt: rfc3339(row.created) },
      role: maker === undefined ? row.role : weaker(row.role, maker.role),
      expiresAt: row.expires === null ? null : rfc3339(row.expires),
      usedAt: row.used === null ? null : rfc3339(row.used),
      usable: alive && maker?.disabled !== 1,
    };
  }
}

/** A label as ledger entries carry it behind the maker's name; `input.invalid`. */
function tokenLabel(text: string): string {
  const label = text.trim();
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/.test(label)) return label;
  throw new CounterfoilError('input.invalid', 'This is not a label for a token.', {
    hint: 'Use up to 40 letters, digits, dots, hyphens or underscores, such as nightly-publish.',
  });
}
