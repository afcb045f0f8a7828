import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyBundles } from '@counterfoil/verifier';
import { fileSource } from '@counterfoil/verifier/node';
import type { Answer } from '../../daemon/cli/client.js';
import { type Batch, columnReader, type Schema } from '../../daemon/columnar/index.js';
import { openSource } from '../../daemon/pipeline/index.js';
import { temporaryFolder } from './folder.js';
import { type Ends, Member, type MemberOptions } from './member.js';
import { until } from './until.js';

export interface Pair {
  acme: Member;
  vendor: Member;
  folder: string;
}

export interface PairOptions {
  acme?: MemberOptions;
  vendor?: MemberOptions;
}

/** Two organisations whose gateways run, have met, and are active peers. Acme offers, Vendor takes. */
export async function pair(t: Ends, options: PairOptions = {}): Promise<Pair> {
  const [acme, vendor] = await Promise.all([
    Member.make(t, 'acme.example', options.acme),
    Member.make(t, 'vendor.example', options.vendor),
  ]);
  await meet(acme, vendor);
  return { acme, vendor, folder: temporaryFolder(t) };
}

/** Makes two members active peers: online where one of them can be dialled. */
export async function meet(inviter: Member, joiner: Member): Promise<void> {
  const { invite, exchange } = await inviter.admin.post<Answer<'invites', 'create'>>('/v1/invites', {});
  const accepted = await joiner.admin.post<Answer<'invites', 'accept'>>('/v1/invites/accept', {
    text: invite,
    exchange,
  });
  if (accepted.reply !== undefined) await inviter.admin.post('/v1/invites/accept', { text: accepted.reply });
  const words = async (here: Member, there: Member) => (await peerOf(here, there)).words;
  await until(
    'the words',
    async () => (await words(inviter, joiner)) !== null && (await words(joiner, inviter)) !== null,
  );
  for (const [here, there] of [[inviter, joiner] as const, [joiner, inviter] as const])
    await here.admin.post(`/v1/peers/${there.id}/confirm`, { words: await words(here, there) });
  for (const [here, there] of [[inviter, joiner] as const, [joiner, inviter] as const])
    await until(`${here.id} active`, async () => (await peerOf(here, there)).state === 'active');
}

export const peerOf = (here: Member, there: Member): Promise<Answer<'peers', 'show'>> =>
  here.admin.get(`/v1/peers/${there.id}`);

export interface Terms {
  mask?: string[];
  drop?: string[];
  policy?: { columns: Record<string, { op: string }> };
  where?: string;
  expires?: string;
  /** ODCS text that the consumer requires. */
  requirements?: string;
}

/** An active agreement on a dataset of `provider`; its id. */
export async function agree(provider: Member, consumer: Member, dataset: string, terms: Terms = {}): Promise<string> {
  const { requirements, ...asked } = terms;
  if (requirements !== undefined)
    await consumer.admin.put('/v1/requirements', { peer: provider.id, dataset, contract: requirements });
  const { id } = await provider.admin.post<{ id: string }>('/v1/agreements', { peer: consumer.id, dataset, ...asked });
  const state = async (member: Member) =>
    (await member.admin.get<Answer<'agreements', 'show'>>(`/v1/agreements/${id}`).catch(() => undefined))?.state;
  await until('the offer', async () => (await state(consumer)) === 'proposed');
  await consumer.admin.post(`/v1/agreements/${id}/accept`);
  for (const member of [provider, consumer])
    await until(`${member.id}: agreement active`, async () => (await state(member)) === 'active');
  return id;
}

/** A CSV file of rows `id,label,amount`, none of which looks personal. */
export function csvFile(folder: string, name: string, rows: number, from = 0): string {
  const path = join(folder, `${name}.csv`);
  const lines = Array.from({ length: rows }, (_, at) => {
    const id = from + at;
    return `${id},item ${id % 97},${((id * 7919) % 100_000) / 100}`;
  });
  writeFileSync(path, `${['id,label,amount', ...lines].join('\n')}\n`);
  return path;
}

/** What landed, as our own reader reads it. */
export async function readLanded(folder: string, scratch: string): Promise<{ schema: Schema; batches: Batch[] }> {
  const source = await openSource({ name: 'landed', uri: join(folder, '*.parquet') }, { scratch });
  try {
    const batches: Batch[] = [];
    for await (const batch of source.batches()) batches.push(batch);
    return { schema: source.schema, batches };
  } finally {
    await source.close();
  }
}

/** Values of the first column of what landed. */
export async function firstColumn(folder: string, scratch: string): Promise<unknown[]> {
  const { batches } = await readLanded(folder, scratch);
  return batches.flatMap((batch) => {
    const reader = columnReader(batch.columns[0]!);
    return Array.from({ length: batch.rows }, (_, row) => reader.value(row));
  });
}

/** Exports both ledgers and verifies them together, as an auditor would. Gives the report. */
export async function audit(here: Member, there: Member, folder: string) {
  const bundles: string[] = [];
  for (const [one, other] of [[here, there] as const, [there, here] as const]) {
    const out = join(folder, `${one.id}-${Date.now()}-${bundles.length}.tar`);
    await one.admin.post('/v1/audit/export', { peer: other.id, out });
    bundles.push(out);
  }
  return verifyBundles(bundles.map(fileSource));
}

/** Both ledgers verify together without a fault. */
export async function proven(here: Member, there: Member, folder: string) {
  const report = await audit(here, there, folder);
  assert.deepEqual(report.faults, []);
  assert.equal(report.verdict, 'sound');
  return report;
}
