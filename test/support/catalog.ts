import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Datasets, Profiles, profileTable, Versions, writeVersion } from '../../daemon/catalog/index.js';
import { systemClock } from '../../daemon/foundation/index.js';
import { parseRule } from '../../daemon/pipeline/checks/index.js';
import { openSource } from '../../daemon/pipeline/engine/index.js';
import { KeyBox, newKey, openDatabase } from '../../daemon/store/index.js';
import { MemoryJournal } from './journal.js';

/** The catalog of a gateway, without the gateway. */
export function catalog(t: TestContext, folder: string) {
  const db = openDatabase(join(folder, 'gateway.db'));
  t.after(() => db.close());
  const journal = new MemoryJournal();
  const datasets = new Datasets(db, journal, systemClock, parseRule);
  const shared = { db, datasets, scratch: join(folder, 'scratch'), access: () => undefined };
  const versions = new Versions({
    ...shared,
    journal,
    clock: systemClock,
    store: join(folder, 'store'),
    keys: new KeyBox(newKey()),
    write: (params, hooks) => writeVersion(params, openSource, hooks),
  });
  const runs: string[] = [];
  const profiles = new Profiles({
    ...shared,
    journal,
    clock: systemClock,
    versions,
    run: (params, hooks) => {
      runs.push('version' in params ? 'version' : 'source');
      return profileTable(params, openSource, hooks);
    },
  });
  return { datasets, versions, profiles, runs, journal };
}
