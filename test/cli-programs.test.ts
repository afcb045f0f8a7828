import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { nextSignal } from '../daemon/cli/index.js';
import { removeRunFile } from '../daemon/config/index.js';
import { Shell, shellWithDaemon } from './support/cli.js';
import { repoRoot } from './support/repo.js';

test('start runs until a signal, stops cleanly, and a second signal does not wait', async (t) => {
  const shell = new Shell(t);
  const stopped: string[] = [];
  const started = { id: 'a.example', home: '/h', pid: 1, admin: '127.0.0.1:1', peer: null };
  shell.parts = {
    version: '0.1.0',
    startGateway: async () => ({
      started,
      stop: async () => {
        stopped.push('clean');
      },
    }),
    nextSignal: signals('SIGTERM'),
  };
  const clean = await shell.run('start --home h --json');
  assert.deepEqual([clean.code, clean.json, stopped], [0, started, ['clean']]);

  shell.parts = { ...shell.parts, startGateway: async () => ({ started, stop: () => new Promise(() => undefined) }) };
  shell.parts = { ...shell.parts, nextSignal: signals('SIGINT', 'SIGINT') };
  const forced = await shell.run('start --home h');
  assert.equal(forced.code, 1);
  assert.match(forced.err, /SIGINT: stopping\. Again to stop at once\./);
});

/** These signals, one after the other, then none. */
function signals(...names: string[]): () => Promise<string> {
  return () => {
    const name = names.shift();
    return name === undefined ? new Promise(() => undefined) : Promise.resolve(name);
  };
}

test('doctor looks at config, keys, disk, clock and ports, and asks the daemon where one runs', async (t) => {
  const shell = new Shell(t);
  await shell.run('init --home acme --id acme.example --org Acme --listen 127.0.0.1:0');
  shell.env = { COUNTERFOIL_HOME: 'acme', COUNTERFOIL_LOGLEVEL: 'debug' };
  const alone = await shell.run('doctor --json');
  assert.equal(alone.code, 0, alone.out);
  const areas = (alone.json.findings as { area: string; level: string }[]).map(({ area, level }) => `${area} ${level}`);
  assert.deepEqual(areas, [
    'config ok',
    'config warning',
    'keys ok',
    'disk ok',
    'clock ok',
    'home warning',
    'ports ok',
    'ports ok',
    'ports ok',
  ]);
  const peer = await shell.run('doctor --peer vendor.example');
  assert.equal(peer.code, 3);

  const withDaemon = await shellWithDaemon(t);
  writeFileSync(join(withDaemon.paths.keys, 'org.key'), '');
  const asked = await withDaemon.shell.run('doctor --peer vendor.example');
  assert.match(asked.out, /The ledger can be written\./);
  assert.deepEqual(withDaemon.asked.at(-1), { operation: 'gateway.doctor', input: { peer: 'vendor.example' } });
});

test('doctor finds keys that others can read, a port in use, a clock set back and a broken config', async (t) => {
  const { shell, paths, server } = await shellWithDaemon(t);
  const levels = async () => {
    const { code, json } = await shell.run('doctor --json');
    const findings = json.findings as { area: string; level: string; message: string; hint?: string }[];
    return { code, faults: findings.filter(({ level }) => level === 'fault') };
  };
  assert.match((await levels()).faults[0]!.message, /keys of this gateway are not complete/);
  writeFileSync(join(paths.keys, 'org.key'), '', { mode: 0o644 });
  const readable = await levels();
  assert.equal(readable.code, 1);
  assert.match(readable.faults[0]!.message, /read keys\/org\.key/);
  assert.match(readable.faults[0]!.hint ?? '', /chmod 600/);

  chmodSync(join(paths.keys, 'org.key'), 0o600);
  const later = new Date(Date.now() + 3600_000);
  utimesSync(paths.keys, later, later);
  assert.deepEqual(
    (await levels()).faults.map(({ area }) => area),
    ['clock'],
  );
  utimesSync(paths.keys, new Date(), new Date());

  const port = server.address.port;
  removeRunFile(paths);
  shell.env.COUNTERFOIL_LISTEN_PEER = `127.0.0.1:${port}`;
  const taken = await levels();
  assert.match(
    taken.faults[0]!.message,
    new RegExp(`Another program listens on 127\\.0\\.0\\.1:${port} \\(listen\\.peer\\)`),
  );

  writeFileSync(paths.config, 'id: acme.example\norg: Acme\nlisten: 5\n');
  const broken = await levels();
  assert.equal(broken.code, 1);
  assert.match(broken.faults[0]!.message, /line 3, listen/);
});

const FAULT = {
  class: '1',
  log: 'a.example/counterfoil/master',
  seq: 7,
  culprit: 'a.example',
  message: 'Entry 7 was edited.',
};

