import { writeSync } from 'node:fs';
import { join } from 'node:path';
import type { CounterfoilError } from '../../daemon/foundation/index.js';
import { Ledger } from '../../daemon/ledger/index.js';
import { vectorSigner } from './ledger-vectors.js';

/**
 * A process that only appends to a ledger, for tests that make it fail or kill it: `node ledger-append.js FOLDER COUNT`.
 * Says `acked SEQ` for each entry that is durable, and `refused CODE` when the ledger gives up.
 */
const [folder, count] = process.argv.slice(2) as [string, string];
const say = (text: string) => writeSync(1, `${text}\n`);

try {
  const ledger = Ledger.open({
    path: join(folder, 'ledger.db'),
    sideFile: join(folder, 'ledger.heads'),
    evidenceFolder: join(folder, 'evidence'),
    key: vectorSigner('acme.example', 1),
  });
  say(`opened ${ledger.head('master').size}`);
  for (let i = 0; i < Number(count); i++) {
    const { seq } = await ledger.record('master', {
      type: 'admin.action',
      actor: 'admin',
      fields: { action: 'append', target: 'x'.repeat(900) },
    });
    say(`acked ${seq}`);
  }
  ledger.close();
  say('closed');
} catch (error) {
  say(`refused ${(error as CounterfoilError).code}`);
  process.exitCode = 1;
}
