import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { type Environment, processEnvironment } from '../config/index.js';

/** What a command can see and touch of the process it runs in. Tests give their own. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Which ends are a person's terminal. */
  terminal: { in: boolean; out: boolean; err: boolean };
  /** Asks on the terminal. `hidden`: the answer is not shown. */
  ask(question: string, hidden?: boolean): Promise<string>;
  readStdin(): Promise<string>;
  env: Environment;
  cwd: string;
}

export function processIo(): Io {
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    terminal: { in: process.stdin.isTTY, out: process.stdout.isTTY, err: process.stderr.isTTY },
    ask: async (question, hidden = false) => {
      const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
      const line = createInterface({ input: process.stdin, output: hidden ? silent : process.stderr, terminal: true });
      try {
        if (hidden) process.stderr.write(question);
        return await line.question(question);
      } finally {
        line.close();
        if (hidden) process.stderr.write('\n');
      }
    },
    readStdin: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
    },
    env: processEnvironment(),
    cwd: process.cwd(),
  };
}