test('verifying ledgers and bundles needs no daemon, and faults are exit code 1', async (t) => {
  const { shell, server } = await shellWithDaemon(t);
  await server.close();
  const sound = { ok: true, entries: 3, faults: [], logs: [{ origin: 'o', size: 3, root: 'ef' }] };
  const asked: unknown[] = [];
  shell.parts = {
    ...shell.parts,
    verifyLedger: async (config, { peer }) => {
      asked.push(config.id, peer);
      return peer === undefined ? sound : { ...sound, ok: false, faults: [FAULT] };
    },
    verifyBundles: async (files, policy) => {
      asked.push(files, policy);
      return {
        ...sound,
        ok: policy === undefined,
        faults: policy === undefined ? [] : [FAULT],
        verdict: 'v',
        coverage: [],
        anchors: [],
        forks: policy === undefined ? [] : [{ origin: 'o', culprit: 'a.example', document: '{"v":1}' }],
        parties: [],
        pending: [],
        unseen: [],
        notes: [],
      };
    },
  };
  const good = await shell.run('ledger verify --json');
  assert.deepEqual([good.code, good.json], [0, sound]);
  const bad = await shell.run('ledger verify --peer vendor.example');
  assert.equal(bad.code, 1);
  assert.match(
    bad.out,
    /NOT sound: 1 fault in 3 entries\.\n\n.*\n1 +a\.example\/counterfoil\/master +7 +a\.example +"?Entry 7/,
  );
  assert.deepEqual(asked, ['acme.example', undefined, 'acme.example', 'vendor.example']);

  writeFileSync(join(shell.folder, 'policy.txt'), 'anchors');
  for (const name of ['a.tar', 'b.tar']) writeFileSync(join(shell.folder, name), '');
  const both = await shell.run('audit verify a.tar b.tar --json');
  assert.equal(both.code, 0);
  for (const key of ['ok', 'verdict', 'entries', 'coverage', 'faults']) assert.ok(key in both.json);
  assert.equal((await shell.run('audit verify a.tar --policy policy.txt --json')).code, 1);
  const forked = await shell.run('audit verify a.tar --policy policy.txt --proofs proofs');
  assert.match(
    forked.out,
    /a\.example signed two histories of o .* The proof stands alone: .*fork-a\.example-1\.json/s,
  );
  assert.equal(readFileSync(join(shell.folder, 'proofs', 'fork-a.example-1.json'), 'utf8'), '{"v":1}');
  asked.length = 8;
  shell.parts = { ...shell.parts, verifyProof: async (text) => ({ ok: text === '{"v":1}', origin: 'o', key: 'AAAA' }) };
  const proven = await shell.run('audit proof proofs/fork-a.example-1.json');
  assert.deepEqual([proven.code, /^Proven: .*\nlog +o\nkey +[0-9a-f]{64}/s.test(proven.out)], [0, true], proven.out);
  assert.equal((await shell.run('audit proof policy.txt --json')).code, 1);
  const missing = await shell.run('audit verify c.tar');
  assert.match(missing.err, /There is no file .*c\.tar/);
  assert.deepEqual(asked.slice(4), [
    [join(shell.folder, 'a.tar'), join(shell.folder, 'b.tar')],
    undefined,
    [join(shell.folder, 'a.tar')],
    'anchors',
  ]);
});

test('the demo tells its story to people, and one document to programs', async (t) => {
  const shell = new Shell(t);
  shell.parts = {
    ...shell.parts,
    demo: async ({ dir, keep, say }) => {
      say('Once upon a time.');
      return { ok: !keep, dir };
    },
  };
  assert.equal((await shell.run('demo')).out, 'Once upon a time.\n');
  const program = await shell.run('demo --dir d --keep --json');
  assert.deepEqual([program.code, program.json], [1, { ok: false, dir: join(shell.folder, 'd') }]);
  assert.equal(program.err, 'Once upon a time.\n');
});

test('the program itself: output, exit code and signals of a real process', async () => {
  const main = join(repoRoot, 'dist', 'daemon', 'main.js');
  const { stdout } = await promisify(execFile)(process.execPath, [main, '--version']);
  const { version } = JSON.parse(readFileSync(join(repoRoot, 'package.json'), 'utf8')) as { version: string };
  assert.equal(stdout, `${version}\n`);
  await assert.rejects(promisify(execFile)(process.execPath, [main, 'peer', 'lst', '--json']), (error: unknown) => {
    const failed = error as { code: number; stdout: string };
    assert.equal(failed.code, 2);
    assert.equal((JSON.parse(failed.stdout) as { error: { code: string } }).error.code, 'usage');
    return true;
  });
  const before = process.listenerCount('SIGTERM');
  const heard = nextSignal();
  process.emit('SIGTERM', 'SIGTERM');
  assert.equal(await heard, 'SIGTERM');
  assert.equal(process.listenerCount('SIGTERM'), before);
});
