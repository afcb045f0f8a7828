import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  environmentVariables,
  formatAddress,
  initHome,
  loadConfig,
  nearest,
  parseAddress,
  readRunFile,
  removeRunFile,
  sourceAccess,
  undoInit,
  writeRunFile,
} from '../daemon/config/index.js';
import { CounterfoilError } from '../daemon/foundation/index.js';
import { lockHome } from '../daemon/store/index.js';
import { coded } from './support/errors.js';
import { temporaryFolder } from './support/folder.js';
import { repoRoot } from './support/repo.js';

const MINIMAL = 'id: acme.example\norg: Acme\n';

/** A home whose config.yaml is this text. */
function homeWith(t: TestContext, text: string): string {
  const home = temporaryFolder(t);
  writeFileSync(join(home, 'config.yaml'), text);
  return home;
}

function failure(run: () => unknown): CounterfoilError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof CounterfoilError, String(error));
    return error;
  }
  throw new Error('it did not fail');
}

test('init writes a config that loads, and only its owner can read the home', (t) => {
  const home = join(temporaryFolder(t), 'acme');
  const paths = initHome(home, { id: 'acme.example', org: 'Acme "North": #1 \\ & Ltd', listen: '127.0.0.1:0' });
  const config = loadConfig(home, {});
  assert.equal(config.id, 'acme.example');
  assert.equal(config.org, 'Acme "North": #1 \\ & Ltd');
  assert.deepEqual(config.listen, {
    peer: { host: '127.0.0.1', port: 0 },
    enrol: { host: '127.0.0.1', port: 0 },
    admin: { host: '127.0.0.1', port: 0 },
  });
  assert.deepEqual(config.advertise, { host: '127.0.0.1' });
  assert.equal(config.sinkFolder, paths.landing);
  assert.equal(statSync(home).mode & 0o777, 0o700);
  assert.equal(statSync(paths.config).mode & 0o777, 0o600);
  assert.deepEqual(config.warnings, []);
});

test('the default ports are 7443, 7444 and 7445, and the other two follow --listen', (t) => {
  const folder = temporaryFolder(t);
  initHome(join(folder, 'a'), { id: 'a.example', org: 'A' });
  const usual = loadConfig(join(folder, 'a'), {}).listen;
  assert.deepEqual(
    [usual.peer, usual.enrol, usual.admin].map((address) => address && formatAddress(address)),
    ['0.0.0.0:7443', '0.0.0.0:7444', '127.0.0.1:7445'],
  );
  initHome(join(folder, 'b'), { id: 'b.example', org: 'B', listen: '[::1]:8000', advertise: 'gw.b.example:443' });
  const other = loadConfig(join(folder, 'b'), {});
  assert.deepEqual(other.listen.enrol, { host: '::1', port: 8001 });
  assert.deepEqual(other.listen.admin, { host: '127.0.0.1', port: 8002 });
  assert.deepEqual(other.advertise, { host: 'gw.b.example', port: 443 });
});

test('a gateway with --listen none cannot be dialled', (t) => {
  const home = join(temporaryFolder(t), 'quiet');
  initHome(home, { id: 'quiet.example', org: 'Quiet', listen: 'none' });
  const config = loadConfig(home, {});
  assert.equal(config.listen.peer, null);
  assert.equal(config.listen.enrol, null);
  assert.equal(config.advertise, null);
});

test('init refuses a home that is taken, and options that are wrong, and leaves nothing behind', (t) => {
  const home = join(temporaryFolder(t), 'acme');
  const wrong = failure(() => initHome(home, { id: 'Acme Ltd', org: '', listen: 'nowhere' }));
  assert.equal(wrong.code, 'input.invalid');
  for (const flag of ['--id', '--org', '--listen']) assert.match(wrong.message, new RegExp(flag));
  assert.equal(existsSync(home), false);

  const paths = initHome(home, { id: 'acme.example', org: 'Acme' });
  assert.equal(failure(() => initHome(home, { id: 'acme.example', org: 'Acme' })).code, 'home.exists');
  undoInit(paths);
  assert.deepEqual(readdirSync(home), []);
});

test('a missing config says how to make one', (t) => {
  const error = failure(() => loadConfig(temporaryFolder(t), {}));
  assert.equal(error.code, 'config.missing');
  assert.match(error.hint, /counterfoil init/);
});

