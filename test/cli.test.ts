import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CounterfoilError } from '../daemon/foundation/index.js';
import { rejectedTransfer, stream } from './support/canned-admin.js';
import { Shell, shellWithDaemon } from './support/cli.js';

/** What must be there, by 1-product of the design: command, and the keys of its one JSON document. */
const KEYS: [line: string, keys: string[]][] = [
  ['status', ['id', 'ready', 'peers', 'transfers']],
  ['invite create', ['invite', 'expiresAt']],
  ['invite accept cfi1abc', ['id', 'state', 'words']],
  ['invite list', ['invites']],
  ['invite revoke inv-1', ['id', 'state']],
  ['peer list', ['peers']],
  ['peer show vendor.example', ['id', 'state', 'words']],
  ['peer confirm vendor.example --words "apple brick cloud delta eagle flame"', ['id', 'state', 'words']],
  ['peer suspend vendor.example --reason "a pause"', ['state']],
  ['peer resume vendor.example', ['state']],
  ['peer revoke vendor.example', ['state']],
  ['dataset add flights --source flights.parquet --query "select 1"', ['name', 'source']],
  ['dataset profile flights', ['columns']],
  ['dataset contract flights', ['dataset', 'contract', 'digest', 'rules', 'notEvaluated']],
  ['dataset publish flights', ['version', 'rows', 'batches', 'bytes', 'unchanged']],
  ['dataset list', ['datasets']],
  ['dataset show flights', ['name']],
  ['dataset versions flights', ['versions']],
  ['dataset preview flights --as vendor.example', ['rows', 'columns']],
  ['dataset override flights note --reason "they are order numbers"', ['dataset', 'overrides']],
  ['dataset sample flights --out sample.parquet', ['file', 'level', 'rows', 'seed', 'columns']],
  ['dataset identify found.parquet', ['matches']],
  [
    'agreement offer --peer vendor.example --dataset flights --mask email=drop',
    ['id', 'state', 'dataset', 'peer', 'policy', 'conflicts'],
  ],
  ['agreement list', ['agreements']],
  ['agreement show agr-1', ['id', 'state', 'dataset', 'peer', 'policy', 'conflicts']],
  ['agreement accept agr-1', ['state']],
  ['agreement landing agr-1', ['id', 'format', 'partitionBy', 'chosen']],
  ['agreement landing agr-1 --format csv --partition-by region day', ['id', 'format', 'chosen']],
  ['agreement reject agr-1 --reason "too old"', ['state']],
  ['agreement terminate agr-1', ['state']],
  ['agreement counter agr-1 --purpose tests', ['state']],
  ['agreement dry-run agr-1', ['report']],
  [
    'transfer start agr-1 --version v-abc',
    ['id', 'state', 'dataset', 'version', 'rows', 'bytes', 'landed', 'reasons', 'correlation'],
  ],
  ['transfer list', ['transfers']],
  ['transfer show trn-1', ['id', 'state', 'dataset', 'version', 'rows', 'bytes', 'landed', 'reasons', 'correlation']],
  ['transfer cancel trn-1', ['state']],
  ['transfer resume trn-1', ['state']],
  ['ledger list --peer vendor.example --from 0 --limit 5', ['entries']],
  ['ledger show 0', ['seq', 'entry']],
  ['ledger head', ['logs']],
  ['audit export --peer vendor.example --out a.tar', ['file', 'entries']],
];

test('each command prints one JSON document with its keys, and something for people without --json', async (t) => {
  const { shell } = await shellWithDaemon(t);
  for (const [line, keys] of KEYS) {
    const program = await shell.run(`${line} --json`);
    assert.equal(program.code, 0, `${line}: ${program.err}`);
    for (const key of keys) assert.ok(key in program.json, `${line} lacks ${key}`);
    assert.equal(program.err, '', `${line} with --json is silent on stderr when all is well`);
    const person = await shell.run(line);
    assert.equal(person.code, 0, line);
    assert.match(person.out, /\S/, line);
    assert.throws(() => JSON.parse(person.out), line);
  }
});

