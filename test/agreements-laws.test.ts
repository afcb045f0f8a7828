import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CounterfoilError } from '../daemon/foundation/index.js';
import { Table } from './support/agreements.js';
import { ManualClock } from './support/clock.js';

const OFFER = { peer: 'vendor.example', dataset: 'customers', policy: { columns: { email: { op: 'token' } } } };

const step = fc.record({
  by: fc.constantFrom('acme.example', 'vendor.example'),
  what: fc.constantFrom('counter', 'require', 'accept', 'reject', 'terminate', 'deliver', 'deliver', 'deliver'),
  number: fc.integer({ min: 1, max: 9 }),
});

test('whatever both sides do at the same time, they end in the same state over the same bytes', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const table = new Table(t, new ManualClock(), 'acme.example', 'vendor.example');
      const [acme, vendor] = [table.side('acme.example'), table.side('vendor.example')];
      const { id } = await acme.agreements.offer(OFFER);
      for (const { by, what, number } of steps) {
        const { agreements } = table.side(by);
        const contract = JSON.stringify([{ id: 'r', check: 'row_count', min: number }]);
        try {
          if (what === 'deliver') await table.deliver(1);
          else if (what === 'require') {
            if (by === 'vendor.example')
              await agreements.setRequirements({ peer: 'acme.example', dataset: 'customers', contract });
          } else if (what === 'counter') await agreements.counter(id, { purpose: `purpose ${number}` });
          else await agreements[what](id);
        } catch (error) {
          const { code } = CounterfoilError.from(error);
          assert.ok(['agreement.state', 'agreement.not_found', 'agreement.invalid'].includes(code), String(error));
        }
      }
      await table.deliver();
      const [mine, theirs] = [acme.agreements.show(id), vendor.agreements.show(id)];
      // One side may have rejected what the other terminated at that moment; both have ended then.
      const ended = [mine, theirs].map(({ state }) => state === 'terminated' || state === 'rejected');
      assert.equal(ended[0], ended[1]);
      if (!ended[0]) {
        assert.equal(mine.state, theirs.state);
        assert.equal(mine.digest, theirs.digest);
        assert.deepEqual(mine.signatures, theirs.signatures);
      }
      if (mine.state === 'active') assert.equal(mine.signatures.length, 2);
    }),
    { numRuns: 150 },
  );
});
