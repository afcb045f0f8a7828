import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { homePaths } from '../daemon/config/home.js';
import { changeSettings, changeSource, loadConfig, readSettings } from '../daemon/config/index.js';
import { coded } from './support/errors.js';
import { temporaryFolder } from './support/folder.js';
import { Member } from './support/member.js';

const FILE = `# Ours.
id: acme.example
org: Acme # the name

limits:
  # Few: the line is thin.
  streamsPerPeer: 4

# sources: none yet
`;

function home(t: TestContext, text = FILE) {
  const paths = homePaths(temporaryFolder(t));
  writeFileSync(paths.config, text);
  const read = (env = {}) => readSettings(paths, env);
  return { paths, read, text: () => readFileSync(paths.config, 'utf8') };
}

const field = (settings: ReturnType<typeof readSettings>, path: string) => {
  const found = settings.fields.find((one) => one.path === path);
  assert.ok(found, `no ${path}`);
  return found;
};

test('every entry of the schema is a field, with what the file says, its bounds, and who stands in for it', (t) => {
  const { read } = home(t);
  const settings = read({ COUNTERFOIL_LOG_LEVEL: 'debug' });
  const streams = field(settings, 'limits.streamsPerPeer');
  assert.deepEqual(
    [streams.kind, streams.value, streams.preset, streams.least, streams.most, streams.editable],
    ['number', 4, 8, 1, 64, true],
  );
  const level = field(settings, 'log.level');
  assert.deepEqual(level.override, { variable: 'COUNTERFOIL_LOG_LEVEL', value: 'debug' });
  assert.deepEqual([level.kind, level.editable, level.choices.length], ['choice', false, 6]);
  for (const path of ['id', 'listen.admin', 'admin.oidc.clientSecret.file', 'pki.key', 'hooks'])
    assert.equal(field(settings, path).editable, false, path);
  assert.equal(
    settings.fields.some(({ path }) => path === 'sources'),
    false,
  );
});

