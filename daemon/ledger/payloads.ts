import { CounterfoilError, type EntryDraft, type RecordedEntry } from '../foundation/index.js';
import { transaction } from '../store/index.js';
import { payloadCommitment } from './commit.js';
import type { Core } from './core.js';

/** Bytes kept beside an entry. Errors: `not_found`, `ledger.corrupt` when they are not what was committed to. */
export function readPayload(core: Core, commit: string): Uint8Array | undefined {
  const row = core.tables.payload(commit);
  if (row === undefined) throw new CounterfoilError('not_found', 'No ledger entry of this gateway has that payload.');
  if (row.salt === null || row.body === null) return undefined;
  if (payloadCommitment(row.salt, row.body) !== commit)
    throw new CounterfoilError('ledger.corrupt', 'The bytes kept beside a ledger entry are not those it commits to.');
  return row.body;
}

/** The declaration is durable before anything is erased, so that what is missing is always declared. */
export async function erasePayloads(
  core: Core,
  record: (draft: EntryDraft) => Promise<RecordedEntry>,
  erasure: { commits: string[]; basis: string; requester: string },
): Promise<RecordedEntry> {
  for (const commit of erasure.commits) {
    if (core.tables.payload(commit) === undefined)
      throw new CounterfoilError('not_found', 'No ledger entry of this gateway has that payload.');
  }
  const entry = await record({ type: 'payload.erased', actor: 'admin', fields: erasure });
  core.guard(() =>
    transaction(core.tables.db, () => {
      for (const commit of erasure.commits) core.tables.erasePayload(commit);
    }),
  );
  return entry;
}
