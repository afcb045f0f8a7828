import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Ledger, verifyLedger } from '../daemon/ledger/index.js';
import { tried } from './support/effort.js';
import { temporaryFolder } from './support/folder.js';
import { vectorSigner } from './support/ledger-vectors.js';
import { LedgerParty } from './support/ledgers.js';
import { repoRoot } from './support/repo.js';

const program = join(repoRoot, 'dist', 'test', 'support', 'ledger-append.js');
const CALLS = ['pwrite64', 'write', 'fsync', 'fdatasync', 'ftruncate', 'rename', 'unlink', 'openat'] as const;
const COUNT = 4;

/** Places of each call that are tried, and cuts of a log, in a run that is not a long one. */
const RUNS_EACH = 3;
const CUTS = 100;

const skip = !canTrace() && 'strace is not here, or may not trace';

function canTrace(): boolean {
  return spawnSync('strace', ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=fsync', 'true']).status === 0;
}

interface Run {
  acked: number[];
  refused: string | undefined;
  closed: boolean;
}

function run(folder: string, inject?: string): Run {
  const node = [process.execPath, program, folder, String(COUNT)];
  const trace =
    inject === undefined
      ? []
      : ['-f', '-qq', '-o', '/dev/null', '-e', `trace=${inject.split(':')[0]}`, '-e', `inject=${inject}`];
  const command = inject === undefined ? node : ['strace', ...trace, ...node];
  const { stdout } = spawnSync(command[0]!, command.slice(1), { encoding: 'utf8', timeout: 60_000 });
  const lines = stdout.split('\n');
  return {
    acked: lines.filter((line) => line.startsWith('acked')).map((line) => Number(line.slice(6))),
    refused: lines.find((line) => line.startsWith('refused'))?.slice(8),
    closed: lines.includes('closed'),
  };
}

/** How often the main thread makes each call after the program has begun to work on the ledger. */
function callsOf(t: TestContext, seed: string): Map<string, { first: number; last: number }> {
  const log = join(temporaryFolder(t), 'trace');
  const folder = copyOf(t, seed);
  execFileSync('strace', [
    '-f',
    '-qq',
    '-o',
    log,
    '-e',
    `trace=${CALLS.join(',')}`,
    process.execPath,
    program,
    folder,
    String(COUNT),
  ]);
  const lines = readFileSync(log, 'utf8').split('\n');
  const main = lines[0]!.split(' ')[0]!;
  const seen = new Map<string, { first: number; last: number }>();
  const counts = new Map<string, number>();
  let begun = false;
  for (const line of lines.filter((text) => text.startsWith(`${main} `))) {
    const call = /^\d+ +(\w+)\(/.exec(line)?.[1];
    if (call === undefined) continue;
    const nth = (counts.get(call) ?? 0) + 1;
    counts.set(call, nth);
    begun ||= line.includes('ledger.db');
    if (begun) seen.set(call, { first: seen.get(call)?.first ?? nth, last: nth });
  }
  return seen;
}

/** A folder with a ledger that has something in it already. */
function seeded(t: TestContext): string {
  const folder = temporaryFolder(t);
  run(folder);
  return folder;
}

function copyOf(t: TestContext, seed: string): string {
  const folder = temporaryFolder(t);
  cpSync(seed, folder, { recursive: true });
  return folder;
}

/** Whatever happened: what was acknowledged is there, everything verifies, and the gateway starts again. */
function assertWhole(folder: string, result: Run, what: string): void {
  const report = verifyLedger({ path: join(folder, 'ledger.db'), sideFile: join(folder, 'ledger.heads') });
  assert.deepEqual(report.faults, [], what);
  const last = result.acked.at(-1) ?? COUNT;
  assert.ok(report.logs[0]!.size > last, `${what}: ${report.logs[0]!.size} entries, ${last} was acknowledged`);
  const key = vectorSigner('acme.example', 1);
  const options = {
    path: join(folder, 'ledger.db'),
    sideFile: join(folder, 'ledger.heads'),
    evidenceFolder: folder,
    key,
  };
  Ledger.open(options).close();
}

test('killed at any write, sync or rename, the ledger keeps what it acknowledged', { skip }, (t) => {
  let runs = 0;
  const seed = seeded(t);
  for (const [call, { first, last }] of callsOf(t, seed)) {
    for (const nth of tried(first, last, RUNS_EACH)) {
      const folder = copyOf(t, seed);
      const result = run(folder, `${call}:signal=KILL:when=${nth}`);
      assertWhole(folder, result, `killed at ${call} ${nth}`);
      runs++;
    }
  }
  assert.ok(runs >= 15, `only ${runs} places`);
});

test('when a write, sync or rename fails, the ledger gives up and has lost nothing', { skip }, (t) => {
  let refused = 0;
  const seed = seeded(t);
  for (const [call, { first, last }] of callsOf(t, seed)) {
    for (const [i, nth] of tried(first, last, RUNS_EACH).entries()) {
      const folder = copyOf(t, seed);
      const error = i % 2 === 0 ? 'EIO' : 'ENOSPC';
      const result = run(folder, `${call}:error=${error}:when=${nth}+`);
      assertWhole(folder, result, `${error} at ${call} ${nth}`);
      if (result.refused !== undefined) {
        refused++;
        assert.match(result.refused, /^(ledger\.|store\.)/, `${error} at ${call} ${nth}`);
      }
    }
  }
  assert.ok(refused >= 5, `the ledger gave up only ${refused} times`);
});

test('a write-ahead log that is cut anywhere leaves a ledger that ends earlier, and nothing else', async (t) => {
  const party = new LedgerParty(temporaryFolder(t), vectorSigner('acme.example', 1) as never);
  for (let i = 0; i < 12; i++) await party.ledger.record('master', { type: 'gateway.started', actor: 'gateway' });
  const hot = temporaryFolder(t);
  cpSync(party.folder, hot, { recursive: true });
  party.ledger.close();
  const wal = statSync(join(hot, 'ledger.db-wal')).size;
  assert.ok(wal > 20_000, String(wal));
  let before = 0;
  const cuts = [...tried(0, wal - 61, CUTS), ...Array.from({ length: 61 }, (_, i) => wal - 60 + i)];
  for (const size of cuts) {
    const folder = temporaryFolder(t);
    for (const name of ['ledger.db', 'ledger.db-wal']) cpSync(join(hot, name), join(folder, name));
    truncateSync(join(folder, 'ledger.db-wal'), size);
    const options = { path: join(folder, 'ledger.db'), sideFile: join(folder, 'none') };
    let entries = 0;
    try {
      const report = verifyLedger(options);
      assert.deepEqual(report.faults, [], `cut at ${size}`);
      entries = report.entries;
    } catch (error) {
      assert.equal(before, 0, `cut at ${size}: ${String(error)}`); // no table was written yet
    }
    assert.ok(entries >= before, `cut at ${size}: ${entries} entries after ${before}`);
    before = entries;
  }
  assert.equal(before, 13);
  assert.ok(!existsSync(join(hot, 'ledger.db-journal')));
});
