import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Batch, ipcStream, type Schema } from '../daemon/columnar/index.js';
import { ParquetWriter } from '../daemon/pipeline/engine/index.js';
import { columnOf } from './support/columns.js';
import { tried } from './support/effort.js';
import { temporaryFolder } from './support/folder.js';
import { repoRoot } from './support/repo.js';
import { fileIn } from './support/sources.js';

const ROWS = 400;
const TYPES = [
  [{ name: 'utf8' }, (row: number) => `item ${row % 17}`],
  [{ name: 'int', bits: 64, signed: true }, (row: number) => BigInt(row)],
  [{ name: 'float', bits: 64 }, (row: number) => row / 7],
  [{ name: 'bool' }, (row: number) => row % 3 === 0],
  [{ name: 'decimal', precision: 15, scale: 2 }, (row: number) => BigInt(row * 101)],
  [{ name: 'timestamp', unit: 'us', tz: 'UTC' }, (row: number) => BigInt(row) * 1_000_000n],
  [{ name: 'list', item: { name: 'utf8' } }, (row: number) => Array(row % 4).fill(`part ${row}`)],
] as const;
/** Types that only the reference reader keeps. */
const EXACT = [...TYPES, [{ name: 'time', unit: 'us' }, (row: number) => BigInt(row)]] as const;

const schemaOf = (types: readonly (readonly [(typeof EXACT)[number][0], unknown])[]): Schema => ({
  fields: types.map(([type], at) => ({ name: `c${at}`, type, nullable: true })),
});
const batchOf = (types: readonly (readonly [(typeof EXACT)[number][0], (row: number) => unknown])[]): Batch => ({
  rows: ROWS,
  columns: types.map(([type, value]) =>
    columnOf(
      type,
      Array.from({ length: ROWS }, (_, row) => (row % 11 === 5 ? null : value(row))),
    ),
  ),
});

async function parquet(path: string, types: typeof TYPES | typeof EXACT): Promise<string> {
  const writer = await ParquetWriter.for(schemaOf(types), 'snappy', 100);
  writer.write(path, [batchOf(types)]);
  return path;
}

/** Files by format, each with a few thousand bytes that mean something. */
const FILES: Record<string, (folder: string) => string | Promise<string>> = {
  parquet: (folder) => parquet(join(folder, 'polars.parquet'), TYPES),
  'parquet of other types': (folder) => parquet(join(folder, 'exact.parquet'), EXACT),
  arrow: (folder) =>
    fileIn(folder, 'a.arrows', Buffer.concat(ipcStream(schemaOf(EXACT), [batchOf(EXACT), batchOf(EXACT)]))),
  csv: (folder) =>
    fileIn(
      folder,
      'a.csv',
      `id,"na""me",at\n${Array.from({ length: ROWS }, (_, row) => `${row},"x ${row}\n,",2024-01-01T00:00:0${row % 10}`).join('\n')}\n`,
    ),
  ndjson: (folder) =>
    fileIn(
      folder,
      'a.ndjson',
      Array.from({ length: ROWS }, (_, row) =>
        JSON.stringify({ id: row, name: `x ${row}`, deep: { list: [row, null, 'é'] } }),
      ).join('\n'),
    ),
};

interface Said {
  began?: number;
  seed?: number;
  said?: string;
}

/** What reading each damaged copy came to; where the process died, that, and it goes on with the next. */
async function readAll(file: string, folder: string, seeds: readonly number[]): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  for (let rest = [...seeds]; rest.length > 0; rest = rest.filter((seed) => !found.has(seed))) {
    const reader = fork(join(repoRoot, 'dist/test/support/damage.js'), [file, folder, ...rest.map(String)], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    let under: number | undefined;
    reader.on('message', ({ began, seed, said }: Said) => {
      if (began !== undefined) under = began;
      else found.set(seed!, said!);
    });
    const [code, signal] = await once(reader, 'exit');
    if (code !== 0) found.set(under ?? rest[0]!, `the process died: ${signal ?? code}`);
  }
  return found;
}

const CODES = /^(source\.invalid|type\.unsupported|batch\.invalid|batch\.too_large|limit\.exceeded|input\.invalid): ./;

for (const [format, make] of Object.entries(FILES))
  test(`damaged ${format} is read as far as it is sound or refused with a code, and nothing dies of it`, async (t) => {
    const folder = temporaryFolder(t);
    const seeds = tried(0, 599, 13);
    const found = await readAll(await make(folder), folder, seeds);
    assert.equal(found.size, seeds.length);
    const wrong = [...found].filter(([, said]) => !CODES.test(said) && !/^\d+ rows$/.test(said));
    assert.deepEqual(wrong, []);
    assert.ok(
      [...found.values()].some((said) => CODES.test(said)),
      'some are refused',
    );
  });
