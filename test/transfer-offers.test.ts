import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import type { VersionManifest, ViewManifest } from '../daemon/columnar/index.js';
import { canonicalJson, type ErrorCode, type Json, newId, utf8 } from '../daemon/foundation/index.js';
import { signDocument } from '../daemon/identity/index.js';
import type { TransferOffer } from '../daemon/peering/index.js';
import { versionOf } from '../daemon/pipeline/transfers/offer.js';
import { coded } from './support/errors.js';
import { Hostile } from './support/hostile.js';
import { Member } from './support/member.js';
import { agree, csvFile, meet, pair, proven } from './support/pair.js';

const hostile = new Hostile();
const limits = { batchTargetRows: 1024, transferTries: 2 };
const { acme, vendor, folder } = await pair(
  { after },
  { acme: { overrides: { between: hostile }, config: { limits } }, vendor: { config: { limits } } },
);
const lab = await Member.make({ after }, 'lab.example');
await meet(lab, vendor);
await acme.dataset('items', csvFile(folder, 'items', 2000));
await lab.dataset('items', csvFile(folder, 'labitems', 2000));
const agreement = await agree(acme, vendor, 'items', { drop: ['label'] });
const elsewhere = await agree(lab, vendor, 'items');

afterEach(() => hostile.behave());

/** What becomes of an offer that the test made of the provider's own. */
async function offers(change: (offer: TransferOffer) => TransferOffer) {
  hostile.outgoing['Transfers/Offer'] = (offer, go) => go(change(offer));
  const id = await vendor.transfer(agreement);
  const [there, here] = await Promise.all([vendor.ends(id), acme.ends(id)]);
  return { id, there, here };
}

async function refused(code: ErrorCode, message: RegExp, change: (offer: TransferOffer) => TransferOffer) {
  const { id, there, here } = await offers(change);
  for (const shown of [there, here]) {
    assert.equal(shown.state, 'failed');
    assert.equal(shown.reasons[0]!.code, code);
    assert.match(shown.reasons[0]!.message, message);
    assert.equal(shown.bytes, 0);
  }
  const types = await vendor.entriesOf(acme, id);
  assert.deepEqual(types, ['transfer.failed'], 'nothing was accepted');
}

const viewIn = (offer: TransferOffer) =>
  JSON.parse(Buffer.from(offer.view!.document).toString('utf8')) as ViewManifest & Record<string, unknown>;
const versionIn = (offer: TransferOffer) =>
  JSON.parse(Buffer.from(offer.versionManifest).toString('utf8')) as VersionManifest;
const bytesOf = (json: unknown) => utf8(canonicalJson(json as Json));

/** The provider signs another view than its own, properly. */
const forging =
  (change: (view: ViewManifest & Record<string, unknown>) => unknown) =>
  (offer: TransferOffer): TransferOffer => ({
    ...offer,
    view: signDocument(hostile.own.identity, 'view', bytesOf(change(viewIn(offer)))),
  });

test('a view that its provider did not sign', async () => {
  await refused('view.mismatch', /not signed/, (offer) => ({
    ...offer,
    view: { ...offer.view!, document: bytesOf({ ...viewIn(offer), rows: 1 }) },
  }));
  await refused('view.mismatch', /not signed/, (offer) => ({ ...offer, view: null }));
});

test('a view that contradicts the agreement', async () => {
  await refused(
    'view.mismatch',
    /policy/,
    forging((view) => ({ ...view, policy: '0'.repeat(64) })),
  );
  await refused(
    'view.mismatch',
    /policy/,
    forging((view) => ({ ...view, agreement: elsewhere })),
  );
  await refused(
    'view.mismatch',
    /not made as the agreement says/,
    forging((view) => ({ ...view, columns: view.columns.map((column) => ({ ...column, operator: 'null' })) })),
  );
  await refused(
    'view.mismatch',
    /not that of the version/,
    forging((view) => ({ ...view, columns: view.columns.map((column) => ({ ...column, root: 'a'.repeat(64) })) })),
  );
});

test('a view with a column more, or less, than was agreed', async () => {
  await refused('schema.mismatch', /"label"/, (offer) => {
    const version = versionIn(offer);
    const label = version.columns.find(({ name }) => name === 'label')!;
    const field = version.schema.fields.find(({ name }) => name === 'label')!;
    return forging((view) => ({
      ...view,
      columns: [...view.columns, { ...label, from: 'label', operator: 'keep' }],
      schema: { ...view.schema, fields: [...view.schema.fields, field] },
    }))({ ...offer, columnKeys: { ...offer.columnKeys, label: new Uint8Array(32) } });
  });
  await refused(
    'schema.mismatch',
    /"amount"/,
    forging((view) => ({
      ...view,
      columns: view.columns.slice(0, -1),
      schema: { ...view.schema, fields: view.schema.fields.slice(0, -1) },
    })),
  );
});

test('a view that contradicts itself, or its version', async () => {
  await refused(
    'view.mismatch',
    /contradicts itself/,
    forging((view) => ({ ...view, rows: view.rows + 1 })),
  );
  await refused(
    'view.mismatch',
    /other rows than the version/,
    forging((view) => ({ ...view, rows: view.rows - 1, batches: [view.batches[0]! - 1, ...view.batches.slice(1)] })),
  );
  await refused(
    'view.mismatch',
    /other rows than the version/,
    forging((view) => ({ ...view, batches: [...view.batches, 0] })),
  );
});

