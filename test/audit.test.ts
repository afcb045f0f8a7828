import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { verifyBundles } from '@counterfoil/verifier';
import { fileSource } from '@counterfoil/verifier/node';
import { VOCABULARY } from '../daemon/ledger/vocabulary.js';
import { bundleOf, finishedRelation } from './support/relation.js';
import { TYPES } from './support/verifier.js';

test('the bundles of two honest parties verify, alone and together', async (t) => {
  const [a, b] = await finishedRelation(t);
  const files = [await bundleOf(t, a, b), await bundleOf(t, b, a)];
  const now = a.clock.now();
  for (const file of files) {
    const alone = await verifyBundles([fileSource(file)], { now });
    assert.deepEqual(alone.faults, []);
    assert.equal(alone.verdict, 'sound, one side only');
  }
  const report = await verifyBundles(files.map(fileSource), { now });
  assert.deepEqual(report.faults, []);
  assert.equal(report.verdict, 'sound');
  assert.equal(report.entries, 12);
  assert.deepEqual(report.pending, []);
  assert.deepEqual(
    report.transfers.map(({ id, state, provider, consumer, rows }) => ({ id, state, provider, consumer, rows })),
    [{ id: 'trn-1', state: 'receipted', provider: 'acme.example', consumer: 'vendor.example', rows: 1000 }],
  );
  assert.deepEqual(
    report.coverage.map(({ entries, anchored, selfSigned }) => ({ entries, anchored, selfSigned })),
    [
      { entries: 7, anchored: 7, selfSigned: 0 },
      { entries: 5, anchored: 5, selfSigned: 0 },
    ],
  );
});

test('a bundle is an ordinary tar archive', async (t) => {
  const [a, b] = await finishedRelation(t);
  const list = execFileSync('tar', ['-tf', await bundleOf(t, a, b)], { encoding: 'utf8' })
    .trim()
    .split('\n');
  assert.deepEqual(list.slice(0, 4), ['manifest.json', 'manifest.note', 'keys.json', 'master/checkpoint']);
  for (const path of [
    'channel/checkpoint',
    'channel/tile/0/000.p/7',
    'channel/tile/entries/000.p/7',
    'peer/checkpoint',
  ])
    assert.ok(list.includes(path), `${path} in ${list.join(' ')}`);
});

test('gateway and verifier know the same entries', () => {
  for (const [type, rule] of Object.entries(VOCABULARY)) {
    const fields = Object.entries(rule.fields).map(([name, kind]) => `${name}:${kind}`);
    assert.deepEqual(
      TYPES[type],
      {
        where: rule.log,
        fields: fields.join(' '),
        ...(rule.signs && { role: rule.signs }),
        ...(rule.refs && { answers: true }),
      },
      type,
    );
  }
  assert.deepEqual(Object.keys(TYPES), Object.keys(VOCABULARY));
});
