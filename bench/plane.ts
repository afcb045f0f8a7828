import { mkdirSync } from 'node:fs';
import type { Bench } from './bench.js';
import { tableFile } from './data/files.js';
import { fullJob, type Job, withGateways } from './gateways.js';
import { bareTransfer } from './plane/transports.js';
import type { Settings } from './settings.js';

const BARE_BYTES = 2_000_000_000;

/** The way from a stored version to a verified quarantine, beside bare transports on the same machine in the same run. */
export function planeBenches({ folder, rows }: Settings): Bench[] {
  const bare = new Map<string, Promise<{ wall: number; cpu: number }>>();
  const speed = (transport: 'tcp' | 'tls' | 'grpc') => {
    const known = bare.get(transport);
    if (known !== undefined) return known;
    mkdirSync(folder, { recursive: true });
    const found = bareTransfer(folder, transport, BARE_BYTES).then(({ seconds, cpu }) => ({
      wall: BARE_BYTES / 1e6 / seconds,
      cpu: BARE_BYTES / 1e6 / cpu,
    }));
    bare.set(transport, found);
    return found;
  };
  let job: Promise<Job> | undefined;
  const plane = () => {
    job ??= withGateways(folder, async (pair) => {
      await fullJob(pair, { source: await tableFile(folder, Math.min(rows, 500_000)) }); // what is loaded once is loaded
      return fullJob(pair, { source: await tableFile(folder, rows) });
    });
    return job;
  };
  const streamed = async () => {
    const { bytes, streamSeconds } = await plane();
    return bytes / 1e6 / streamSeconds;
  };
  return [
    {
      name: 'tls/tcp',
      unit: 'MB/s',
      run: async () => ({ value: (await speed('tls')).wall, baseline: (await speed('tcp')).wall }),
    },
    {
      name: 'grpc/raw-tls',
      unit: 'MB/s',
      run: async () => ({ value: (await speed('grpc')).wall, baseline: (await speed('tls')).wall }),
    },
    {
      name: 'data-plane/raw-tls',
      unit: 'MB/s',
      run: async () => ({ value: await streamed(), baseline: (await speed('tls')).wall }),
    },
    {
      name: 'data-plane/grpc',
      unit: 'MB/s',
      run: async () => ({ value: await streamed(), baseline: (await speed('grpc')).wall }),
    },
    {
      // Both ends of the transfer, preparing and landing included, against both ends of a bare connection.
      name: 'data-plane/raw-tls-cpu',
      unit: 'MB/cpu-s',
      run: async () => {
        const { bytes, transfer } = await plane();
        return { value: bytes / 1e6 / transfer.cpu, baseline: (await speed('tls')).cpu };
      },
    },
  ];
}
