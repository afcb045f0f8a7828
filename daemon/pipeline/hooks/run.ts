import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Batch, Schema } from '../../columnar/index.js';
import { LIMITS } from '../../foundation/index.js';
import { type HookAnswer, readAnswer } from './answer.js';
import type { Hook, HookCall } from './hook.js';
import { memoryOf } from './memory.js';
import { moduleCommand } from './module-command.js';
import { canIsolate, HOOK_PATH, isolated } from './sandbox.js';
import { arrowStream } from './stream.js';

/** How often the memory of a hook is looked at. */
const LOOK_MS = 100;

export interface HookRun {
  hook: Hook;
  call: HookCall;
  hidden: readonly string[];
  schema: Schema;
  batches: AsyncIterable<Batch> | Iterable<Batch>;
  signal: AbortSignal;
}

/**
 * Runs a hook over the rows. What it answers, or in words why there is no answer: it crashed, took too long or too much
 * memory, printed too much or nonsense. Nothing that it printed is in those words. Every process that it started has
 * ended when this resolves.
 */
export async function runHook(run: HookRun): Promise<HookAnswer | string> {
  const command = commandOf(run);
  if (typeof command === 'string') return command;
  const folder = mkdtempSync(join(tmpdir(), 'counterfoil-hook-'));
  try {
    return await outcomeOf(command, folder, run);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** An executable that cannot be isolated is not run at all, unless its definition says so. */
function commandOf({ hook, call, hidden }: HookRun): string[] | string {
  const bare =
    hook.module === undefined ? [...hook.command!] : moduleCommand(hook.module, call, hook.memoryBytes, hidden);
  if (!hook.isolate) return bare;
  if (canIsolate()) return isolated(bare, hidden, hook.network);
  // Node keeps a module from files and processes by itself.
  if (hook.module !== undefined) return bare;
  return 'this machine does not let the gateway isolate it (user namespaces are not allowed); allow them, make it a JavaScript module, or set isolate: false for it in config.yaml';
}

async function outcomeOf(command: string[], folder: string, run: HookRun): Promise<HookAnswer | string> {
  const { hook, call, schema, batches, signal } = run;
  signal.throwIfAborted();
  const child = spawn(command[0]!, command.slice(1), {
    cwd: folder,
    detached: true, // a process group of its own, so that all of it can be ended
    env: { ...HOOK_PATH, HOME: folder, TMPDIR: folder, COUNTERFOIL_HOOK: JSON.stringify(call) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let why: string | undefined;
  const stop = (reason: string) => {
    why ??= reason;
    end(child);
  };
  const abort = () => stop('it was cancelled');
  signal.addEventListener('abort', abort, { once: true });
  const late = setTimeout(() => stop(`it took longer than ${hook.timeoutMs / 1000} s`), hook.timeoutMs);
  const watch = setInterval(() => {
    if (child.pid !== undefined && (memoryOf(child.pid) ?? 0) > hook.memoryBytes)
      stop(`it took more than ${Math.round(hook.memoryBytes / 1024 / 1024)} MiB of memory`);
  }, LOOK_MS);
  const output = gathered(child, stop);
  try {
    const exit = ended(child);
    // A hook may know enough before the last row, and stop reading; what it says is looked at in any case.
    const fed = pipeline(Readable.from(arrowStream(schema, batches), { objectMode: false }), child.stdin!).catch(
      (error: unknown) => ((error as NodeJS.ErrnoException).code === 'EPIPE' ? undefined : error),
    );
    const { code, killed } = await exit;
    end(child); // what it may have left running
    child.stdin!.destroy();
    const fault = await fed;
    signal.throwIfAborted();
    if (why !== undefined) return why;
    if (fault instanceof Error && !isEarlyEnd(fault)) throw fault;
    if (killed !== null) return `it was ended by ${killed}`;
    if (code === START_FAILED) return 'it could not be started';
    if (code !== 0) return `it ended with exit code ${code}`;
    return readAnswer(output.text());
  } finally {
    clearTimeout(late);
    clearInterval(watch);
    signal.removeEventListener('abort', abort);
  }
}

const isEarlyEnd = (error: Error): boolean =>
  ['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'ECONNRESET'].includes(
    (error as NodeJS.ErrnoException).code ?? '',
  );

/** What is not an exit code of any process. */
const START_FAILED = -1;

function ended(child: ChildProcess): Promise<{ code: number | null; killed: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.once('error', () => resolve({ code: START_FAILED, killed: null }));
    // A process that it left behind may hold its output open for ever: its own end counts, and a moment for what is in the pipe.
    child.once('exit', (code, killed) => {
      const done = () => resolve({ code, killed });
      const wait = setTimeout(() => end(child), LIMITS.hookDrainMs);
      child.once('close', () => {
        clearTimeout(wait);
        done();
      });
    });
  });
}

function end(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // There is nothing left of the group.
  }
  if (child.exitCode === null) child.kill('SIGKILL');
}

/** What it prints, up to the bound; what it says on its error output is counted and not kept: it may quote the data. */
function gathered(child: ChildProcess, stop: (reason: string) => void): { text(): string } {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const count = (chunk: Buffer, most: number) => {
    bytes += chunk.length;
    if (bytes > most) stop(`it printed more than ${Math.round(most / 1024)} KiB`);
    return bytes <= most;
  };
  child.stdout!.on('data', (chunk: Buffer) => {
    if (count(chunk, LIMITS.hookOutputBytes)) chunks.push(chunk);
  });
  child.stderr!.on('data', (chunk: Buffer) => void count(chunk, LIMITS.hookOutputBytes));
  return { text: () => Buffer.concat(chunks).toString('utf8') };
}