test('init makes a home that answers with id, home and fingerprint', async (t) => {
  const shell = new Shell(t);
  const made = await shell.run('init --home acme --id acme.example --org "Acme Ltd" --json');
  assert.equal(made.code, 0, made.err);
  assert.equal(made.json.id, 'acme.example');
  assert.equal(made.json.home, join(shell.folder, 'acme'));
  assert.match(String(made.json.fingerprint), /^[0-9a-f]{64}$/);
  assert.match(readFileSync(join(shell.folder, 'acme', 'config.yaml'), 'utf8'), /org: Acme Ltd/);
  const again = await shell.run('init --home acme --id acme.example --org Acme --json');
  assert.equal(again.code, 2);
  assert.equal((again.json.error as { code: string }).code, 'home.exists');
  const wrong = await shell.run('init --home other --id "Acme Ltd" --org Acme');
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /--id is not an organisation id: use lower-case letters/);
  assert.equal(existsSync(join(shell.folder, 'other')), false);
});

test('wrong usage is exit code 2, suggests what was meant, and is JSON with --json', async (t) => {
  const shell = new Shell(t);
  const cases: [line: string, message: RegExp, hint: RegExp][] = [
    ['pear list', /Unknown command 'pear'/, /peer/],
    ['peer lst', /Unknown command 'lst'/, /list/],
    ['peer list --jsno', /Unknown option '--jsno'/, /--json/],
    ['peer show', /Missing required argument 'peer'/, /--help/],
    ['agreement offer --peer p', /Required option '--dataset <name>' not specified/, /--help/],
    ['status', /Which gateway/, /--home DIR/],
  ];
  for (const [line, message, hint] of cases) {
    const person = await shell.run(line);
    assert.equal(person.code, 2, line);
    assert.match(person.err, message);
    const program = await shell.run(`${line} --json`);
    assert.equal(program.code, 2, line);
    const { error } = program.json as { error: { code: string; message: string; hint: string } };
    assert.equal(error.code, 'usage');
    assert.match(error.message, message);
    assert.match(error.hint, hint);
  }
});

test('help and version', async (t) => {
  const shell = new Shell(t);
  const help = await shell.run('--help');
  assert.equal(help.code, 0);
  for (const word of ['init', 'invite', 'peer', 'dataset', 'agreement', 'transfer', 'ledger', 'audit'])
    assert.match(help.out, new RegExp(`^  ${word} `, 'm'));
  assert.match((await shell.run('agreement offer --help')).out, /--mask <rules\.\.\.>/);
  assert.equal((await shell.run('--version')).out, '0.1.0\n');
  const nothing = await shell.run('');
  assert.equal(nothing.code, 2);
  assert.match(nothing.err, /Usage: counterfoil/);
});

test('a daemon that does not run, or is another program, is exit code 3 with what to do', async (t) => {
  const { shell, server } = await shellWithDaemon(t);
  await server.close();
  const gone = await shell.run('status --json');
  assert.equal(gone.code, 3);
  assert.equal((gone.json.error as { code: string }).code, 'daemon.unreachable');
  assert.match(gone.err, /No gateway answers for .*\(127\.0\.0\.1:\d+\)\.\nStart the gateway/);
  shell.env = {};
  const nowhere = await shell.run('status --home nowhere');
  assert.equal(nowhere.code, 2);
  assert.match(nowhere.err, /There is no gateway in .*nowhere.*\n.*counterfoil init/);
});

test('a wrong token is refused without a word about it', async (t) => {
  const { shell, paths } = await shellWithDaemon(t);
  writeFileSync(paths.adminToken, 'another-token');
  const { code, err } = await shell.run('status');
  assert.equal(code, 2);
  assert.match(err, /admin\.unauthorised/);
  assert.doesNotMatch(err, /another-token/);
});

