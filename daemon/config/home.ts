import { join, resolve } from 'node:path';

/** The house on disk: one folder is the whole backup. All paths are absolute. */
export interface HomePaths {
  root: string;
  config: string;
  keys: string;
  adminToken: string;
  /** Of the first start: whoever has it makes the first administrator. Gone when there is one. */
  firstToken: string;
  gatewayDb: string;
  ledgerDb: string;
  store: string;
  quarantine: string;
  /** The default sink. */
  landing: string;
  /** Held by the running daemon; the kernel lets go of it when the process ends, however it ends. */
  lock: string;
  /** Where the running daemon can be found. */
  run: string;
}

export function homePaths(home: string): HomePaths {
  const root = resolve(home);
  return {
    root,
    config: join(root, 'config.yaml'),
    keys: join(root, 'keys'),
    adminToken: join(root, 'keys', 'admin.token'),
    firstToken: join(root, 'keys', 'first.token'),
    gatewayDb: join(root, 'gateway.db'),
    ledgerDb: join(root, 'ledger.db'),
    store: join(root, 'store'),
    quarantine: join(root, 'quarantine'),
    landing: join(root, 'landing'),
    lock: join(root, 'home.lock'),
    run: join(root, 'run.json'),
  };
}
