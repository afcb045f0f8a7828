import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { INT32, resultOf } from './support/checks.js';
import { coded } from './support/errors.js';
import { ACME, asAdmin, contractOf, Exchange, VENDOR } from './support/exchange.js';
import { temporaryFolder } from './support/folder.js';
import { until } from './support/until.js';

type Shown = Awaited<ReturnType<Exchange['transfer']>>['acme'];

const result = (shown: Shown, side: 'provider' | 'consumer', id: string) =>
  shown.report[side]?.results.find((each) => each.id === id);

const csv = (rows: readonly (readonly unknown[])[]) => `${rows.map((row) => row.join(',')).join('\n')}\n`;

test('a query of a rule is one SELECT over the data, told when the contract is read', () => {
  const fault = (query: string) => () => resultOf({ x: { type: INT32, values: [1] } }, { check: 'sql', query });
  for (const query of [
    'DROP TABLE data',
    "SELECT * FROM read_csv('/etc/passwd')",
    'SELECT * FROM "read_csv"(\'/etc/passwd\')',
    "SELECT * FROM `read_parquet`('/etc/passwd')",
    'SELECT 1 FROM data; SELECT 2 FROM data',
    "SELECT 'open FROM data",
    'SHOW TABLES',
  ])
    assert.throws(fault(query), coded('contract.invalid'), query);
  assert.throws(
    () => resultOf({ x: { type: INT32, values: [1] } }, { check: 'sql', query: 'SELECT 1 FROM data', where: 'x > 1' }),
    coded('contract.invalid', /takes no where/),
  );
});

