import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sameData } from '@counterfoil/verifier';
import { fileSource } from '@counterfoil/verifier/node';
import { exportBundle } from '../daemon/audit/index.js';
import { type ViewManifest, viewDigest } from '../daemon/columnar/index.js';
import { canonicalJson, type Json, utf8 } from '../daemon/foundation/index.js';
import { temporaryFolder } from './support/folder.js';
import { exchangeHeads, LedgerParty, newSigner } from './support/ledgers.js';
import { agree, digest, transfer } from './support/relation.js';

const text = { name: 'utf8' } as const;

/** The view of one version that a peer gets: name masked by an operator, city as it is. */
function view(operator: string, city: string, rows = 10): ViewManifest {
  return {
    v: 1,
    version: 'v-1',
    agreement: 'agr-1',
    policy: digest('b'),
    schema: { fields: [] } as never,
    rows,
    batches: [rows],
    columns: [
      { name: 'name', type: text, root: digest(operator === 'keep' ? '1' : '2'), from: 'name', operator },
      { name: 'city', type: text, root: city, from: 'city', operator: 'keep' },
    ],
    rowsRoot: digest('e'),
    created: '2026-11-24T08:00:00.000Z',
  };
}

/** One provider that sends a view of the same version to each of several peers; gives a bundle for each. */
async function bundles(t: TestContext, views: ViewManifest[]): Promise<string[]> {
  const provider = new LedgerParty(temporaryFolder(t), newSigner('acme.example'));
  const files: string[] = [];
  for (const [i, manifest] of views.entries()) {
    const peer = new LedgerParty(temporaryFolder(t), newSigner(`vendor-${i}.example`), provider.clock);
    await provider.ledger.openChannel(peer.id, peer.key.publicKey);
    await peer.ledger.openChannel(provider.id, provider.key.publicKey);
    await agree(provider, peer);
    const name = viewDigest(manifest);
    await transfer(provider, peer, `trn-${i}`, (draft) =>
      draft.fields?.view === undefined ? draft : { ...draft, fields: { ...draft.fields, view: name } },
    );
    await exchangeHeads(provider, peer);
    const out = join(temporaryFolder(t), `${i}.tar`);
    const documents = (kind: string, wanted: string) =>
      kind === 'view' && wanted === name ? utf8(canonicalJson(manifest as unknown as Json)) : undefined;
    await exportBundle({ ledger: provider.ledger, peer: peer.id, out, clock: provider.clock, documents });
    files.push(out);
    peer.ledger.close();
  }
  provider.ledger.close();
  return files;
}

test('columns that several peers got alike are shown as identical, masked ones with their operators', async (t) => {
  const files = await bundles(t, [view('token', digest('c')), view('keep', digest('c')), view('null', digest('c'))]);
  const found = await sameData(files.map(fileSource));
  assert.deepEqual(found.faults, []);
  assert.equal(found.versions.length, 1);
  const states = found.versions[0]!.columns.map(({ from, state }) => [from, state]);
  assert.deepEqual(states, [
    ['name', 'masked'],
    ['city', 'identical'],
  ]);
  assert.deepEqual(
    found.versions[0]!.columns[0]!.given.map(({ peer, operator }) => [peer, operator]),
    [
      ['vendor-0.example', 'token'],
      ['vendor-1.example', 'keep'],
      ['vendor-2.example', 'null'],
    ],
  );
});

test('a column that should be identical and is not is flagged; other rows are not compared', async (t) => {
  const cheated = await sameData(
    (await bundles(t, [view('token', digest('c')), view('token', digest('d'))])).map(fileSource),
  );
  assert.equal(cheated.ok, false);
  assert.match(cheated.faults[0]!.class, /^12 /);
  assert.match(
    cheated.faults[0]!.message,
    /Column city of v-1 was given unmasked to vendor-0.example, vendor-1.example/,
  );
  const filtered = await sameData(
    (await bundles(t, [view('token', digest('c')), view('token', digest('d'), 9)])).map(fileSource),
  );
  assert.equal(filtered.versions[0]!.columns[1]!.state, 'filtered');
  assert.ok(filtered.ok);
});
