import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { CounterfoilError } from '../daemon/foundation/index.js';
import { Jobs } from '../daemon/pipeline/jobs/index.js';
import type { TestJobs } from './support/jobs-worker.js';

const entry = new URL('./support/jobs-worker.js', import.meta.url);

function pool(t: { after(fn: () => Promise<void>): void }): Jobs<TestJobs> {
  const jobs = new Jobs<TestJobs>(entry, 2);
  t.after(() => jobs.close());
  return jobs;
}

async function* numbers(count: number, sent: { last: number } = { last: -1 }) {
  for (let i = 0; i < count; i++) {
    sent.last = i;
    yield { item: i };
  }
}

const code = (expected: string) => (error: unknown) => error instanceof CounterfoilError && error.code === expected;

test('a job runs in a worker and gives its result', async (t) => {
  assert.equal(await pool(t).run('add', { a: 2, b: 3 }), 5);
});

test('a thread that is stopped while it loads its modules takes nothing else with it', async () => {
  // Hundreds of names handed on through hundreds of modules: linking them takes a while, and that is when it is stopped.
  const folder = mkdtempSync(join(tmpdir(), 'counterfoil-'));
  const [modules, names] = [200, Array.from({ length: 700 }, (_, at) => `a${at}`)];
  const file = (at: number, text: string) => writeFileSync(join(folder, `m${at}.mjs`), text);
  file(0, `import { ${names} } from './m1.mjs';\nexport const run = () => [${names}];`);
  for (let at = 1; at < modules; at++) file(at, `export * from './m${at + 1}.mjs';`);
  file(modules, names.map((name) => `export const ${name} = 1;`).join('\n'));
  const started = performance.now();
  await once(new Worker(pathToFileURL(join(folder, 'm0.mjs'))), 'exit');
  const whole = performance.now() - started;
  for (const part of [0.5, 0.8]) {
    const jobs = new Jobs(pathToFileURL(join(folder, 'm0.mjs')), 1);
    await setTimeout(whole * part);
    await jobs.close();
  }
  rmSync(folder, { recursive: true });
});

test('items stream both ways, in order', async (t) => {
  const got: unknown[] = [];
  const onItem = (item: unknown) => void got.push(item);
  assert.equal(await pool(t).run('double', {}, { input: numbers(100), onItem }), 100);
  assert.deepEqual(
    got,
    Array.from({ length: 100 }, (_, i) => i * 2),
  );
});

test('a slow reader holds the source back', async (t) => {
  const sent = { last: -1 };
  let seen = 0;
  await pool(t).run(
    'double',
    {},
    {
      input: numbers(200, sent),
      onItem: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        seen++;
        assert.ok(sent.last - seen < 16, `source at ${sent.last}, reader at ${seen}`);
      },
    },
  );
});

test('a failure keeps its code; a foreign one becomes internal and keeps its text for the log only', async (t) => {
  const jobs = pool(t);
  await assert.rejects(jobs.run('fail', { code: 'checks.failed' }), code('checks.failed'));
  await assert.rejects(jobs.run('fail', {}), (error: unknown) => {
    assert.ok(error instanceof CounterfoilError);
    assert.equal(error.code, 'internal');
    assert.doesNotMatch(JSON.stringify(error.toBody()), /4711/);
    assert.match(String((error.cause as Error).message), /4711/);
    return true;
  });
});

test('an aborted job stops, and so does one whose source or reader fails', async (t) => {
  const jobs = pool(t);
  const abort = new AbortController();
  const waiting = jobs.run('wait', {}, { signal: abort.signal, input: hanging(abort.signal) });
  abort.abort(new CounterfoilError('cancelled', 'Enough.'));
  await assert.rejects(waiting, code('cancelled'));

  async function* broken() {
    yield { item: 1 };
    throw new CounterfoilError('stream.incomplete', 'Cut.');
  }
  await assert.rejects(jobs.run('wait', {}, { input: broken() }), code('stream.incomplete'));
  const onItem = () => {
    throw new CounterfoilError('store.full', 'Full.');
  };
  await assert.rejects(jobs.run('count', { to: 1000 }, { onItem }), code('store.full'));
  assert.equal(await jobs.run('add', { a: 1, b: 1 }), 2);
});

async function* hanging(signal: AbortSignal): AsyncGenerator<never> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
}

test('a thread that dies fails its job and no other', async (t) => {
  const jobs = pool(t);
  await assert.rejects(jobs.run('die', {}));
  assert.equal(await jobs.run('add', { a: 1, b: 2 }), 3);
});