test('rules that look beside the rows', async (t) => {
  const folder = temporaryFolder(t);
  const hook = join(folder, 'odd.mjs');
  writeFileSync(
    hook,
    `export const check = async ({ batches, side, arguments: { most } }) => {
      let tested = 0; const rows = [];
      for await (const batch of batches) for (const row of batch) { if (side === 'consumer' && row.amount > most) rows.push(tested); tested++; }
      return { tested, failed: rows.length, rows, column: 'label', code: 'amount.odd' };
    };`,
  );
  chmodSync(hook, 0o644);
  const exchange = await Exchange.open(t, { config: `hooks: { odd: { module: ${hook} } }\n` });

  await t.test('queries and hooks decide about a delivery on both sides', async () => {
    const rules = [
      '{id: ordered, check: sql, query: "SELECT id FROM data WHERE amount < 0"}',
      '{id: own, check: hook, hook: odd, arguments: {most: 50}}',
    ];
    await exchange.publish(
      'orders',
      csv([
        ['id', 'label', 'amount'],
        [1, 'first thing', 5],
        [2, 'second thing', 7],
      ]),
      contractOf('orders', rules),
    );
    const { id } = await exchange.agree({ dataset: 'orders' });
    const good = await exchange.transfer(id);
    assert.equal(good.vendor.state, 'receipted', JSON.stringify(good.vendor.reasons));
    for (const rule of ['ordered', 'own'])
      for (const side of ['provider', 'consumer'] as const) assert.equal(result(good.acme, side, rule)?.status, 'pass');

    exchange.file(
      'orders.csv',
      csv([
        ['id', 'label', 'amount'],
        [1, 'first thing', 5],
        [3, 'third thing', 77],
      ]),
    );
    await exchange.acme.admin.datasets.publish({ name: 'orders' }, asAdmin);
    const odd = await exchange.transfer(id);
    assert.equal(odd.acme.state, 'rejected');
    const found = result(odd.acme, 'consumer', 'own')!;
    assert.equal(found.message, 'The hook "odd" finds fault with 1 of 2 (amount.odd).');
    assert.deepEqual(found.samples, [
      { batch: 0, row: 1, column: 'label', masked: '***** *****', shape: 'aaaaa aaaaa' },
    ]);
    assert.deepEqual(odd.acme.reasons, [{ code: 'check.hook', message: `own: ${found.message}` }]);

    exchange.file(
      'orders.csv',
      csv([
        ['id', 'label', 'amount'],
        [1, 'first thing', -5],
      ]),
    );
    await exchange.acme.admin.datasets.publish({ name: 'orders' }, asAdmin);
    const negative = await exchange.transfer(id);
    assert.equal(negative.vendor.state, 'refused');
    assert.match(negative.vendor.reasons[0]!.message, /ordered: The query returns 1 row\./);
  });

  await t.test('a hook that is not defined, and a query that does not fit, are errors that block', async () => {
    const rules = [
      '{id: own, check: hook, hook: elsewhere, side: consumer}',
      '{id: wrong, check: sql, side: consumer, query: "SELECT nothing FROM data", severity: info}',
    ];
    await exchange.publish(
      'bills',
      csv([
        ['id', 'amount'],
        [1, 5],
      ]),
      contractOf('bills', rules),
    );
    const { id } = await exchange.agree({ dataset: 'bills' });
    const { vendor } = await exchange.transfer(id);
    assert.equal(vendor.state, 'rejected');
    assert.equal(result(vendor, 'consumer', 'wrong')?.status, 'error');
    const own = result(vendor, 'consumer', 'own')!;
    assert.equal(own.status, 'error');
    assert.equal(
      own.message,
      'The hook "elsewhere" is not defined at the consumer: it belongs under hooks in its config.yaml.',
    );
  });

  await t.test(
    'keys are looked up in another dataset: in versions by the provider, in what landed by the consumer',
    async () => {
      const keys = (name: string) =>
        contractOf(name, ['{id: known, check: foreign_key, columns: [shop], dataset: shops, references: [id]}']);
      await exchange.publish(
        'shops',
        csv([
          ['id', 'kind'],
          [1, 'big'],
          [2, 'small'],
        ]),
      );
      const shops = await exchange.agree({ dataset: 'shops' });
      await exchange.publish(
        'sales',
        csv([
          ['shop', 'amount'],
          [1, 10],
          [2, 20],
          [1, 30],
        ]),
        keys('sales'),
      );
      const sales = await exchange.agree({ dataset: 'sales' });
      const early = await exchange.transfer(sales.id);
      assert.equal(early.vendor.state, 'rejected'); // the shops have not come yet
      assert.match(early.vendor.reasons[0]!.message, /The consumer has no version of the dataset "shops"/);
      assert.equal((await exchange.transfer(shops.id)).vendor.state, 'receipted');
      const good = await exchange.transfer(sales.id);
      assert.equal(good.vendor.state, 'receipted', JSON.stringify(good.vendor.reasons));
      assert.equal(result(good.acme, 'consumer', 'known')?.message, 'All 3 keys occur in "shops".');

      exchange.file(
        'sales.csv',
        csv([
          ['shop', 'amount'],
          [1, 10],
          [9, 20],
        ]),
      );
      await exchange.acme.admin.datasets.publish({ name: 'sales' }, asAdmin);
      const stray = await exchange.transfer(sales.id);
      assert.equal(stray.vendor.state, 'refused');
      assert.match(stray.vendor.reasons[0]!.message, /1 of 2 keys in "shop" do not occur in "shops"/);
    },
  );

  await t.test("a consumer's rule does not tell it which keys are in a dataset that it is not given", async () => {
    await exchange.publish(
      'secrets',
      csv([
        ['id', 'kind'],
        [1, 'big'],
      ]),
    );
    await exchange.publish(
      'deals',
      csv([
        ['shop', 'amount'],
        [1, 10],
      ]),
    );
    const rule = '{id: probe, check: foreign_key, columns: [shop], dataset: secrets, references: [id], side: provider}';
    const { vendor, acme } = exchange;
    const { id } = await acme.admin.agreements.offer({ peer: VENDOR, dataset: 'deals' }, asAdmin);
    const stateAt = async (party: typeof acme) =>
      (await party.admin.agreements.list(asAdmin)).agreements.find((each) => each.id === id)?.state;
    await until('the offer', async () => (await stateAt(vendor)) === 'proposed');
    const needs = { peer: ACME, dataset: 'deals', contract: contractOf('deals', [rule]) };
    await vendor.admin.agreements.setRequirements(needs, asAdmin);
    await until('the counter', async () => (await stateAt(acme)) === 'countered');
    await acme.admin.agreements.accept({ id }, asAdmin);
    await until(
      'the agreement',
      async () => (await stateAt(vendor)) === 'active' && (await stateAt(acme)) === 'active',
    );
    const ended = await exchange.transfer(id);
    assert.equal(ended.vendor.state, 'refused');
    assert.match(ended.vendor.reasons[0]!.message, /no active agreement on the dataset "secrets"/);
  });

  await t.test('a version is compared with the one delivered before it', async () => {
    const rules = [
      '{id: steady, check: row_count_change, minPercent: -50, maxPercent: 50}',
      '{id: mix, check: drift, columns: [kind]}',
      '{id: readable, check: schema.compat, mode: backward}',
    ];
    const rows = (kinds: readonly string[], each: number) =>
      csv([
        ['id', 'kind'],
        ...kinds.flatMap((kind, at) => Array.from({ length: each }, (_, n) => [at * 1000 + n, kind])),
      ]);
    await exchange.publish('mix', rows(['a', 'b'], 50), contractOf('mix', rules));
    const { id } = await exchange.agree({ dataset: 'mix' });
    const first = await exchange.transfer(id);
    assert.equal(first.vendor.state, 'receipted');
    assert.match(result(first.vendor, 'consumer', 'mix')!.message, /no earlier version/);

    const next = async (text: string) => {
      exchange.file('mix.csv', text);
      await exchange.acme.admin.datasets.publish({ name: 'mix' }, asAdmin);
      return exchange.transfer(id);
    };
    const shrunk = await next(rows(['a', 'b'], 10));
    assert.equal(shrunk.vendor.state, 'refused');
    assert.match(shrunk.vendor.reasons[0]!.message, /steady: There are 20 rows, 80 % less than the 100 before/);
    const dry = await exchange.acme.admin.agreements.dryRun({ id }, asAdmin);
    assert.equal(dry.report.verdict, 'fail'); // the same answer without sending anything
    const drifted = await next(rows(['a', 'c'], 50));
    assert.match(drifted.vendor.reasons[0]!.message, /mix: Column "kind" is spread otherwise/);
    const like = await next(rows(['b', 'a'], 51));
    assert.equal(like.vendor.state, 'receipted', JSON.stringify(like.vendor.reasons));
    for (const side of ['provider', 'consumer'] as const) {
      assert.match(result(like.acme, side, 'mix')!.message, /is spread as in the version before/);
      assert.match(result(like.acme, side, 'steady')!.message, /2 % more than the 100 before/);
      assert.equal(result(like.acme, side, 'readable')!.status, 'pass');
    }
  });
});
