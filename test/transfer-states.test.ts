import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { CounterfoilError, type OrgId } from '../daemon/foundation/index.js';
import {
  isFinal,
  TRANSFER_EVENTS,
  TRANSFER_STATES,
  TRANSFER_TABLE,
  type TransferState,
  TransferTable,
} from '../daemon/pipeline/transfers/index.js';
import { openDatabase } from '../daemon/store/index.js';
import { temporaryFolder } from './support/folder.js';

/** What two sides that end a transfer at the same time come to: the one further up holds. */
const WEIGHT: Partial<Record<TransferState, number>> = {
  cancelled: 1,
  failed: 2,
  refused: 3,
  rejected: 3,
  receipted: 4,
};

test('every state answers every event, and an end gives way only to one that weighs more', () => {
  for (const state of TRANSFER_STATES) {
    assert.deepEqual(Object.keys(TRANSFER_TABLE[state]).sort(), [...TRANSFER_EVENTS].sort());
    assert.equal(isFinal(state), WEIGHT[state] !== undefined);
    if (!isFinal(state)) continue;
    for (const next of Object.values(TRANSFER_TABLE[state]))
      if (next !== null) assert.ok((WEIGHT[next] ?? 0) > WEIGHT[state]!, `${state} → ${next}`);
  }
});

test('whatever happens, a transfer lands at most once, only after checks on both sides, and never after an end', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...TRANSFER_EVENTS), { maxLength: 30 }), (events) => {
      let state = 'offered' as TransferState;
      const path = [state];
      for (const event of events) {
        const next: TransferState | null = TRANSFER_TABLE[state][event];
        if (next === null) continue;
        state = next;
        path.push(state);
      }
      assert.equal(new Set(path).size, path.length, 'no state comes twice');
      const landed = path.indexOf('landed');
      if (landed >= 0) assert.deepEqual(path.slice(0, landed), ['offered', 'checking', 'streaming', 'verifying']);
      const ended = path.findIndex((each) => isFinal(each));
      if (ended >= 0) assert.ok(path.slice(ended).every(isFinal));
    }),
  );
});

test('of a cancel and a landing that race, exactly one wins, and what is stored survives', (t) => {
  const db = openDatabase(join(temporaryFolder(t), 'gateway.db'));
  const table = new TransferTable(db, () => 1_790_000_000_000);
  const id = `trn-${'a'.repeat(26)}`;
  table.insert({
    id,
    role: 'consumer',
    peer: 'acme.example' as OrgId,
    agreement: 'agr-1',
    dataset: 'd',
    version: 'v-1',
    correlation: 'cor-1',
    state: 'offered',
  });
  for (const event of ['check', 'stream', 'deliver', 'land'] as const) table.apply(id, event);
  assert.throws(
    () => table.apply(id, 'cancel'),
    (error: unknown) => error instanceof CounterfoilError && error.code === 'transfer.state',
  );
  table.progress(id, { batches: 3, rows: 30, bytes: 300 });
  table.progress(id, { batches: 2, rows: 20, bytes: 200 });
  const stored = new TransferTable(db, () => 0).find('trn-aaaaaa');
  assert.equal(stored.state, 'landed');
  assert.deepEqual([stored.batches, stored.rows, stored.bytes], [3, 30, 300]);
  assert.deepEqual(
    stored.steps.map((step) => step.state),
    ['offered', 'checking', 'streaming', 'verifying', 'landed'],
  );
  db.close();
});
