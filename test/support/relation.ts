import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { exportBundle } from '../../daemon/audit/index.js';
import type { EntryDraft, EntryRef, RecordedEntry } from '../../daemon/foundation/index.js';
import { temporaryFolder } from './folder.js';
import { exchangeHeads, type LedgerParty, ledgerPair } from './ledgers.js';

export const digest = (char: string): string => char.repeat(64);

export const agreement = {
  agreement: 'agr-1',
  revision: 1,
  digest: digest('a'),
  policy: digest('b'),
  contract: digest('c'),
};
const about = { transfer: 'trn-1', agreement: 'agr-1', version: 'v-1' };
const view = { ...about, view: digest('d'), rows: 1000, batches: 2, rowsRoot: digest('e') };

/** Records in the channel with the other party. */
export const write = (from: LedgerParty, to: LedgerParty, draft: EntryDraft): Promise<RecordedEntry> =>
  from.ledger.record({ peer: to.id }, draft);

const ref = ({ log, seq, leaf }: RecordedEntry): EntryRef => ({ log, seq, leaf });

/** An agreement that both sides sign. */
export async function agree(provider: LedgerParty, consumer: LedgerParty): Promise<void> {
  await write(provider, consumer, { type: 'agreement.proposed', actor: 'admin', fields: agreement });
  await write(consumer, provider, { type: 'agreement.signed', actor: 'admin', fields: agreement });
  await write(provider, consumer, { type: 'agreement.signed', actor: 'admin', fields: agreement });
}

/** One transfer as two gateways record it. `change` alters a draft before it is recorded, for tests of what goes wrong. */
export async function transfer(
  provider: LedgerParty,
  consumer: LedgerParty,
  id = 'trn-1',
  change: (draft: EntryDraft) => EntryDraft | undefined = (draft) => draft,
): Promise<void> {
  const step = async (from: LedgerParty, type: EntryDraft['type'], fields: EntryDraft['fields'], refs?: EntryRef[]) => {
    const to = from === provider ? consumer : provider;
    const draft = change({ type, actor: 'gateway', fields: { ...fields, transfer: id }, ...(refs && { refs }) });
    provider.clock.advance(1000);
    return draft && write(from, to, draft);
  };
  await step(provider, 'checks.passed', { ...about, report: digest('f') });
  const offered = await step(provider, 'transfer.offered', view);
  await step(consumer, 'transfer.accepted', { ...about, view: view.view }, offered && [ref(offered)]);
  await step(consumer, 'transfer.acknowledged', { batches: 1, root: digest('1') });
  const sent = await step(provider, 'transfer.sent', { ...view, policy: agreement.policy });
  const landed = await step(
    consumer,
    'transfer.landed',
    { ...view, report: digest('2'), policy: agreement.policy },
    sent && [ref(sent)],
  );
  await step(provider, 'receipt.recorded', { verdict: 'landed' }, landed && [ref(landed)]);
}

/** Two gateways that met, agreed, exchanged one dataset and cosigned each other's heads. */
export async function finishedRelation(t: TestContext): Promise<[LedgerParty, LedgerParty]> {
  const [a, b] = await ledgerPair([temporaryFolder(t), temporaryFolder(t)]);
  t.after(() => {
    for (const party of [a, b]) if (party.ledger.healthy) party.ledger.close();
  });
  await agree(a, b);
  await exchangeHeads(a, b);
  a.clock.advance(1000);
  await transfer(a, b);
  await exchangeHeads(a, b);
  return [a, b];
}

/** Writes a party's bundle of the relation and gives its path. */
export async function bundleOf(
  t: TestContext,
  party: LedgerParty,
  peer: LedgerParty,
  payloads = false,
): Promise<string> {
  party.clock.advance(2); // after all that is recorded
  const out = join(temporaryFolder(t), `${party.id}-${randomUUID().slice(0, 8)}.tar`);
  await exportBundle({ ledger: party.ledger, peer: peer.id, out, clock: party.clock, payloads });
  return out;
}
