import { resolve } from 'node:path';
import { homeOfEnvironment, loadConfig } from '../config/index.js';
import type { Progress } from '../edge/index.js';
import { CounterfoilError } from '../foundation/index.js';
import { Bar } from './bar.js';
import { AdminClient } from './client.js';
import type { Io } from './io.js';

/** What a command yields: the document for programs, the same for people, and whether it counts as done. */
export interface Outcome {
  json: unknown;
  text: string;
  /** For people only, on stderr: what to do next. */
  note?: string;
  /** 1: it ran, and the answer is no (failed checks, faults found, not delivered). */
  exit?: 0 | 1;
}

/** One run of one command. */
export class Session {
  readonly io: Io;
  readonly json: boolean;
  readonly #home: string | undefined;
  #admin: AdminClient | undefined;

  constructor(io: Io, options: { home?: string; json?: boolean }) {
    this.io = io;
    this.json = options.json ?? false;
    this.#home = options.home;
  }

  /** The home folder that is meant, absolute. */
  get home(): string {
    const home = this.#home ?? homeOfEnvironment(this.io.env);
    if (home !== undefined) return resolve(this.io.cwd, home);
    throw new CounterfoilError('usage', 'Which gateway? No home folder is given.', {
      hint: 'Give --home DIR, or set COUNTERFOIL_HOME.',
    });
  }

  /** The running daemon of that home. */
  get admin(): AdminClient {
    this.#admin ??= AdminClient.ofHome(loadConfig(this.home, this.io.env));
    return this.#admin;
  }

  /** A long call, with a bar on a terminal. */
  async long<T>(path: string, body: object = {}): Promise<T> {
    const bar = new Bar(this.io);
    try {
      return await this.admin.long<T>(path, body, (progress: Progress) => bar.update(progress));
    } finally {
      bar.clear();
    }
  }

  /** An absolute path for one that is relative to where the command was called. */
  path(path: string): string {
    return resolve(this.io.cwd, path);
  }

  print(outcome: Outcome): number {
    this.io.out(this.json ? `${JSON.stringify(outcome.json)}\n` : `${outcome.text}\n`);
    if (outcome.note !== undefined && !this.json) this.io.err(`${outcome.note}\n`);
    return outcome.exit ?? 0;
  }

  async close(): Promise<void> {
    await this.#admin?.close();
  }
}
