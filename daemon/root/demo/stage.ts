import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Io, type Parts, runCli } from '../../cli/index.js';
import { CounterfoilError } from '../../foundation/index.js';

/** A command of the CLI as the story runs it: its exit code and the one document that it printed. */
export interface Ran {
  code: number;
  json: Record<string, unknown>;
}

/** Where the story plays: a folder, gateways in it, each a process of its own, and the same commands that a person types. */
export class Stage {
  readonly dir: string;
  readonly #program: string;
  readonly #parts: Omit<Parts, 'nextSignal'>;
  readonly #daemons: ChildProcess[] = [];

  constructor(dir: string, program: string, parts: Omit<Parts, 'nextSignal'>) {
    this.dir = dir;
    this.#program = program;
    this.#parts = parts;
    mkdirSync(dir, { recursive: true });
  }

  home(name: string): string {
    return join(this.dir, name);
  }

  /** Writes a file of the story and gives its path. */
  file(name: string, text: string): string {
    const path = join(this.dir, name);
    writeFileSync(path, text);
    return path;
  }

  /** `counterfoil --home <gateway> …args --json`, in this process. Fails the story unless it exits as expected. */
  async run(gateway: string, args: readonly string[], expected = 0): Promise<Ran> {
    let out = '';
    let err = '';
    const io: Io = {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      terminal: { in: false, out: false, err: false },
      ask: async () => '',
      readStdin: async () => '',
      cwd: this.dir,
      env: {},
    };
    const parts = { ...this.#parts, nextSignal: () => new Promise<string>(() => {}) };
    const code = await runCli([...args, '--home', this.home(gateway), '--json'], io, parts);
    const json = JSON.parse(out.trim().split('\n').at(-1) || '{}') as Record<string, unknown>;
    if (code !== expected) {
      const told = json.error as { code?: string; message?: string } | undefined;
      const message = `"${args.slice(0, 2).join(' ')}" on ${gateway} ended with ${code}, not ${expected}: ${told?.message ?? err.trim()}`;
      throw new CounterfoilError('internal', message, {
        hint: 'The demo did not go as it should; please report this.',
      });
    }
    return { code, json };
  }

  /** Makes a gateway on free ports of the loopback interface and starts its daemon. */
  async gateway(name: string, id: string, org: string): Promise<void> {
    const any = '127.0.0.1:0';
    await this.run(name, [
      'init',
      '--id',
      id,
      '--org',
      org,
      '--listen',
      any,
      '--enrol',
      any,
      '--admin',
      any,
      '--advertise',
      '127.0.0.1',
    ]);
    const log = join(this.home(name), 'daemon.log');
    const output = openSync(log, 'a');
    const args = [this.#program, 'start', '--home', this.home(name), '--json'];
    const daemon = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', output], detached: true });
    closeSync(output);
    this.#daemons.push(daemon);
    await started(daemon, name);
  }

  /** Stops every daemon cleanly. */
  async close(): Promise<void> {
    await Promise.all(
      this.#daemons.map(async (daemon) => {
        if (daemon.exitCode !== null || daemon.signalCode !== null) return;
        const gone = once(daemon, 'exit');
        daemon.kill('SIGTERM');
        await gone;
      }),
    );
  }

  /** Lets the daemons live on after this process. */
  leave(): void {
    for (const daemon of this.#daemons) {
      daemon.stdout?.destroy();
      daemon.unref();
    }
  }
}

/** Resolves with the line that a daemon prints when it is ready. */
async function started(daemon: ChildProcess, name: string): Promise<void> {
  const lines = createInterface({ input: daemon.stdout! });
  const line = await Promise.race([once(lines, 'line'), once(daemon, 'exit').then(() => undefined)]);
  lines.close();
  if (line === undefined)
    throw new CounterfoilError('internal', `The gateway of ${name} ended at its start; see daemon.log in its home.`);
}