test('a version manifest that is another than the view names, or the transfer', async () => {
  await refused('view.mismatch', /another version/, (offer) => ({
    ...offer,
    versionManifest: bytesOf({ ...versionIn(offer), created: '2030-01-01T00:00:00.000Z' }),
  }));
  await refused('view.mismatch', /begun for/, (offer) => {
    const versionManifest = bytesOf({ ...versionIn(offer), created: '2030-01-01T00:00:00.000Z' });
    return forging((view) => ({ ...view, version: versionOf(versionManifest) }))({ ...offer, versionManifest });
  });
  await refused('view.mismatch', /another version/, (offer) => {
    const versionManifest = bytesOf({ ...versionIn(offer), dataset: 'others' });
    return forging((view) => ({ ...view, version: versionOf(versionManifest) }))({ ...offer, versionManifest });
  });
});

test('what is malformed', async () => {
  await refused(
    'input.invalid',
    /malformed/,
    forging((view) => ({ ...view, more: 1 })),
  );
  await refused(
    'input.invalid',
    /malformed/,
    forging((view) => ({ ...view, batches: [-1] })),
  );
  await refused(
    'input.invalid',
    /columns of the view are malformed/,
    forging((view) => ({
      ...view,
      schema: { fields: view.schema.fields.map((field) => ({ ...field, type: { name: 'int', bits: 7 } })) },
    })),
  );
  await refused('input.invalid', /./, (offer) => ({ ...offer, versionManifest: utf8('{"v": 1}') }));
  await refused('input.invalid', /without its key/, (offer) => ({ ...offer, columnKeys: {} }));
  await refused('input.invalid', /ledger entry/, (offer) => ({ ...offer, offered: null }));
});

test('wrong column keys are known at the first batch', async () => {
  const { there, here } = await offers((offer) => ({
    ...offer,
    columnKeys: Object.fromEntries(Object.keys(offer.columnKeys).map((name) => [name, new Uint8Array(32)])),
  }));
  for (const shown of [there, here]) {
    assert.equal(shown.state, 'failed');
    assert.equal(shown.reasons[0]!.code, 'batch.corrupt');
  }
});

test('a report that is none is left out, and breaks nothing', async () => {
  for (const providerReport of [utf8('{"results": 7}'), utf8('…'), new Uint8Array()]) {
    const { there } = await offers((offer) => ({ ...offer, providerReport }));
    assert.equal(there.state, 'receipted');
  }
});

test('a transfer is held to what it was begun for: agreement and correlation', async () => {
  const other = await agree(acme, vendor, 'items', { drop: ['label'] });
  await refused('view.mismatch', /begun under another/, (offer) => ({ ...offer, agreement: other }));
  await refused('view.mismatch', /begun under another/, (offer) => ({ ...offer, correlation: 'cor-of-mine' }));
});

test("an offer under another peer's agreement is as if there were none; that it was tried is in the ledger", async () => {
  let seen: TransferOffer | undefined;
  await offers((offer) => {
    seen = offer;
    return offer;
  });
  const offer = { ...seen!, transfer: newId('trn'), agreement: elsewhere };
  await assert.rejects(hostile.call(vendor, 'Transfers/Offer', offer), coded('agreement.not_found'));
  assert.equal(
    (await vendor.transfers()).some(({ id }) => id === offer.transfer),
    false,
  );
  const { entries } = await vendor.admin.get<{ entries: { type: string; entry: Record<string, unknown> }[] }>(
    '/v1/ledger/entries',
  );
  const kept = entries.find(({ type, entry }) => type === 'call.refused' && entry.agreement === elsewhere);
  assert.deepEqual(
    [kept?.entry.method, kept?.entry.code, kept?.entry.peer],
    ['Transfers/Offer', 'agreement.not_found', acme.id],
  );
});

test('offered twice: the same again changes nothing, another view is refused, and the first holds', async () => {
  const answers: unknown[] = [];
  let again: (() => Promise<unknown>) | undefined;
  hostile.sends = async function* (frames) {
    await again?.();
    yield* frames;
  };
  hostile.outgoing['Transfers/Offer'] = async (offer, go) => {
    again = async () => {
      again = undefined;
      await go(offer);
      await go(forging((view) => ({ ...view, created: '2030-01-01T00:00:00.000Z' }))(offer)).catch((error: unknown) =>
        answers.push(error),
      );
    };
    return go(offer);
  };
  const id = await vendor.transfer(agreement);
  assert.equal((await vendor.ends(id)).state, 'receipted');
  assert.equal(answers.length, 1);
  assert.ok(coded('view.mismatch', /with another view/)(answers[0]), String(answers[0]));
  assert.equal((await vendor.entriesOf(acme, id)).filter((type) => type === 'transfer.accepted').length, 1);
});

test('two offers of different views at the same moment: one is taken', async () => {
  hostile.outgoing['Transfers/Offer'] = async (offer, go) => {
    const other = forging((view) => ({ ...view, created: '2030-01-01T00:00:00.000Z' }))(offer);
    const both = await Promise.allSettled([go(other), go(offer)]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    throw (both.find(({ status }) => status === 'rejected') as PromiseRejectedResult).reason;
  };
  const id = await vendor.transfer(agreement);
  await Promise.all([vendor.ends(id), acme.ends(id)]);
  const accepted = (await vendor.entriesOf(acme, id)).filter((type) => type === 'transfer.accepted');
  assert.equal(accepted.length, 1);
});

test('after all that, an honest transfer lands, and both ledgers prove together', async () => {
  const id = await vendor.transfer(agreement);
  assert.equal((await vendor.ends(id)).state, 'receipted');
  await acme.ends(id);
  const { faults } = await proven(acme, vendor, folder);
  assert.deepEqual(faults, []);
});
