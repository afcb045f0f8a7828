import { join } from 'node:path';
import { Access } from '../../daemon/access/index.js';
import type { AdminContext } from '../../daemon/edge/index.js';
import { type AdminService, startAdminServer } from '../../daemon/edge/index.js';
import { silentLog, systemClock } from '../../daemon/foundation/index.js';
import { accessAdmin } from '../../daemon/root/admin/access.js';
import { EventHub } from '../../daemon/root/events.js';
import { openDatabase } from '../../daemon/store/index.js';
import { cannedAdmin } from './canned-admin.js';
import { temporaryFolder } from './folder.js';
import { MemoryJournal } from './journal.js';
import type { Ends } from './member.js';
import { PASSWORD } from './person.js';
import { repoRoot } from './repo.js';

/** The page as it was built, with real users, over operations that answer what a test says. */
export async function cannedPage(
  t: Ends,
  answers: Record<string, (input: never, context: AdminContext) => unknown>,
): Promise<{ base: string; hub: EventHub }> {
  const db = openDatabase(':memory:');
  const firstToken = join(temporaryFolder(t), 'first.token');
  const access = new Access({ db, clock: systemClock, journal: new MemoryJournal(), firstToken, passwordCost: 10 });
  await access.users.add({ name: 'ada', role: 'administrator', password: PASSWORD }, 'admin');
  const hub = new EventHub();
  const { service } = cannedAdmin(answers as never);
  const gateway = { id: 'acme.example', org: 'Acme', software: '0' };
  const server = await startAdminServer(
    {
      ...{ token: 'x', id: 'acme.example', software: '0', log: silentLog, events: hub },
      page: join(repoRoot, 'admin-ui', 'dist'),
      service: { ...service, access: accessAdmin({ access, gateway }) } as AdminService,
      people: {
        ofSession: (secret, active) => access.sessions.principal(secret, active),
        ofToken: (text) => access.ofToken(text),
      },
      record: async () => undefined,
      health: () => ({ ready: true, reasons: [], warnings: [] }),
    },
    { host: '127.0.0.1', port: 0 },
  );
  t.after(async () => {
    hub.close();
    await server.close();
    db.close();
  });
  return { base: `http://127.0.0.1:${server.address.port}`, hub };
}
