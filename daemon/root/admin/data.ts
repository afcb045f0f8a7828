import type { AdminService } from '../../edge/index.js';
import { LIMITS, printable } from '../../foundation/index.js';
import type { Identity } from '../../identity/index.js';
import type { Ledger } from '../../ledger/index.js';
import type { Jobs } from '../../pipeline/index.js';
import type { WorkerJobs } from '../worker.js';

interface Parts {
  identity: Identity;
  ledger: Ledger;
  jobs: Jobs<WorkerJobs>;
  scratch: string;
}

export function dataAdmin({ identity, ledger, jobs, scratch }: Parts): AdminService['data'] {
  return {
    decrypt: async ({ folder, out }, { actor, correlation, signal }) => {
      const target = printable(folder, LIMITS.ledgerNameChars).slice(1, -1);
      await ledger.record('master', {
        type: 'admin.action',
        actor,
        fields: { action: 'data.decrypt', target, correlation },
      });
      const params = { folder, out, consumer: identity.id, privateKey: identity.sealing.privateKey, scratch };
      const opened = await jobs.run('openFolder', params, { signal });
      return { folder, out, ...opened };
    },
  };
}
