import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextRun } from '../daemon/agreement/index.js';
import { ManualClock } from './support/clock.js';
import { coded } from './support/errors.js';
import { asAdmin, contractOf, Exchange } from './support/exchange.js';
import { until } from './support/until.js';

const MINUTE = 60_000;

test('a schedule is five fields of cron, in UTC; one that never comes up is none', () => {
  const at = (text: string) => Date.parse(text);
  assert.equal(nextRun('0 6 * * *', at('2026-06-15T06:00:00Z')), at('2026-06-16T06:00:00Z'));
  assert.equal(nextRun('*/15 9-17 * * MON-FRI', at('2026-06-12T17:45:00Z')), at('2026-06-15T09:00:00Z'));
  for (const none of ['0 0 30 2 *', '* * * *', '* * * * * *', '61 * * * *', 'never'])
    assert.equal(nextRun(none, 0), undefined, none);
});

test('a standing agreement sends what has changed when its schedule comes up, and nothing twice', async (t) => {
  const clock = new ManualClock();
  const exchange = await Exchange.open(t, { clock });
  const { acme, vendor } = exchange;
  await exchange.publish(
    'orders',
    'id,amount\n1,5\n',
    contractOf('orders', ['{check: range, columns: [amount], max: 50}']),
  );
  await assert.rejects(
    exchange.agree({ dataset: 'orders', follow: '0 0 30 2 *' }),
    coded('agreement.invalid', /follow/),
  );
  const { id } = await exchange.agree({ dataset: 'orders', follow: '*/10 * * * *' });
  const all = async () => (await vendor.admin.transfers.list({}, asAdmin)).transfers;
  const tick = async (wanted: number) => {
    await acme.gateway.tick();
    await until(`transfer ${wanted}`, async () => (await all()).filter(({ final }) => final).length === wanted, 60_000);
    return (await all())[0]?.state;
  };

  await acme.gateway.tick();
  assert.equal((await all()).length, 0); // its time has not come
  clock.advance(11 * MINUTE);
  assert.equal(await tick(1), 'receipted');
  clock.advance(11 * MINUTE);
  assert.equal(await tick(1), 'receipted'); // nothing has changed
  exchange.file('orders.csv', 'id,amount\n1,5\n2,7\n');
  assert.equal(await tick(1), 'receipted'); // not before the next time
  clock.advance(11 * MINUTE);
  assert.equal(await tick(2), 'receipted'); // published and sent, with nobody's help
  exchange.file('orders.csv', 'id,amount\n1,500\n');
  clock.advance(11 * MINUTE);
  assert.equal(await tick(3), 'refused');
  clock.advance(11 * MINUTE);
  assert.equal(await tick(3), 'refused'); // what was turned down is not tried again

  exchange.file('orders.csv', 'id,amount\n1,6\n');
  await acme.stop();
  clock.advance(31 * MINUTE);
  await acme.start(); // what came up while it was down is made up for, once
  await until('the vendor again', async () => {
    await acme.gateway.tick();
    return (await all()).length > 3;
  });
  assert.equal(await tick(4), 'receipted');
  await acme.admin.agreements.terminate({ id }, asAdmin);
  clock.advance(11 * MINUTE);
  exchange.file('orders.csv', 'id,amount\n1,8\n');
  await acme.gateway.tick();
  assert.equal((await all()).length, 4);
});

test('what no check looks at is shown with the agreement', async (t) => {
  const exchange = await Exchange.open(t);
  const odcs = contractOf('orders', [], '    quality:\n      - { type: text, description: looks nice }\n');
  await exchange.publish('orders', 'id,amount\n1,5\n', odcs);
  const { id } = await exchange.agree({ dataset: 'orders' });
  const { notEvaluated } = await exchange.acme.admin.agreements.show({ id }, asAdmin);
  assert.equal(notEvaluated.length, 1);
  assert.equal(notEvaluated[0]!.path, 'schema[0].quality[0]');
  assert.deepEqual((await exchange.vendor.admin.agreements.show({ id }, asAdmin)).notEvaluated, []);
});
