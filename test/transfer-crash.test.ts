import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isLongRun } from './support/effort.js';
import type { Member } from './support/member.js';
import { agree, csvFile, firstColumn, pair, proven } from './support/pair.js';
import { until } from './support/until.js';

const ROWS = 5000;
const config = { limits: { batchTargetRows: 1024, acknowledgeBatches: 1 } };
const { acme, vendor, folder } = await pair({ after }, { acme: { config }, vendor: { config } });
await acme.dataset('items', csvFile(folder, 'items', ROWS));
const agreement = await agree(acme, vendor, 'items', { mask: ['label=null'] });

/** Everything that a transfer does at each side, in its order; a crash may come between any two. */
const PROVIDER = [
  ...['answer Transfers/Request', 'answered Transfers/Request'],
  ...['record checks.passed', 'recorded checks.passed', 'recorded transfer.offered'],
  ...['call Transfers/Offer', 'called Transfers/Offer'],
  ...['send 0', 'send 1', 'send 3', 'send 5', 'send 6'],
  ...['answer Transfers/Acknowledge', 'recorded acknowledgement.recorded', 'answered Transfers/Acknowledge'],
  ...['record transfer.sent', 'recorded transfer.sent', 'call Transfers/Sent', 'called Transfers/Sent'],
  ...['answer Transfers/Receipt', 'recorded receipt.recorded', 'answered Transfers/Receipt'],
  'answered Evidence/Exchange',
];
const CONSUMER = [
  ...['call Transfers/Request', 'called Transfers/Request'],
  ...['answer Transfers/Offer', 'recorded transfer.accepted', 'answered Transfers/Offer'],
  ...['take 0', 'take 1', 'take 3', 'take 5', 'take 6'],
  ...['record transfer.acknowledged', 'recorded transfer.acknowledged', 'called Transfers/Acknowledge'],
  ...['record checks.passed', 'recorded checks.passed', 'answer Transfers/Sent', 'answered Transfers/Sent'],
  ...['land', 'landed', 'recorded transfer.landed', 'call Transfers/Receipt', 'called Transfers/Receipt'],
];

const ONCE = {
  provider: ['checks.passed', 'transfer.offered', 'transfer.sent', 'receipt.recorded'],
  consumer: ['transfer.accepted', 'checks.passed', 'transfer.landed'],
};

const landings = (): number => {
  const all = readdirSync(join(vendor.home, 'landing'), { recursive: true }) as string[];
  return all.filter((path) => path.endsWith('manifest.json')).length;
};
/** Files beyond those of the last delivery, which are kept for the next. */
const leftovers = (): string[] => {
  const folders = [join(acme.home, 'store', 'views'), join(vendor.home, 'quarantine')];
  const kept = folders.map((path) => readdirSync(path).filter((name) => !name.includes('.')));
  return [...kept.flatMap((names) => names.slice(1)), ...readdirSync(join(vendor.home, 'landing', '.staging'))];
};

/** One transfer in which a side is killed at these steps, one after the other, and started again each time. */
async function survives(mortal: Member, steps: readonly string[]): Promise<void> {
  const known = new Set((await vendor.transfers()).map(({ id }) => id));
  const before = landings();
  const [first, ...others] = steps;
  await mortal.stop();
  await mortal.start({ dies: first! });
  await vendor.transfer(agreement).catch(() => undefined); // the answer may be what the crash takes
  for (const step of [...others, undefined]) {
    assert.equal(await mortal.gone(), 'SIGKILL');
    await mortal.start(step === undefined ? {} : { dies: step });
  }
  const begun = async () => (await vendor.transfers()).filter(({ id }) => !known.has(id));
  // A crash may have come before anybody knew of it.
  if ((await begun()).length === 0 && /Transfers.Request/.test(first!)) await vendor.transfer(agreement);
  await until('the transfer', async () => (await begun()).length > 0);
  const ids = (await begun()).map(({ id }) => id);
  assert.equal(ids.length, 1);
  const id = ids[0]!;
  const [there, here] = [await vendor.ends(id), await acme.ends(id)];
  for (const shown of [there, here]) assert.equal(shown.state, 'receipted', JSON.stringify(shown.reasons));
  assert.equal(there.correlation, here.correlation);

  const rows = await firstColumn(there.landed!, folder);
  assert.deepEqual([rows.length, new Set(rows).size], [ROWS, ROWS]);
  assert.equal(landings(), before + 1);
  for (const [side, other, types] of [
    [acme, vendor, ONCE.provider],
    [vendor, acme, ONCE.consumer],
  ] as const) {
    const recorded = await side.entriesOf(other, id);
    for (const type of types) assert.equal(recorded.filter((each) => each === type).length, 1, `${side.id}: ${type}`);
  }
  await until(`no files left: ${leftovers()}`, () => leftovers().length === 0);
}

test('a provider that is killed again and again goes on from where it was', async () => {
  await survives(acme, ['recorded transfer.offered', 'recorded transfer.sent']);
});

test('a consumer that is killed again and again lands what came, once', async () => {
  await survives(vendor, ['take 3', 'landed']);
});

for (const [side, steps] of isLongRun ? [[acme, PROVIDER] as const, [vendor, CONSUMER] as const] : [])
  for (const step of steps) test(`${side.id} killed at: ${step}`, () => survives(side, [step]));

test('after all that both ledgers prove together', async () => {
  await proven(acme, vendor, folder);
});
