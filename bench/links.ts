import { setTimeout as wait } from 'node:timers/promises';
import { Link } from '../test/support/link.js';
import { agree, type Pair } from '../test/support/pair.js';
import type { Bench } from './bench.js';
import { tableFile } from './data/files.js';
import { transferred, withGateways } from './gateways.js';
import type { Settings } from './settings.js';

const DELAY_MS = 25; // there and back, 50
/** Seconds that the whole table would take on each link as it is, so that no bench takes hours. */
const SECONDS = 20;
const ROW_BYTES = 183;
const MBIT = 125_000;

type Found = Record<'auto' | 'always' | 'never', number>;

/** Emulated links of 50 ms there and back: bytes of Arrow a second, with compression as the gateway chooses, beside none. */
export function linkBenches(settings: Settings): Bench[] {
  const links = [10, 100, 1000].map((mbit): Bench => {
    return {
      name: `link/${mbit}mbit`,
      unit: 'MB/s',
      run: async () => {
        const found = await overLink(settings, mbit);
        return { value: found.auto, baseline: Math.max(found.always, found.never) };
      },
    };
  });
  return [...links, { name: 'resume/full', unit: 'bytes', run: () => resumed(settings) }];
}

/** Gateways of which one is reached over a link. */
async function withLink<T>(folder: string, link: Link, config: object, work: (pair: Pair) => Promise<T>): Promise<T> {
  try {
    return await withGateways(folder, work, { acme: { ...(await link.config()), ...config }, vendor: config });
  } finally {
    await link.close();
  }
}

async function overLink({ folder, rows: most }: Settings, mbit: number): Promise<Found> {
  const rate = mbit * MBIT;
  const rows = Math.min(most, Math.ceil((rate * SECONDS) / ROW_BYTES / 1000) * 1000);
  const source = await tableFile(folder, rows);
  const found: Partial<Found> = {};
  for (const wireCompression of ['never', 'always', 'auto'] as const) {
    const link = await Link.open({ rate, delayMs: DELAY_MS });
    found[wireCompression] = await withLink(folder, link, { wireCompression }, async (pair) => {
      await pair.acme.admin.post('/v1/datasets', { name: 'table', source });
      await pair.acme.publish('table');
      const { shown, streamSeconds } = await transferred(pair, await agree(pair.acme, pair.vendor, 'table'));
      return shown.bytes / 1e6 / streamSeconds;
    });
  }
  return found as Found;
}

/** Bytes that come over a connection that is cut ten times, beside those over one that is not. */
async function resumed({ folder, rows: most }: Settings): Promise<{ value: number; baseline: number }> {
  const source = await tableFile(folder, Math.min(most, 1_600_000));
  const link = await Link.open();
  return withLink(folder, link, { wireCompression: 'never', keepDelivered: 'none' }, async (pair) => {
    await pair.acme.admin.post('/v1/datasets', { name: 'table', source });
    await pair.acme.publish('table');
    const agreement = await agree(pair.acme, pair.vendor, 'table');
    const before = link.received;
    await transferred(pair, agreement);
    const whole = link.received - before;
    const again = link.received;
    const id = await pair.vendor.transfer(agreement);
    for (let cut = 1; cut <= 10; cut++) {
      link.cutAfter(whole / 12);
      while (link.cuts < cut && !(await pair.vendor.show(id)).final) await wait(20);
    }
    const { state } = await pair.vendor.ends(id, 3_600_000);
    if (state !== 'receipted') throw new Error(`The transfer over a broken link ended as ${state}.`);
    return { value: link.received - again, baseline: whole };
  });
}
