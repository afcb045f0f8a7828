import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { coded } from './support/errors.js';
import { agree, csvFile, pair, proven } from './support/pair.js';

const { acme, vendor, folder } = await pair({ after });
const path = csvFile(folder, 'items', 200);
await acme.dataset('items', path);
const agreement = await agree(acme, vendor, 'items');

/** The file again, other values in the column `label`. */
function relabelled(label: (row: number) => string): void {
  const rows = Array.from({ length: 200 }, (_, row) => `${row},${label(row)},${row / 4}`);
  writeFileSync(path, `id,label,amount\n${rows.join('\n')}\n`);
}

const ignored = () => undefined;

async function transferred() {
  const id = await vendor.transfer(agreement);
  const [there, here] = await Promise.all([vendor.ends(id), acme.ends(id)]);
  assert.equal(there.state, here.state);
  return here;
}

test('a new version whose column has come to look personal does not go under an agreement that says nothing of it', async () => {
  assert.equal((await transferred()).state, 'receipted');
  relabelled((row) => `someone.${row}@mail.example`);
  await acme.publish('items');
  const { id, state, reasons, bytes } = await transferred();
  assert.equal(state, 'failed');
  assert.equal(reasons[0]!.code, 'agreement.blocked');
  assert.match(reasons[0]!.message, /"label" looks like email/);
  assert.doesNotMatch(reasons[0]!.message, /someone/);
  assert.equal(bytes, 0);
  assert.deepEqual(await acme.entriesOf(vendor, id), ['transfer.failed'], 'nothing was offered');
  const { entries } = await acme.admin.get<{ entries: { type: string; entry: { columns?: string[] } }[] }>(
    '/v1/ledger/entries',
  );
  assert.deepEqual(
    entries.filter(({ type }) => type === 'agreement.blocked').map(({ entry }) => entry.columns),
    [['label']],
  );
});

test('a person who says why it is not personal lets it go; the finding stays, with the name and the reason', async () => {
  const place = '/v1/datasets/items/overrides';
  const reason = 'test addresses of a machine, nobody reads them';
  await assert.rejects(acme.admin.post(place, { column: 'label', entity: 'email' }), coded('input.invalid', /reason/));
  await assert.rejects(
    acme.admin.long(place, { column: 'amount', reason }, ignored),
    coded('input.invalid', /does not look personal/),
  );
  const said = await acme.admin.long<Said>(place, { column: 'label', reason }, ignored);
  assert.deepEqual(
    said.overrides.map(({ column, entity, verdict, by, reason: why }) => [column, entity, verdict, by, why]),
    [['label', 'email', 'is', 'admin', reason]],
  );
  const { columns } = await acme.admin.long<Profiled>('/v1/datasets/items/profile', {}, ignored);
  const [found] = columns.find(({ name }) => name === 'label')!.personal;
  assert.deepEqual([found!.entity, found!.override!.by, found!.override!.reason], ['email', 'admin', reason]);
  const draft = await acme.admin.post<Drafted>('/v1/agreements/draft', { peer: 'vendor.example', dataset: 'items' });
  assert.deepEqual(
    [draft.blocked, draft.overridden],
    [[], [{ column: 'label', entity: 'email', by: 'admin', reason }]],
  );
  assert.equal((await transferred()).state, 'receipted');
  await acme.admin.post(`${place}/withdraw`, { column: 'label' });
  await assert.rejects(
    acme.admin.post(`${place}/withdraw`, { column: 'label' }),
    coded('input.invalid', /Nothing is overridden/),
  );
  assert.equal((await transferred()).reasons[0]!.code, 'agreement.blocked');
  const { entries } = await acme.admin.get<{ entries: { type: string; actor: string; entry: { reason?: string } }[] }>(
    '/v1/ledger/entries',
  );
  assert.deepEqual(
    entries
      .filter(({ type }) => type.startsWith('finding.'))
      .map(({ type, actor, entry }) => [type, actor, entry.reason]),
    [
      ['finding.overridden', 'admin', reason],
      ['finding.restored', 'admin', undefined],
    ],
  );
});

interface Said {
  overrides: { column: string; entity: string; verdict: string; by: string; reason: string }[];
}
interface Profiled {
  columns: { name: string; personal: { entity: string; override: { by: string; reason: string } | null }[] }[];
}
interface Drafted {
  blocked: unknown[];
  overridden: unknown[];
}

test('a version that adds a column is not what was agreed, and one that looks personal is told as such', async () => {
  for (const [column, value, code] of [
    ['email', 'a@mail.example', 'agreement.blocked'],
    ['weight', '7', 'schema.mismatch'],
  ] as const) {
    writeFileSync(path, `id,label,amount,${column}\n1,x,2.5,${value}\n`);
    await acme.publish('items');
    const { state, reasons } = await transferred();
    assert.deepEqual([state, reasons[0]!.code], ['failed', code]);
    assert.match(reasons[0]!.message, new RegExp(`"${column}"`));
  }
});

test('the next version, which is as before, goes', async () => {
  relabelled((row) => `item ${row}`);
  await acme.publish('items');
  assert.equal((await transferred()).state, 'receipted');
  await proven(acme, vendor, folder);
});
