import type { Access, Principal, SessionTimes } from '../../access/index.js';
import type { AdminContext, AdminService } from '../../edge/index.js';
import { CounterfoilError } from '../../foundation/index.js';

interface Parts {
  access: Access;
  gateway: { id: string; org: string; software: string };
}

export function accessAdmin({ access, gateway }: Parts): AdminService['access'] {
  const { users, sessions, tokens, openid } = access;
  const shown = (principal: Principal | null, session: SessionTimes | undefined, attempt?: string) => ({
    gateway,
    setup: users.none,
    openid: openid?.label ?? null,
    openidFailure: principal === null ? (openid?.failure(attempt)?.toBody() ?? null) : null,
    user: principal === null ? null : { name: principal.name, role: principal.role, via: principal.via },
    session: session ?? null,
  });
  /** The session that has just begun, its secret in the cookie of the answer. */
  const begun = (secret: string, context: AdminContext) => {
    context.session.set(secret);
    return shown(sessions.principal(secret, true) ?? null, sessions.times(secret));
  };
  const here = ({ principal, session: { secret, attempt } }: AdminContext) =>
    shown(
      principal,
      principal?.via === 'session' && secret !== undefined ? sessions.times(secret) : undefined,
      attempt,
    );
  return {
    session: async (context) => here(context),
    signIn: async ({ name, password }, context) => begun((await access.signIn(name, password)).secret, context),
    signOut: async ({ session }) => {
      if (session.secret !== undefined) await sessions.end(session.secret);
      session.clear();
      return shown(null, undefined);
    },
    setUp: async (input, context) => {
      const { name } = await access.setUp(input);
      return begun(await sessions.open(name), context);
    },
    changePassword: async (input, context) => {
      const { principal, session } = context;
      if (principal?.via !== 'session' || principal.name === null)
        throw new CounterfoilError('admin.forbidden', 'A password is changed by its user, signed in.');
      await users.changeOwn(principal.name, input.old, input.new, session.secret);
      return here(context);
    },
    users: async () => ({ users: users.list() }),
    addUser: async ({ name, role, password }, { actor }) => users.add({ name, role, password }, actor),
    changeUser: async ({ name, ...change }, { actor }) => users.change(name, change, actor),
    removeUser: async ({ name }, { actor }) => {
      await users.remove(name, actor);
      return { users: users.list() };
    },
    tokens: async ({ principal }) => ({
      tokens: tokens.list().filter(({ maker }) => principal?.role === 'administrator' || maker === principal?.name),
    }),
    createToken: async ({ label, role, ttl }, { principal }) => tokens.create({ label, role, ttlMs: ttl }, principal!),
    revokeToken: async ({ id }, { principal }) => tokens.revoke(id, principal!),
  };
}
