import { mkdirSync } from 'node:fs';
import type { Bench } from './bench.js';
import { without } from './data/builtins-off.js';
import { tableFile } from './data/files.js';
import { TABLE_RULES } from './data/rules.js';
import { runSteps, type StepOptions } from './data/steps.js';
import { bareTransfer } from './plane/transports.js';
import type { Settings } from './settings.js';

const MOST_ROWS = 1_600_000;
const BARE_BYTES = 1_000_000_000;
const MASKS = { reference: { op: 'token' }, remark: { op: 'null' } };

/**
 * What each part of the work costs: all steps of a job without it, and with it as the baseline, in seconds of processor
 * time. The steps run one after the other in this thread; TLS is that of a bare stream of gRPC.
 */
export function offBenches({ folder, rows }: Settings): Bench[] {
  const file = async () => {
    mkdirSync(folder, { recursive: true });
    return tableFile(folder, Math.min(rows, MOST_ROWS));
  };
  const cpu = async (options: Omit<StepOptions, 'file'>) => {
    const { publish, prepare, receive, land } = await runSteps(folder, { file: await file(), ...options });
    return publish.cpu + prepare.cpu + receive.cpu + land.cpu;
  };
  const once = <T>(work: () => Promise<T>) => {
    let found: Promise<T> | undefined;
    return () => {
      found ??= work();
      return found;
    };
  };
  const all = once(async () => {
    await cpu({ rules: TABLE_RULES }); // what is compiled once is compiled
    return cpu({ rules: TABLE_RULES });
  });
  const plain = once(async () => {
    await all();
    return cpu({ rules: [] });
  });
  const bench = (what: string, value: () => Promise<number>, baseline: () => Promise<number>): Bench => ({
    ...{ name: `steps-off/${what}`, unit: 'cpu-s' },
    run: async () => ({ baseline: await baseline(), value: await value() }),
  });
  const bare = async (transport: 'grpc' | 'grpc-plain') => (await bareTransfer(folder, transport, BARE_BYTES)).cpu;
  return [
    bench('checks', plain, all),
    bench('digest', () => without('digests', () => cpu({ rules: TABLE_RULES })), all),
    bench('at-rest', () => without('ciphers', () => cpu({ rules: TABLE_RULES })), all),
    bench('masks', plain, () => cpu({ rules: [], columns: MASKS })),
    bench('compression', plain, () => cpu({ rules: [], compression: 'always' })),
    bench(
      'tls',
      async () => {
        await file();
        return bare('grpc-plain');
      },
      async () => {
        await file();
        return bare('grpc');
      },
    ),
  ];
}
