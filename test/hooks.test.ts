import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Hook, runHook } from '../daemon/pipeline/hooks/index.js';
import { canIsolate } from '../daemon/pipeline/hooks/sandbox.js';
import { INT32, TEXT, tableOf } from './support/checks.js';
import { temporaryFolder } from './support/folder.js';
import { repoRoot } from './support/repo.js';
import { until } from './support/until.js';

const TABLE = tableOf({
  id: { type: INT32, values: [1, 2, 3, 4] },
  name: { type: TEXT, values: ['Zoltan Secretive', null, 'x', 'y'] },
});

const BOUNDS = { timeoutMs: 30_000, memoryBytes: 512 * 1024 * 1024, isolate: false, network: false };

interface Told {
  hook?: Partial<Hook>;
  hidden?: string[];
  signal?: AbortSignal;
  arguments?: Record<string, string | number | boolean>;
}

const answerOf = (what: Pick<Hook, 'module' | 'command'>, told: Told = {}) =>
  runHook({
    hook: { ...BOUNDS, ...what, ...told.hook },
    call: {
      ...{ v: 1, hook: 'mine', rule: 'r', side: 'consumer', version: 'v-x' },
      arguments: told.arguments ?? {},
    },
    hidden: told.hidden ?? [],
    schema: TABLE.schema,
    batches: [TABLE.batch, TABLE.batch],
    signal: told.signal ?? new AbortController().signal,
  });

function file(t: TestContext, name: string, text: string): string {
  const path = join(temporaryFolder(t), name);
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

const moduleHook = (t: TestContext, body: string, told: Told = {}) =>
  answerOf({ module: file(t, 'hook.mjs', body) }, told);
const shellHook = (t: TestContext, body: string, told: Told = {}) =>
  answerOf({ command: [file(t, 'hook.sh', `#!/bin/sh\n${body}\n`)] }, told);

test('a JavaScript module sees every row, its arguments, and what it is asked about', async (t) => {
  const answer = await moduleHook(
    t,
    `export const check = async ({ batches, arguments: { least }, rule, side, version, schema }) => {
      let tested = 0; const rows = [];
      for await (const batch of batches) for (const row of batch) { if (row.id < least) rows.push(tested); tested++; }
      console.log('not the answer');
      return { tested, failed: rows.length, rows, column: schema.fields[0].name, code: [rule, side, version].join('.') };
    };`,
    { arguments: { least: 2 } },
  );
  assert.deepEqual(answer, { tested: 8, failed: 2, rows: [0, 4], column: 'id', code: 'r.consumer.v-x' });
});

test('an executable gets Arrow on its input and is told the rest in its environment, which has no secrets', async (t) => {
  const answer = await shellHook(
    t,
    `cat > /dev/null
case "$COUNTERFOIL_HOOK" in *'"rule":"r"'*) ;; *) exit 9;; esac
env | cut -d= -f1 | grep -v -E '^(PATH|LANG|HOME|TMPDIR|PWD|OLDPWD|SHLVL|_|COUNTERFOIL_HOOK)$' > left
if [ -s left ]; then exit 8; fi
echo '{"tested": 8, "failed": 0}'`,
  );
  assert.deepEqual(answer, { tested: 8, failed: 0 });
});

test('the worked examples give a verdict', async (t) => {
  const at = (name: string) => join(repoRoot, 'examples', 'hooks', name);
  const expected = { tested: 8, failed: 2, rows: [1, 5], column: 'name', code: 'name.absent' };
  const told = { arguments: { column: 'name' } };
  assert.deepEqual(await answerOf({ module: at('no-gaps.mjs') }, told), expected);
  const python = await answerOf({ command: ['/usr/bin/env', 'python3', at('no_gaps.py')] }, told);
  if (typeof python === 'string') t.diagnostic('python3 with pyarrow is not on the path of a hook here');
  else assert.deepEqual(python, expected);
});

test('a crash, a signal, no answer and nonsense are no verdict, and what was printed is not repeated', async (t) => {
  const say = (text: string) => shellHook(t, `cat > /dev/null; printf '%s' '${text}'`);
  const faults: [Promise<unknown>, RegExp][] = [
    [shellHook(t, 'echo Zoltan Secretive >&2; exit 3'), /^it ended with exit code 3$/],
    [shellHook(t, 'kill -9 $$'), /^it was ended by SIGKILL$/],
    [shellHook(t, 'cat > /dev/null'), /^it printed no answer$/],
    [say('Zoltan Secretive'), /^what it printed is not one JSON object$/],
    [say('{"tested":1,"failed":0}{"tested":1,"failed":0}'), /not one JSON object/],
    [say('[]'), /is not a JSON object/],
    [say('{"tested":1}'), /failed in its answer is missing/],
    [say('{"tested":1,"failed":2}'), /more failed than were tested/],
    [say('{"tested":1,"failed":-1}'), /failed in its answer/],
    [say('{"tested":9,"failed":1,"rows":[0,1]}'), /names more failing rows/],
    [say('{"tested":1,"failed":0,"message":"Zoltan Secretive"}'), /"message"/],
    [say('{"tested":1,"failed":0,"code":"Zoltan Secretive"}'), /code in its answer/],
    [answerOf({ command: ['/nowhere/hook'] }), /^it could not be started$/],
    [moduleHook(t, 'export const other = 1;'), /exit code 1/],
    [moduleHook(t, 'export const check = () => { throw new Error("x"); };'), /exit code 1/],
    [moduleHook(t, 'export const check = () => undefined;'), /not one JSON object/],
  ];
  for (const [fault, text] of faults) {
    const said = await fault;
    assert.match(String(said), text);
    assert.doesNotMatch(String(said), /Zoltan/);
  }
});

test('a hook that knows enough early need not read on', async (t) => {
  assert.deepEqual(await shellHook(t, `echo '{"tested":1,"failed":1,"rows":[0]}'`), {
    tested: 1,
    failed: 1,
    rows: [0],
  });
});

test('a hook that hangs or floods is ended, with what it has started', async (t) => {
  const folder = temporaryFolder(t);
  const pidFile = join(folder, 'pid');
  const hung = await shellHook(t, `sleep 300 & echo $! > ${pidFile}; wait`, { hook: { timeoutMs: 700 } });
  assert.equal(hung, 'it took longer than 0.7 s');
  const pid = readFileSync(pidFile, 'utf8').trim();
  await until('the end of what it started', () => !existsSync(`/proc/${pid}`) || stateOf(pid) === 'Z');
  assert.equal(
    await shellHook(t, 'while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done'),
    'it printed more than 64 KiB',
  );
  assert.equal(
    await shellHook(t, 'while :; do echo aaaaaaaaaaaaaaaaaaaaaaaa >&2; done'),
    'it printed more than 64 KiB',
  );
  // One that leaves a process behind, which holds the output open: the verdict stands, the process goes.
  const left = await shellHook(t, `cat >/dev/null; sleep 300 & echo $! > ${pidFile}; echo '{"tested":1,"failed":0}'`);
  assert.deepEqual(left, { tested: 1, failed: 0 });
  const other = readFileSync(pidFile, 'utf8').trim();
  await until('the end of what it left', () => !existsSync(`/proc/${other}`) || stateOf(other) === 'Z');
});

const stateOf = (pid: string): string => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2)[0]!;
  } catch {
    return 'Z';
  }
};