test('an error of the daemon arrives with code, hint, correlation and its exit code', async (t) => {
  const failing = (code: 'checks.failed' | 'peer.unreachable' | 'agreement.not_found') => () => {
    throw new CounterfoilError(code, `This is ${code}.`, { hint: 'Do this.' });
  };
  const { shell } = await shellWithDaemon(t, {
    'transfers.start': failing('checks.failed'),
    'agreements.offer': failing('peer.unreachable'),
    'agreements.show': failing('agreement.not_found'),
  });
  const refused = await shell.run('transfer start agr-1 --json');
  assert.equal(refused.code, 1);
  const { error } = refused.json as { error: Record<string, string> };
  assert.deepEqual([error.code, error.message, error.hint], ['checks.failed', 'This is checks.failed.', 'Do this.']);
  assert.match(error.correlation ?? '', /^cor-/);
  assert.match(refused.err, /^error: This is checks\.failed\.\nDo this\.\n\(checks\.failed, cor-\S+\)\n$/);
  assert.equal((await shell.run('agreement offer --peer vendor.example --dataset d')).code, 3);
  assert.equal((await shell.run('agreement show agr-9')).code, 2);
});

test('watch is one JSON object a line, and its exit code says whether it landed', async (t) => {
  const { shell } = await shellWithDaemon(t);
  const watched = await shell.run('transfer watch trn-1 --json');
  assert.equal(watched.code, 0);
  const states = watched.out
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { state: string }).state);
  assert.deepEqual(states, ['streaming', 'receipted']);

  const rejected = await shellWithDaemon(t, { 'transfers.watch': () => stream([rejectedTransfer]) });
  assert.equal((await rejected.shell.run('transfer watch trn-1 --json')).code, 1);
  const waited = await rejected.shell.run('transfer start agr-1 --wait');
  assert.equal(waited.code, 1);
  const shown = await rejected.shell.run('transfer show trn-1');
  assert.match(shown.out, /Checked by the provider: pass\n\n.*\npass +c1 +row_count +0 of 3 +3 rows\./);
  assert.match(waited.out, /Reasons:\n {2}checks\.failed: weekday: "Sunday" is missing\\u001b\[2J/);
});

test('a dry run that fails is exit code 1', async (t) => {
  const report = { side: 'provider', verdict: 'fail', rows: 1, results: [] };
  const { shell } = await shellWithDaemon(t, { 'agreements.dryRun': () => ({ id: 'agr-1', version: 'v-1', report }) });
  assert.equal((await shell.run('agreement dry-run agr-1 --json')).code, 1);
});

test('long work draws a bar on a terminal only, and only on stderr', async (t) => {
  const { shell } = await shellWithDaemon(t, {
    'datasets.publish': (_, { progress }) => {
      progress({ phase: 'reading', done: 500, total: 1000, unit: 'rows' });
      return { dataset: 'd', version: 'v-1', rows: 1000, batches: 1, bytes: 8, unchanged: true };
    },
  });
  assert.equal((await shell.run('dataset publish d --json')).err, '');
  shell.terminal.err = true;
  const shown = await shell.run('dataset publish d');
  assert.match(shown.err, /reading {2}\[============ {12}\] 50 % {2}500 of 1,000 rows/);
  assert.match(shown.err, /no new one was made/);
  assert.doesNotMatch(shown.out, /\[=/);
});

test('paths are taken from where the command was called; addresses go as they are', async (t) => {
  const { shell, asked } = await shellWithDaemon(t);
  writeFileSync(join(shell.folder, 'contract.yaml'), 'kind: DataContract\n');
  await shell.run('dataset add a --source data/*.parquet --contract contract.yaml');
  await shell.run('dataset add b --source s3://bucket/x.parquet');
  await shell.run(
    'dataset add c --source c.csv --separator \\t --no-header --null NA - --type zip=utf8 a=b=int64 --encoding utf-8',
  );
  await shell.run('dataset identify ../found.csv');
  assert.deepEqual(
    asked.map(({ input }) => input),
    [
      { name: 'a', source: join(shell.folder, 'data/*.parquet'), contract: 'kind: DataContract\n' },
      { name: 'b', source: 's3://bucket/x.parquet' },
      {
        name: 'c',
        source: join(shell.folder, 'c.csv'),
        options: {
          separator: '\t',
          header: false,
          nulls: ['NA', '-'],
          types: { zip: 'utf8', 'a=b': 'int64' },
          encoding: 'utf-8',
        },
      },
      { file: join(shell.folder, '../found.csv') },
    ],
  );
  const missing = await shell.run('dataset add c --source x.csv --contract nowhere.yaml');
  assert.equal(missing.code, 2);
  assert.match(missing.err, /There is no file .*nowhere\.yaml/);
});

test('masks: a policy file is read here, single rules go as they are', async (t) => {
  const { shell, asked } = await shellWithDaemon(t);
  writeFileSync(join(shell.folder, 'policy.yaml'), 'columns: { phone: { op: partial, keep: 4 } }\n');
  await shell.run(
    `agreement offer --peer vendor.example --dataset d --policy policy.yaml --mask email=token "city=constant:x, y" --mask born=keep --drop ssn note --where "country = 'FR'" --expires 2030-01-31`,
  );
  assert.deepEqual(asked.at(-1)?.input, {
    peer: 'vendor.example',
    dataset: 'd',
    expires: '2030-01-31',
    policy: { columns: { phone: { op: 'partial', keep: 4 } } },
    mask: ['email=token', 'city=constant:x, y', 'born=keep'],
    drop: ['ssn', 'note'],
    where: "country = 'FR'",
  });
  writeFileSync(join(shell.folder, 'policy.yaml'), 'column: {}\n');
  const wrong = await shell.run('agreement offer --peer vendor.example --dataset d --policy policy.yaml');
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /is not a policy/);
});

