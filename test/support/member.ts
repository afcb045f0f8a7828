import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AdminClient, type Answer } from '../../daemon/cli/client.js';
import { loadConfig } from '../../daemon/config/index.js';
import { createLog, silentLog } from '../../daemon/foundation/index.js';
import { type Overrides, startGateway } from '../../daemon/root/gateway.js';
import type { Gateway } from '../../daemon/root/running.js';
import { temporaryFolder } from './folder.js';
import { type HomeOptions, makeHome } from './homes.js';
import { repoRoot } from './repo.js';
import { until } from './until.js';

export interface Ends {
  after(work: () => void | Promise<void>): void;
}

export interface MemberOptions extends HomeOptions {
  /** A daemon in a process of its own, which can be killed. */
  process?: boolean;
  /** In such a process, with a disk that can be full: `fullDisk`. */
  disk?: boolean;
  /** In such a process, with this folder of the home on a disk of its own of so many bytes, where `mayMount`. */
  small?: { folder: string; bytes: number };
  overrides?: Overrides;
  home?: string;
}

type Shown = Answer<'transfers', 'show'>;

/** One organisation with a real gateway, looked at through its admin API as the CLI does. */
export class Member {
  readonly id: string;
  readonly home: string;
  readonly #options: MemberOptions;
  #gateway: Gateway | undefined;
  #daemon: ChildProcess | undefined;
  #admin: AdminClient | undefined;

  private constructor(id: string, home: string, options: MemberOptions) {
    this.id = id;
    this.home = home;
    this.#options = options;
  }

  /** Makes a home and starts its gateway; it is stopped and gone when the test ends. */
  static async make(t: Ends, id: string, options: MemberOptions = {}): Promise<Member> {
    const home = options.home ?? temporaryFolder(t);
    await makeHome(home, id, options);
    const member = new Member(id, home, options);
    t.after(() => member.stop());
    await member.start();
    return member;
  }