const FAULTS: [name: string, text: string, message: RegExp][] = [
  [
    'a typo',
    `${MINIMAL}listen:\n  pere: 1.2.3.4:1\n`,
    /line 4, listen\.pere is not a known entry\. Did you mean "peer"\?/,
  ],
  [
    'an entry like no other',
    `${MINIMAL}zebra: 1\n`,
    /line 3, zebra is not a known entry\. Known here: id, org, listen/,
  ],
  ['a wrong type', `${MINIMAL}log: loud\n`, /line 3, log is wrong: expected object, received string\./],
  ['a number for a text', 'id: acme.example\norg: 7\n', /line 2, org is wrong: expected string, received number/],
  ['a missing entry', 'org: Acme\n', /config\.yaml, id is missing\./],
  ['an unknown level', `${MINIMAL}log:\n  level: chatty\n`, /line 4, log\.level is wrong: .*"info"/],
  ['an id in capitals', 'id: ACME\norg: Acme\n', /line 1, id is not an organisation id: use lower-case letters/],
  ['an address without port', `${MINIMAL}listen:\n  peer: 0.0.0.0\n`, /line 4, listen\.peer must be HOST:PORT/],
  ['a port too large', `${MINIMAL}listen:\n  admin: 127.0.0.1:99999\n`, /line 4, listen\.admin must be HOST:PORT/],
  [
    'an open admin API',
    `${MINIMAL}listen:\n  admin: 0.0.0.0:7445\n`,
    /line 4, listen\.admin can be reached .* admin\.tls/,
  ],
  [
    'one port twice',
    `${MINIMAL}listen:\n  peer: 127.0.0.1:7445\n`,
    /listen\.admin is the same address as listen\.peer/,
  ],
  ['a limit out of range', `${MINIMAL}limits:\n  streamsPerPeer: 0\n`, /line 4, limits\.streamsPerPeer .*>=1/],
  [
    'a secret in the file',
    `${MINIMAL}sources:\n  - prefix: s3://b/\n    options:\n      secret_access_key: abc\n`,
    /line 6, sources\.0\.options\.secret_access_key is a secret: write \{env: NAME\}/,
  ],
  [
    'a secret that is not set',
    `${MINIMAL}sources:\n  - prefix: s3://b/\n    options:\n      secret: { env: NOT_SET }\n`,
    /line 6, .*NOT_SET, which is not set/,
  ],
  [
    'an unknown landing format',
    `${MINIMAL}landing:\n  - format: xlsx\n`,
    /line 4, landing\.0\.format is wrong: .*"arrow"\|"csv"/,
  ],
  [
    'a codec for CSV',
    `${MINIMAL}landing:\n  - format: csv\n    compression: zstd\n`,
    /line 5, landing\.0\.compression is of Parquet alone, and the format is csv/,
  ],
  [
    'a landing entry that is never reached',
    `${MINIMAL}landing:\n  - peer: a.example\n  - peer: a.example\n    dataset: d\n`,
    /line 5, landing\.1 is never reached: landing\.0 fits all that it fits/,
  ],
  [
    'a partition column twice',
    `${MINIMAL}landing:\n  - partitionBy: [a, a]\n`,
    /landing\.0\.partitionBy must name each column once/,
  ],
  [
    'a window without a zone',
    `${MINIMAL}peers:\n  - windows: ["20:00-06:00"]\n`,
    /line 4, peers\.0\.windows\.0 must be a time of day and a time zone/,
  ],
  [
    'a zone that is not there',
    `${MINIMAL}peers:\n  - windows: ["20:00-06:00 Europe/Atlantis"]\n`,
    /peers\.0\.windows\.0 .*no time zone/,
  ],
  [
    'a window that is empty',
    `${MINIMAL}peers:\n  - windows: ["20:00-20:00 UTC"]\n`,
    /peers\.0\.windows\.0 is empty: it ends when it begins/,
  ],
  [
    'a day that is not there',
    `${MINIMAL}peers:\n  - windows: ["mon-fry 20:00-21:00 UTC"]\n`,
    /peers\.0\.windows\.0 must name days as mon/,
  ],
  [
    'too little bandwidth',
    `${MINIMAL}peers:\n  - sendBytesPerSecond: 1000\n`,
    /line 4, peers\.0\.sendBytesPerSecond .*>=131072/,
  ],
  [
    'an entry of a peer that is never reached',
    `${MINIMAL}peers:\n  - streams: 1\n  - peer: a.example\n`,
    /line 5, peers\.1 is never reached/,
  ],
  ['a misspelt landing entry', `${MINIMAL}landing:\n  - partitionby: [a]\n`, /"partitionBy"/],
  ['row groups too small', `${MINIMAL}sink:\n  rowGroupRows: 5\n`, /line 4, sink\.rowGroupRows .*>=1000/],
  ['a name over two lines', 'id: acme.example\norg: "A\\nB"\n', /line 2, org must be a name of one line/],
  ['a duplicate entry', `${MINIMAL}org: Other\n`, /line 3, not YAML: Map keys must be unique/],
  ['broken YAML', `${MINIMAL}listen: [1\n`, /line \d+, not YAML: /],
  ['a list', '- a\n', /expected object, received array/],
  ['an empty file', '', /has 2 faults:\n {2}id is missing\.\n {2}org is missing\./],
];

for (const [name, text, message] of FAULTS) {
  test(`config.yaml with ${name} is refused, naming the place and the remedy`, (t) => {
    const error = failure(() => loadConfig(homeWith(t, text), {}));
    assert.equal(error.code, 'config.invalid');
    assert.match(error.message, message);
    assert.equal(error.exitCode, 2);
    assert.doesNotMatch(error.message, /abc/, 'no secret is repeated');
  });
}