test('a hook that takes too much memory is ended', { skip: !existsSync('/proc/self/stat') }, async (t) => {
  const body = `export const check = async () => {
    const held = [];
    for (;;) { held.push(Buffer.alloc(16 * 1024 * 1024, 1)); await new Promise((done) => setTimeout(done, 20)); }
  };`;
  const said = await moduleHook(t, body, { hook: { memoryBytes: 200 * 1024 * 1024 } });
  assert.equal(said, 'it took more than 200 MiB of memory');
});

test('a cancelled run ends the hook and says so', async (t) => {
  const end = new AbortController();
  const running = shellHook(t, 'sleep 300', { signal: end.signal });
  setImmediate(() => end.abort(new Error('cancelled')));
  await assert.rejects(running, /cancelled/);
});

test('a JavaScript module reads its own folder and nothing else, writes nothing and starts nothing', async (t) => {
  const secret = file(t, 'store.key', 'raw key');
  const tries = [
    `fs.readFileSync(${JSON.stringify(secret)})`,
    `fs.writeFileSync('out', 'x')`,
    `(await import('node:child_process')).execSync('true')`,
    `new (await import('node:worker_threads')).Worker('1', { eval: true })`,
    `fs.readFileSync('/proc/' + process.ppid + '/environ')`,
  ];
  const answer = await moduleHook(
    t,
    `import fs from 'node:fs';
    export const check = async () => {
      let failed = 0;
      const codes = new Set();
      ${tries.map((code) => `try { ${code}; failed++; } catch (error) { codes.add(error.code); }`).join('\n')}
      return { tested: ${tries.length}, failed, code: [...codes].join('.') };
    };`,
  );
  assert.deepEqual(answer, { tested: tries.length, failed: 0, code: 'ERR_ACCESS_DENIED' });
});

test('an isolated executable sees neither the home, nor other processes, nor a network', async (t) => {
  if (!canIsolate()) {
    const said = await shellHook(t, 'true', { hook: { isolate: true } });
    assert.match(String(said), /does not let the gateway isolate it .* isolate: false/);
    return;
  }
  const home = temporaryFolder(t);
  mkdirSync(join(home, 'keys'));
  mkdirSync(join(home, 'hooks'));
  writeFileSync(join(home, 'keys', 'store.key'), 'raw key');
  const hook = join(home, 'hooks', 'hook.sh');
  writeFileSync(
    hook,
    `#!/bin/sh
cat > /dev/null
failed=0
cat ${home}/keys/store.key 2>/dev/null && failed=1
umount ${home} 2>/dev/null && failed=2
unshare -Urm sh -c 'umount ${home}; cat ${home}/keys/store.key' 2>/dev/null && failed=3
[ "$(ls /proc | grep -c '^[0-9]')" -gt 6 ] && failed=4
[ "$(grep -c : /proc/net/dev)" -gt 1 ] && failed=5
setsid sleep 300 > /dev/null 2>&1 &
echo "{\\"tested\\": 9, \\"failed\\": $failed}"
`,
  );
  chmodSync(hook, 0o755);
  const answer = await answerOf({ command: [hook] }, { hook: { isolate: true }, hidden: [home] });
  assert.deepEqual(answer, { tested: 9, failed: 0 });
  assert.equal(readFileSync(join(home, 'keys', 'store.key'), 'utf8'), 'raw key');
});