  get admin(): AdminClient {
    assert.ok(this.#admin, `${this.id} does not run`);
    return this.#admin;
  }

  get running(): boolean {
    return this.#admin !== undefined;
  }

  /** With `dies`, in a process that kills itself at that step; support/mortal.ts lists them. */
  async start({ dies, ...overrides }: Overrides & { dies?: string } = {}): Promise<void> {
    const { process: own, disk, small } = this.#options;
    if (own || disk || small || dies !== undefined) this.#daemon = await startDaemon(this.home, { dies, disk, small });
    else {
      const level = process.env.COUNTERFOIL_TEST_LOG;
      const log = level === undefined ? silentLog : createLog({ level, id: this.id });
      this.#gateway = await startGateway(this.home, 'counterfoil test', {
        log,
        threads: 1,
        passwordCost: 10,
        ...this.#options.overrides,
        ...overrides,
      });
    }
    this.#admin = AdminClient.ofHome(loadConfig(this.home, {}));
  }

  /** SIGTERM to a process. */
  async stop(): Promise<void> {
    await this.#admin?.close();
    this.#admin = undefined;
    await this.#gateway?.stop();
    this.#gateway = undefined;
    await this.#end('SIGTERM');
  }

  /** SIGKILL: as a crash, at whatever point it is. */
  async kill(): Promise<void> {
    assert.ok(this.#daemon, 'only a process can be killed');
    this.#daemon.kill('SIGKILL');
    await this.#admin?.close();
    this.#admin = undefined;
    await this.#end('SIGKILL');
  }

  /** Waits until the process has ended by itself. Gives the signal that ended it. */
  async gone(mostMs = 30_000): Promise<NodeJS.Signals | null> {
    const daemon = this.#daemon;
    assert.ok(daemon, 'only a process can be gone');
    await until(`${this.id} to be gone`, () => daemon.exitCode !== null || daemon.signalCode !== null, mostMs);
    await this.#admin?.close();
    this.#admin = undefined;
    this.#daemon = undefined;
    return daemon.signalCode;
  }

  /** From now on nothing can be written below these folders of the home, such as `quarantine`. */
  fullDisk(...folders: string[]): void {
    writeFileSync(join(this.home, 'disk-full'), folders.join('\n'));
  }

  /** Does what is due by now, of a gateway in this process. */
  async tick(): Promise<void> {
    await this.#gateway?.tick();
  }

  /** What a process has logged so far. */
  get log(): string {
    return readFileSync(join(this.home, 'daemon.log'), 'utf8');
  }

  /** A path below the home as the process sees it, its own disk included. */
  seen(...path: string[]): string {
    return join(`/proc/${this.pid}/root`, this.home, ...path);
  }

  get pid(): number | undefined {
    return this.#daemon?.pid;
  }

  async dataset(name: string, source: string, more: { contract?: string; query?: string } = {}) {
    await this.admin.post('/v1/datasets', { name, source, ...more });
    return this.publish(name);
  }

  publish(name: string) {
    return this.admin.long<Answer<'datasets', 'publish'>>(
      `/v1/datasets/${encodeURIComponent(name)}/publish`,
      {},
      () => undefined,
    );
  }

  /** Starts a transfer under an agreement; either side may. */
  async transfer(agreement: string, version?: string): Promise<string> {
    const body = { agreement, ...(version === undefined ? {} : { version }) };
    return (await this.admin.post<Answer<'transfers', 'start'>>('/v1/transfers', body)).id;
  }

  show(transfer: string): Promise<Shown> {
    return this.admin.get<Shown>(`/v1/transfers/${transfer}`);
  }

  async transfers(): Promise<Answer<'transfers', 'list'>['transfers']> {
    return (await this.admin.get<Answer<'transfers', 'list'>>('/v1/transfers')).transfers;
  }

  /** Waits until a transfer is in one of these states. A final state that is none of them fails the test. */
  async reaches(transfer: string, states: readonly string[], mostMs = 30_000): Promise<Shown> {
    let now: Shown | undefined;
    const what = () => `${this.id}: ${transfer} ${states.join(' or ')}; it is ${JSON.stringify(brief(now))}`;
    const end = Date.now() + mostMs;
    for (;;) {
      now = await this.show(transfer).catch(() => undefined);
      if (now !== undefined && states.includes(now.state)) return now;
      if (now?.final === true || Date.now() > end) assert.fail(`waited for ${what()}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** The transfer in its final state. */
  async ends(transfer: string, mostMs = 30_000): Promise<Shown> {
    let now: Shown | undefined;
    await until(
      `${this.id}: an end of ${transfer}`,
      async () => {
        now = await this.show(transfer).catch(() => undefined);
        return now?.final === true;
      },
      mostMs,
    ).catch((error: Error) => assert.fail(`${error.message}: ${JSON.stringify(brief(now))}`));
    return now!;
  }

  /** Entries of the channel log with a peer. */
  async entries(peer: Member | string): Promise<{ seq: number; type: string; entry: Record<string, unknown> }[]> {
    const id = typeof peer === 'string' ? peer : peer.id;
    const { entries } = await this.admin.get<{
      entries: { seq: number; type: string; entry: Record<string, unknown> }[];
    }>('/v1/ledger/entries', { peer: id, limit: 1000 });
    return entries;
  }

  /** Types of the ledger entries about a transfer, in order. */
  async entriesOf(peer: Member, transfer: string): Promise<string[]> {
    return (await this.entries(peer)).filter(({ entry }) => entry.transfer === transfer).map(({ type }) => type);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = undefined;
    if (daemon === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const gone = once(daemon, 'exit');
    daemon.kill(signal);
    await gone;
  }
}

const brief = (shown: Shown | undefined) =>
  shown && { state: shown.state, reasons: shown.reasons, rows: shown.rows, steps: shown.steps };

async function startDaemon(
  home: string,
  { dies, disk, small }: Pick<MemberOptions, 'disk' | 'small'> & { dies: string | undefined },
): Promise<ChildProcess> {
  const log = join(home, 'daemon.log');
  appendFileSync(log, '');
  const output = openSync(log, 'a');
  const dist = join(repoRoot, 'dist');
  const args =
    dies === undefined
      ? [join(dist, 'daemon', 'main.js'), 'start', '--home', home, '--json']
      : [join(dist, 'test', 'support', 'mortal.js'), home, dies];
  const preload = disk ? ['--import', join(dist, 'test', 'support', 'full-disk.js')] : [];
  const env = { ...process.env, FULL_DISK_HOME: home };
  const command = [process.execPath, ...preload, ...args];
  const all = small === undefined ? command : onSmallDisk(join(home, small.folder), small.bytes, command);
  const daemon = spawn(all[0]!, all.slice(1), { stdio: ['ignore', 'pipe', output], env });
  closeSync(output);
  const lines = createInterface({ input: daemon.stdout! });
  const line = await Promise.race([once(lines, 'line'), once(daemon, 'exit').then(() => undefined)]);
  lines.close();
  daemon.stdout!.resume();
  assert.ok(line, `the daemon of ${home} ended at its start: ${readFileSync(log, 'utf8').slice(-2000)}`);
  return daemon;
}

/** False where this machine lets nobody mount a file system in a namespace of its own. */
export const mayMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

/** A command line that runs another with a small file system mounted in a place, seen by that process alone. */
const onSmallDisk = (place: string, bytes: number, command: readonly string[]): string[] => [
  ...['unshare', '-rm', 'sh', '-c', `mount -t tmpfs -o size=${bytes} none "$0" && exec "$@"`, place],
  ...command,
];
