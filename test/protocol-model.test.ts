import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLongRun } from './support/effort.js';
import { explore } from './support/model/explore.js';
import { headsModel } from './support/model/heads.js';
import { relationModel } from './support/model/relation.js';
import { transferModel } from './support/model/transfer.js';
import type { Scenario } from './support/model/world.js';

/** What people may do in the midst of a transfer. Who suspends resumes later. */
const ACTS = ['cancels', 'terminates', 'revokes', 'suspends', 'fails'].flatMap((verb) => [
  `provider ${verb}`,
  `consumer ${verb}`,
]);

const scenario = (...acts: string[]): Scenario => ({
  people: acts.flatMap((act) => (act.endsWith('suspends') ? [act, act.replace('suspends', 'resumes')] : [act])),
});

/** All of it: no state is left out. Gives the number of states. */
function whole(asked: Scenario): number {
  const { states, whole } = explore(transferModel(asked));
  assert.ok(whole);
  return states;
}

test('a transfer that nobody disturbs comes to the same end on both sides', () => {
  assert.ok(whole(scenario()) > 80);
  assert.ok(whole({ people: [], providerPasses: false }) > 10);
  assert.ok(whole({ people: [], consumerPasses: false }) > 100);
});

for (const act of ACTS)
  test(`at any moment of a transfer: ${act}`, () => {
    for (const passes of [{}, { consumerPasses: false }, { providerPasses: false }])
      assert.ok(whole({ ...scenario(act), ...passes }) > 20);
  });

/** Of all pairs every fourth; in a long run all of them, and three at a time. */
const pairs = ACTS.flatMap((one, at) => ACTS.slice(at + 1).map((two) => [one, two]));
const triples = pairs.flatMap(([one, two]) => ACTS.slice(ACTS.indexOf(two!) + 1).map((three) => [one!, two!, three]));

test('two disturbances at any two moments', () => {
  for (const acts of pairs.filter((_, at) => isLongRun || at % 4 === 0)) assert.ok(whole(scenario(...acts)) > 300);
});

for (const acts of isLongRun ? triples : [])
  test(`three disturbances: ${acts.join(', ')}`, () => {
    assert.ok(whole(scenario(...acts)) > 300);
  });

test('two organisations that meet, confirm, suspend, resume and revoke come to know the same of each other', () => {
  const { states, whole } = explore(relationModel(isLongRun ? 9 : 6));
  assert.ok(whole);
  assert.ok(states > 500, `${states}`);
});

test('heads of a log: nothing held is given up, nothing that contradicts it is cosigned, whatever is lost or restored', () => {
  const { states, whole } = explore(headsModel(isLongRun ? 3 : 2));
  assert.ok(whole);
  assert.ok(states > 4000, `${states}`);
});

test('the explorer finds what is wrong: without the order of evidence, a way to it is shown', () => {
  const model = transferModel(scenario());
  const careless = { ...model, wrong: () => undefined };
  assert.ok(explore(careless).whole);
  const strict = {
    ...model,
    wrong: ({ consumer }: Parameters<typeof model.wrong>[0]) =>
      consumer.transfer === 'landed' ? 'it has landed' : undefined,
  };
  assert.throws(() => explore(strict), /^Error: it has landed\nstart\nprovider starts\n/);
  const never = { ...model, settled: () => false };
  assert.throws(() => explore(never), /nothing settles from here on\nstart\n/);
  assert.equal(explore(model, 5).whole, false);
});