test('a change keeps comments and order, is checked as at a start, and is refused when the file is another by now', (t) => {
  const { paths, read, text } = home(t);
  const { revision } = read();
  const change = (path: string, value: string | number | null, from = revision) =>
    changeSettings(paths, {}, from, [{ path, value }]);
  change('limits.streamsPerPeer', 16).write();
  assert.equal(text(), FILE.replace('streamsPerPeer: 4', 'streamsPerPeer: 16'));
  assert.throws(() => change('org', 'Other'), coded('config.changed', /Somebody else/));
  const now = read().revision;
  const again = change('sink.compression', 'zstd', now);
  again.write();
  assert.throws(() => again.write(), coded('config.changed', /Somebody else/));
  assert.match(text(), /# Few: the line is thin\.[\s\S]*sink:\n {2}compression: zstd\n/);
  change('limits.streamsPerPeer', null, read().revision).write();
  assert.equal(loadConfig(paths.root, {}).limits.streamsPerPeer, 8);

  const before = text();
  const wrong: [string, string | number, 'config.invalid' | 'input.invalid', RegExp][] = [
    ['limits.streamsPerPeer', 65, 'config.invalid', /limits\.streamsPerPeer/],
    ['limits.streamsPerPeer', 'many', 'config.invalid', /limits\.streamsPerPeer/],
    ['org', 'two\nlines', 'config.invalid', /org must be a name of one line/],
    ['advertise', 'not a host', 'config.invalid', /advertise/],
    ['anchors.witnessAgeMs', 5000, 'config.invalid', /anchors\.witness/],
    ['id', 'evil.example', 'input.invalid', /id is not an entry/],
    ['listen.admin', '0.0.0.0:1', 'input.invalid', /listen\.admin is not an entry/],
    ['hooks', '{x: {command: [/bin/sh]}}', 'input.invalid', /hooks is not an entry/],
    ['sources', '[]', 'input.invalid', /sources is not an entry/],
    ['no.such', 'x', 'input.invalid', /no\.such is not an entry/],
    ['__proto__.x', 'x', 'input.invalid', /not an entry/],
  ];
  for (const [path, value, code, message] of wrong)
    assert.throws(() => change(path, value, read().revision), coded(code, message), path);
  assert.equal(text(), before);
});

test('what is typed in as a secret goes into a file of its own, never into config.yaml, and goes with its entry', (t) => {
  const { paths, read, text } = home(t);
  const folder = join(paths.keys, 'sources');
  const put = (given: Parameters<typeof changeSource>[4], env = {}) => {
    const change = changeSource(paths, env, read(env).revision, 's3://bucket/', given);
    change.write();
    return change;
  };
  const { what } = put({ region: { value: 'eu-west-1' }, secret_access_key: { value: 'hush hush' } });
  assert.deepEqual(what, [{ path: 'sources s3://bucket/', value: 'region, secret_access_key' }]);
  assert.doesNotMatch(text(), /hush/);
  assert.match(text(), /^# Ours\./);
  assert.equal(statSync(join(folder, readdirSync(folder)[0]!)).mode & 0o777, 0o600);
  assert.deepEqual(loadConfig(paths.root, {}).sources[0]!.options, {
    region: 'eu-west-1',
    secret_access_key: 'hush hush',
  });
  assert.deepEqual(read().sources, [
    {
      prefix: 's3://bucket/',
      options: [
        { name: 'region', from: 'text', env: null },
        { name: 'secret_access_key', from: 'file', env: null },
      ],
    },
  ]);

  put({ secret_access_key: { keep: true }, access_key_id: { env: 'KEY_ID' } }, { KEY_ID: 'me' });
  assert.equal(loadConfig(paths.root, { KEY_ID: 'me' }).sources[0]!.options.secret_access_key, 'hush hush');
  const env = { KEY_ID: 'me' };
  assert.throws(() => put({ region: { keep: true } }, env), coded('input.invalid', /no option region/));
  assert.throws(() => put({ password: { env: 'NOT_SET' } }, env), coded('config.invalid', /NOT_SET, which is not set/));
  const stale = changeSource(paths, env, read(env).revision, 's3://bucket/', { secret_access_key: { value: 'new' } });
  put({ secret_access_key: { value: 'newer' } }, env);
  assert.throws(() => stale.write(), coded('config.changed', /Somebody else/));
  assert.equal(readdirSync(folder).length, 1, 'what was replaced or refused is gone');
  put(undefined);
  assert.deepEqual([readdirSync(folder), read().sources], [[], []]);
});

test('over the admin API, each change is in the ledger with who made it, and sources count at once', async (t) => {
  const acme = await Member.make(t, 'acme.example');
  type Settings = { revision: string; fields: { path: string; restart: boolean }[] };
  const { revision } = await acme.admin.get<Settings>('/v1/settings');
  const set = [
    { path: 'limits.streamsPerPeer', value: 2 },
    { path: 'keepDelivered', value: 'none' },
  ];
  const [one, two] = await Promise.allSettled([
    acme.admin.post<Settings>('/v1/settings', { revision, set }),
    acme.admin.post<Settings>('/v1/settings', { revision, set: [{ path: 'org', value: 'Mine' }] }),
  ]);
  const [won, lost] = one.status === 'fulfilled' ? [one, two] : [two, one];
  assert.equal(won.status === 'fulfilled' && won.value.fields.some(({ restart }) => restart), true);
  assert.equal(lost.status === 'rejected' && (lost.reason as { code: string }).code, 'config.changed');
  const now = (await acme.admin.get<Settings>('/v1/settings')).revision;
  const options = { region: { value: 'eu-west-1' }, secret_access_key: { value: 'hush hush' } };
  await acme.admin.post('/v1/settings/sources', { revision: now, prefix: 's3://bucket/', options });
  const { entries } = await acme.admin.get<{
    entries: { type: string; actor: string; entry: Record<string, string> }[];
  }>('/v1/ledger/entries', { limit: 50 });
  const told = entries.filter(({ entry }) => entry.action === 'settings.change').map(({ entry }) => entry.target);
  assert.ok(told.includes('sources s3://bucket/ = region, secret_access_key'), told.join());
  assert.equal(JSON.stringify(entries).includes('hush'), false);
});