test('invites are taken as text, from a file and from standard input, and written to files', async (t) => {
  const { shell, asked } = await shellWithDaemon(t);
  assert.equal((await shell.run('invite create --ttl 2h --out invite.txt')).out, 'cfi1abc\n');
  assert.equal(readFileSync(join(shell.folder, 'invite.txt'), 'utf8'), 'cfi1abc\n');
  await shell.run('invite accept invite.txt');
  shell.stdin = ' cfr1xyz\n';
  await shell.run('invite accept - --exchange');
  assert.deepEqual(
    asked.slice(1).map(({ input }) => input),
    [{ text: 'cfi1abc' }, { text: 'cfr1xyz', exchange: true }],
  );
  const wrong = await shell.run('invite accept nothing');
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /neither an invite nor the path/);
});

test('confirming asks a person on a terminal, and a program for --words', async (t) => {
  const { shell, asked } = await shellWithDaemon(t);
  assert.match((await shell.run('peer confirm vendor.example')).err, /--words "w1 w2 w3 w4 w5 w6"/);
  shell.terminal.in = true;
  shell.answers = ['yes'];
  const yes = await shell.run('peer confirm vendor.example');
  assert.match(yes.err, /apple brick cloud delta eagle flame/);
  assert.equal(yes.code, 0);
  assert.deepEqual(asked.at(-1)?.input, { id: 'vendor.example', words: 'apple brick cloud delta eagle flame' });
  shell.answers = ['no'];
  const no = await shell.run('peer confirm vendor.example');
  assert.equal(no.code, 1);
  assert.match(no.err, /someone may be in between/);
});

test('names that others chose cannot drive the terminal', async (t) => {
  const hostile = { id: 'vendor.example', name: 'x\u001b[2J\u202e\nfake', state: 'active', words: null };
  const { shell } = await shellWithDaemon(t, {
    'peers.list': () => ({
      peers: [
        {
          ...hostile,
          confirmedHere: true,
          confirmedThere: true,
          fingerprint: '',
          endpoint: null,
          connected: false,
          lastSeenAt: null,
          enrolledAt: '',
          stateBy: null,
          stateReason: null,
          formerFingerprint: null,
          restored: false,
          evidence: [],
          certificate: { caExpiresAt: '2030-01-01T00:00:00Z', caFingerprint: 'cd' },
          pace: {
            ...{ streams: 8, sendBytesPerSecond: null, receiveBytesPerSecond: null, windows: [], waitsUntil: null },
            ...{ sending: 0, receiving: 0 },
          },
          undelivered: 0,
        },
      ],
    }),
  });
  const { out } = await shell.run('peer list');
  assert.match(out, /"x\\u001b\[2J\\u202e\\u000afake"/);
  assert.equal(out.includes('\u001b'), false);
});
