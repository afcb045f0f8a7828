import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Io, type Parts, runCli } from '../../daemon/cli/index.js';
import { formatAddress, initHome, writeRunFile } from '../../daemon/config/index.js';
import { startAdminServer } from '../../daemon/edge/index.js';
import { silentLog } from '../../daemon/foundation/index.js';
import { cannedAdmin } from './canned-admin.js';
import { temporaryFolder } from './folder.js';

type Ends = Parameters<typeof temporaryFolder>[0];

/** What a command line left behind. */
export interface Ran {
  code: number;
  out: string;
  err: string;
  /** The one JSON document on stdout. */
  json: Record<string, unknown>;
}

/** A shell of its own: a folder to stand in, an environment, and what a person would type. */
export class Shell {
  readonly folder: string;
  env: Record<string, string | undefined> = {};
  terminal = { in: false, out: false, err: false };
  answers: string[] = [];
  stdin = '';
  parts: Parts = { version: '0.1.0', nextSignal: () => new Promise(() => undefined) };

  constructor(t: Ends) {
    this.folder = temporaryFolder(t);
  }

  /** Runs `counterfoil LINE`. Words are split at spaces; "…" and '…' hold words together. */
  async run(line: string): Promise<Ran> {
    let out = '';
    let err = '';
    const io: Io = {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      terminal: this.terminal,
      ask: async () => this.answers.shift() ?? '',
      readStdin: async () => this.stdin,
      env: this.env,
      cwd: this.folder,
    };
    const args = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3]!);
    const code = await runCli(args, io, this.parts);
    return {
      code,
      out,
      err,
      get json() {
        return JSON.parse(out) as Record<string, unknown>;
      },
    };
  }
}

/** A shell with a home in `acme`, and an admin API that gives canned answers running for it. */
export async function shellWithDaemon(t: Ends, answers: Parameters<typeof cannedAdmin>[0] = {}) {
  const shell = new Shell(t);
  const options = { id: 'acme.example', org: 'Acme', listen: '127.0.0.1:0' };
  const paths = initHome(join(shell.folder, 'acme'), options);
  writeFileSync(paths.adminToken, 'token-of-acme\n', { mode: 0o600 });
  const { service, asked } = cannedAdmin(answers);
  const server = await startAdminServer(
    {
      service,
      token: 'token-of-acme',
      health: () => ({ ready: true, reasons: [], warnings: [] }),
      software: '0.1.0',
      log: silentLog,
    },
    { host: '127.0.0.1', port: 0 },
  );
  t.after(() => server.close());
  const admin = formatAddress(server.address);
  writeRunFile(paths, { pid: process.pid, startedAt: '2030-01-01T00:00:00Z', admin, tls: false, peer: null });
  shell.env = { COUNTERFOIL_HOME: paths.root };
  return { shell, asked, server, paths };
}
