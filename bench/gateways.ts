import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AdminClient, type Answer } from '../daemon/cli/client.js';
import { loadConfig } from '../daemon/config/index.js';
import type { Member } from '../test/support/member.js';
import { agree, type Pair, pair, type Terms } from '../test/support/pair.js';
import { type Cost, costAcross, forgetPeak, peakOf } from './measure.js';

/** What one transfer between two gateways took, all of it of the two daemons. */
export interface Job {
  /** From the order to publish until the receipt. */
  total: Cost;
  publish: Cost;
  /** From the order to transfer until the receipt. */
  transfer: Cost;
  /** From the signed offer until all of it was verified in quarantine, by the consumer's clock. */
  streamSeconds: number;
  /** Bytes of the batches as Arrow. */
  bytes: number;
  rows: number;
  /** The most memory that either daemon held at once. */
  peak: number;
  landed: string;
}

export interface JobOptions extends Terms {
  /** Absolute path or glob of the source. */
  source: string;
  rules?: readonly Record<string, unknown>[];
}

/** An ODCS contract of check rules in the project's own words. */
const contractOf = (dataset: string, rules: readonly Record<string, unknown>[]): string =>
  JSON.stringify({
    ...{ apiVersion: 'v3.1.0', kind: 'DataContract', id: dataset, version: '1.0.0', status: 'active', name: dataset },
    schema: [
      {
        name: dataset,
        logicalType: 'object',
        quality: rules.map((rule) => ({ type: 'custom', engine: 'counterfoil', implementation: rule })),
      },
    ],
  });

/** Two gateways, each a process of its own, in a folder that is gone afterwards. */
export async function withGateways<T>(
  folder: string,
  work: (pair: Pair) => Promise<T>,
  config: { acme?: object; vendor?: object; vendorReachable?: boolean } = {},
): Promise<T> {
  mkdirSync(folder, { recursive: true });
  const place = mkdtempSync(join(folder, 'gateways-'));
  const ends: (() => void | Promise<void>)[] = [];
  const t = { after: (end: () => void | Promise<void>) => void ends.push(end) };
  try {
    const member = (name: 'acme' | 'vendor') => ({
      ...{ process: true, home: join(place, name) },
      config: { log: { level: 'warn' }, ...config[name] },
    });
    const made = await pair(t, {
      acme: member('acme'),
      vendor: { ...member('vendor'), reachable: config.vendorReachable ?? true },
    });
    return await work(made);
  } finally {
    for (const end of ends.reverse()) await end();
    rmSync(place, { recursive: true, force: true });
  }
}

let jobs = 0;

/** The full job: source file → version → checks → transfer → checks → landed Parquet, both ledgers written. */
export async function fullJob({ acme, vendor }: Pair, { source, rules, ...terms }: JobOptions): Promise<Job> {
  const name = `table${jobs++}`;
  const pids = [acme.pid!, vendor.pid!];
  pids.forEach(forgetPeak);
  const contract = rules === undefined ? {} : { contract: contractOf(name, rules) };
  await acme.admin.post('/v1/datasets', { name, source, ...contract });
  const [, publish] = await costAcross(pids, () => acme.publish(name));
  const agreement = await agree(acme, vendor, name, terms);
  const { shown, cost, streamSeconds } = await transferred({ acme, vendor }, agreement);
  return {
    ...{ publish, transfer: cost },
    total: { seconds: publish.seconds + cost.seconds, cpu: publish.cpu + cost.cpu },
    streamSeconds,
    ...{ bytes: shown.bytesTotal!, rows: shown.rows, landed: shown.landed! },
    peak: Math.max(...pids.map(peakOf)),
  };
}

type Shown = Answer<'transfers', 'show'>;

/** One transfer of the newest version under an agreement, to its receipt. */
export async function transferred(
  { acme, vendor }: Pick<Pair, 'acme' | 'vendor'>,
  agreement: string,
): Promise<{ shown: Shown; cost: Cost; streamSeconds: number }> {
  const [shown, cost] = await costAcross([acme.pid!, vendor.pid!], async () => {
    const id = await vendor.transfer(agreement);
    return ended(vendor, id);
  });
  if (shown.state !== 'receipted')
    throw new Error(`The transfer of the bench ended as ${shown.state}: ${JSON.stringify(shown.reasons)}`);
  return { shown, cost, streamSeconds: between(shown, 'streaming', 'verifying') };
}

/** Told of the end: asking again and again would cost the daemon more than the transfer does. */
async function ended(member: Member, transfer: string): Promise<Shown> {
  const admin = AdminClient.ofHome(loadConfig(member.home, {}));
  try {
    for await (const { final } of admin.items<Answer<'transfers', 'watch'>>(`/v1/transfers/${transfer}/watch`))
      if (final) break;
    return await member.show(transfer);
  } finally {
    await admin.close();
  }
}

function between({ steps }: Shown, from: string, to: string): number {
  const at = (state: string) => Date.parse(steps.find((step) => step.state === state)!.at);
  return (at(to) - at(from)) / 1000;
}
