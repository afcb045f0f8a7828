import { fileURLToPath } from 'node:url';
import type { Access } from '../access/index.js';
import type { AdminOptions, Events } from '../edge/index.js';
import type { Ledger } from '../ledger/index.js';

/** Files that the build puts beside the daemon. */
const BUILT = {
  page: fileURLToPath(new URL('../../../admin-ui/dist', import.meta.url)),
  verifierPage: fileURLToPath(new URL('../../../verifier/dist/counterfoil-verifier.html', import.meta.url)),
};

/** What the admin listener needs beside the operations: its people, its page, and what it tells and records. */
export function pageOptions(
  id: string,
  access: Access,
  ledger: Ledger,
  events: Events,
): Pick<AdminOptions, 'id' | 'people' | 'openid' | 'record' | 'events' | 'page' | 'verifierPage'> {
  return {
    id,
    people: {
      ofSession: (secret, active) => access.sessions.principal(secret, active),
      ofToken: (text) => access.tokens.principal(text),
    },
    openid: access.openid,
    record: async ({ actor, action, target, correlation }) => {
      await ledger.record('master', { type: 'admin.action', actor, fields: { action, target, correlation } });
    },
    events,
    ...BUILT,
  };
}