test('every fault is told at once, in the order of the file', (t) => {
  const error = failure(() => loadConfig(homeWith(t, 'id: ACME\norg: Acme\nlog:\n  levle: info\nsinks: {}\n'), {}));
  assert.match(
    error.message,
    /has 3 faults:\n {2}line 1, id .*\n {2}line 4, log\.levle .*"level".*\n {2}line 5, sinks .*"sink"/,
  );
});

test('the environment overrides the file, and its faults name the variable', (t) => {
  const home = homeWith(t, MINIMAL);
  const config = loadConfig(home, {
    COUNTERFOIL_LOG_LEVEL: 'debug',
    COUNTERFOIL_LISTEN_PEER: '127.0.0.1:9000',
    COUNTERFOIL_LIMITS_HEARTBEAT_MS: '5000',
    COUNTERFOIL_HOME: home,
    COUNTERFOIL_LOG_LEVLE: 'x',
  });
  assert.equal(config.logLevel, 'debug');
  assert.deepEqual(config.listen.peer, { host: '127.0.0.1', port: 9000 });
  assert.equal(config.limits.heartbeatMs, 5000);
  assert.deepEqual(config.warnings, [
    'COUNTERFOIL_LOG_LEVLE means nothing to the gateway; did you mean COUNTERFOIL_LOG_LEVEL?',
  ]);
  const error = failure(() => loadConfig(home, { COUNTERFOIL_LOG_LEVEL: 'loud' }));
  assert.match(error.message, /log\.level \(from the environment: COUNTERFOIL_LOG_LEVEL\) is wrong/);
});

test('secrets of sources come from the environment', (t) => {
  const text = `${MINIMAL}sources:\n  - prefix: s3://b/\n    options: { region: eu, secret: { env: B_KEY } }\n`;
  const config = loadConfig(homeWith(t, `${text}  - prefix: s3://b/deep/\n    options: { region: us }\n`), {
    B_KEY: 'hidden',
  });
  assert.deepEqual(sourceAccess(config, 's3://b/x.parquet'), { region: 'eu', secret: 'hidden' });
  assert.deepEqual(sourceAccess(config, 's3://b/deep/x.parquet'), { region: 'us' });
  assert.equal(sourceAccess(config, 's3://other/x.parquet'), undefined);
});

test('a TLS key of the admin API that others can read is refused', (t) => {
  const text = `${MINIMAL}listen: { admin: 0.0.0.0:7445 }\nadmin: { tls: { cert: a.crt, key: a.key } }\n`;
  const home = homeWith(t, text);
  writeFileSync(join(home, 'a.key'), 'k');
  chmodSync(join(home, 'a.key'), 0o644);
  const error = failure(() => loadConfig(home, {}));
  assert.equal(error.code, 'config.permissions');
  assert.match(error.message, /a\.key can be read by others \(mode 644\)/);
  chmodSync(join(home, 'a.key'), 0o600);
  assert.equal(loadConfig(home, {}).adminTls?.key, join(home, 'a.key'));
});

test('the run file says where a daemon is, and nothing when it is broken or gone', (t) => {
  const paths = initHome(join(temporaryFolder(t), 'h'), { id: 'a.example', org: 'A' });
  assert.equal(readRunFile(paths), undefined);
  const run = { pid: 1, startedAt: '2030-01-01T00:00:00.000Z', admin: '127.0.0.1:1', tls: false, peer: null };
  writeRunFile(paths, run);
  assert.deepEqual(readRunFile(paths), run);
  writeFileSync(paths.run, '{"pid":');
  assert.equal(readRunFile(paths), undefined);
  removeRunFile(paths);
  assert.equal(existsSync(paths.run), false);
});

test('one daemon has a home, until it lets go or is killed', async (t) => {
  const { lock } = initHome(join(temporaryFolder(t), 'h'), { id: 'a.example', org: 'A' });
  const first = lockHome(lock);
  assert.throws(() => lockHome(lock), coded('home.in_use'));
  first.release();

  const store = new URL('../daemon/store/index.js', import.meta.url).href;
  const script = `const { lockHome } = await import(process.argv[1]); globalThis.held = lockHome(process.argv[2]);
    process.stdout.write('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, store, lock]);
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  assert.throws(() => lockHome(lock), coded('home.in_use'));
  child.kill('SIGKILL');
  await once(child, 'exit');
  lockHome(lock).release();
});

test('addresses and near words', () => {
  assert.deepEqual(parseAddress('[2001:db8::1]:443'), { host: '2001:db8::1', port: 443 });
  assert.equal(formatAddress({ host: '2001:db8::1', port: 443 }), '[2001:db8::1]:443');
  assert.equal(parseAddress('a b:1'), undefined);
  assert.equal(nearest('lsiten', ['listen', 'limits']), 'listen');
  assert.equal(nearest('zebra', ['listen', 'limits']), undefined);
});

test('docs/OPERATOR.md names every environment variable', () => {
  const text = readFileSync(join(repoRoot, 'docs', 'OPERATOR.md'), 'utf8');
  for (const { variable, entry } of environmentVariables)
    assert.ok(text.includes(`| \`${entry}\` | \`${variable}\``), `docs/OPERATOR.md lacks ${variable} for ${entry}`);
});
