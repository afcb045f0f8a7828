import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareWith } from '../daemon/root/admin/compare.js';
import { temporaryFolder } from './support/folder.js';
import { exchangeHeads, ledgerPair } from './support/ledgers.js';

const digest = (of: string): string => of.repeat(64);
const revision = (agreement: string, of: string) => ({
  ...{ agreement, revision: 1, digest: digest(of), policy: digest('b'), contract: digest('c'), dataset: 'items' },
});

test('two logs of one relation beside each other: what both have, what one has, what differs', async (t) => {
  const [acme, vendor] = await ledgerPair([temporaryFolder(t), temporaryFolder(t)]);
  t.after(() => {
    acme.ledger.close();
    vendor.ledger.close();
  });
  const signs = (party: typeof acme, peer: typeof acme, fields: ReturnType<typeof revision>) =>
    party.ledger.record({ peer: peer.id }, { type: 'agreement.signed', actor: 'admin', fields });
  for (const [agreement, here, there] of [
    ['agr-same', 'a', 'a'],
    ['agr-other', 'a', 'd'],
    ['agr-here', 'a', undefined],
    ['agr-there', undefined, 'a'],
  ] as const) {
    if (here !== undefined) await signs(acme, vendor, revision(agreement, here));
    if (there !== undefined) await signs(vendor, acme, revision(agreement, there));
  }
  const compare = (tell: () => Promise<void>) => compareWith(acme.ledger, vendor.id, tell);
  const away = await compare(() => Promise.reject(new Error('no route')));
  assert.equal(typeof away.missed, 'string');
  assert.deepEqual(
    away.subjects.map(({ verdict }) => verdict),
    ['ours', 'ours', 'ours'],
    'before the peer has shown anything',
  );

  const { missed, ours, theirs, same, subjects } = await compare(() => exchangeHeads(acme, vendor));
  assert.equal(missed, null);
  assert.equal(ours.seen, ours.size);
  assert.equal(theirs.shown, theirs.size);
  assert.equal(same, 1);
  assert.deepEqual(Object.fromEntries(subjects.map(({ id, verdict, differs }) => [id, [verdict, ...differs]])), {
    'agr-same': ['same'],
    'agr-other': ['differs', 'digest'],
    'agr-here': ['ours'],
    'agr-there': ['theirs'],
  });
  assert.deepEqual(subjects.find(({ id }) => id === 'agr-same')?.dataset, 'items');
});
