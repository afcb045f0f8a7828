import { type Config, removeRunFile, writeRunFile } from '../config/index.js';
import type { AdminService, Health } from '../edge/index.js';
import { type Log, rfc3339 } from '../foundation/index.js';
import type { Ledger } from '../ledger/index.js';
import type { Transfers } from '../pipeline/index.js';
import type { Clockwork } from './clockwork.js';
import type { Closing } from './closing.js';

/** A gateway that runs in this process. */
export interface Gateway {
  started: { id: string; home: string; pid: number; admin: string; peer: string | null; page: string };
  /** Makes the first administrator; undefined when there are users. */
  firstToken: string | undefined;
  /** The admin operations, as the API offers them. */
  admin: AdminService;
  health(): Health;
  /** Does what the time has brought, now: expiry, schedules, deadlines. It is done by itself every few seconds, too. */
  tick(): Promise<void>;
  /** Parks what is under way and closes everything; the home can be opened again afterwards. */
  stop(): Promise<void>;
}

interface Running {
  admin: AdminService;
  health(): Health;
  transfers: Transfers;
  ledger: Ledger;
  log: Log;
  closing: Closing;
  clockwork: Clockwork;
  firstToken: string | undefined;
}

/** Writes the run file and gives the gateway to who started it. `state` is what its parts ask while it runs. */
export function running(
  config: Config,
  startedAt: number,
  state: { stopping: boolean; admin: string },
  peer: string | undefined,
  parts: Running,
): Gateway {
  const { admin, health, transfers, ledger, log, closing, clockwork, firstToken } = parts;
  const { paths, id, adminTls } = config;
  const run = {
    pid: process.pid,
    startedAt: rfc3339(startedAt),
    admin: state.admin,
    tls: adminTls !== undefined,
    peer: peer ?? null,
  };
  const page = `${run.tls ? 'https' : 'http'}://${run.admin}/`;
  writeRunFile(paths, run);
  closing.add(() => removeRunFile(paths));
  log.info({ admin: run.admin, peer: run.peer }, 'the gateway runs');
  return {
    started: { id, home: paths.root, pid: run.pid, admin: run.admin, peer: run.peer, page },
    ...{ admin, health, firstToken },
    tick: () => clockwork.tick(),
    stop: async () => {
      state.stopping = true;
      await transfers.close();
      if (ledger.healthy) await ledger.record('master', { type: 'gateway.stopped', actor: 'gateway', fields: {} });
      await closing.run();
      log.info('the gateway has stopped');
    },
  };
}
