import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CounterfoilError } from '../../daemon/foundation/index.js';
import { openSource } from '../../daemon/pipeline/engine/index.js';

/** Numbers from 0 to below 1, the same ones for a seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A file as a bad disk or a bad writer leaves it: bits flipped, cut short, parts zeroed or repeated, a footer that lies. */
export function damaged(bytes: Buffer, seed: number): Buffer {
  const random = randomOf(seed);
  const below = (end: number) => Math.floor(random() * end);
  const changed = Buffer.from(bytes);
  const flips = (from: number, to: number) => {
    for (let count = 1 + below(8); count > 0; count--) changed[from + below(to - from)]! ^= 1 << below(8);
  };
  switch (seed % 6) {
    case 0:
      flips(0, bytes.length);
      return changed;
    case 1:
      return changed.subarray(0, below(bytes.length));
    case 2: // the end, where Parquet and Arrow files say what is where
      flips(Math.max(0, bytes.length - 600), bytes.length);
      return changed;
    case 3: {
      const at = below(bytes.length);
      changed.fill(random() < 0.5 ? 0 : 0xff, at, Math.min(changed.length, at + below(200)));
      return changed;
    }
    case 4: {
      const [at, length] = [below(bytes.length), below(300)];
      return Buffer.concat([changed.subarray(0, at + length), changed.subarray(at)]);
    }
    default: // numbers of the last part made huge
      changed.writeUInt32LE(
        0x7fffffff - below(3),
        Math.max(0, bytes.length - 4 - below(Math.min(600, bytes.length - 4))),
      );
      return changed;
  }
}

/** Reads damaged copies of a file, one for each seed; says a line before and after each. A process of its own may die of it. */
async function readDamaged(file: string, folder: string, seeds: readonly number[]): Promise<void> {
  const bytes = readFileSync(file);
  for (const seed of seeds) {
    const path = join(folder, `${seed}-${basename(file)}`);
    copyFileSync(file, path);
    writeFileSync(path, damaged(bytes, seed));
    process.send!({ began: seed });
    process.send!({ seed, said: await read(path, folder) });
  }
}

async function read(uri: string, scratch: string): Promise<string> {
  try {
    const source = await openSource({ name: 'damaged', uri }, { scratch });
    try {
      let rows = 0;
      for await (const batch of source.batches()) rows += batch.rows;
      return `${rows} rows`;
    } finally {
      await source.close();
    }
  } catch (error) {
    if (error instanceof CounterfoilError) return `${error.code}: ${error.message}`;
    return `not coded: ${String((error as Error)?.stack ?? error).slice(0, 500)}`;
  }
}

const [, script, file, folder, ...seeds] = process.argv;
if (script === import.meta.filename && process.send !== undefined) {
  await readDamaged(file!, folder!, seeds.map(Number));
  process.exit(0);
}
