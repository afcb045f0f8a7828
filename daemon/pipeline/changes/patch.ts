import { CounterfoilError } from '../../foundation/index.js';

/** Rows `from` to `from + copied` of the version before, then the next `fresh` rows of those that come along. */
export interface Run {
  from: number;
  copied: number;
  fresh: number;
}

/**
 * Runs as bytes (docs/WIRE.md): three LEB128 numbers each. `from` is written as the distance, zigzag, from where the run
 * before would go on if its fresh rows had taken the place of as many old ones, so that rows changed in place cost least.
 */
export function encodePatch(runs: readonly Run[]): Uint8Array {
  const bytes: number[] = [];
  let expected = 0;
  for (const { from, copied, fresh } of runs) {
    const distance = from - expected;
    writeNumber(bytes, distance < 0 ? -2 * distance - 1 : 2 * distance);
    writeNumber(bytes, copied);
    writeNumber(bytes, fresh);
    expected = from + copied + fresh;
  }
  return Uint8Array.from(bytes);
}

/** Strict, and bounded by its own length. `batch.invalid` when it is no such program. */
export function decodePatch(bytes: Uint8Array): Run[] {
  const runs: Run[] = [];
  let at = 0;
  let expected = 0;
  const read = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined || scale > 2 ** 49) throw invalid('is cut off or has a number that is too large');
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (byte === 0 && scale > 1) throw invalid('has a number that is not in its shortest form');
        return value;
      }
    }
  };
  while (at < bytes.length) {
    const distance = read();
    const [copied, fresh] = [read(), read()];
    const from = expected + (distance % 2 === 0 ? distance / 2 : -(distance + 1) / 2);
    if (from < 0 || copied + fresh === 0 || !Number.isSafeInteger(from + copied + fresh))
      throw invalid('has a run that cannot be');
    runs.push({ from, copied, fresh });
    expected = from + copied + fresh;
  }
  return runs;
}

function writeNumber(bytes: number[], value: number): void {
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
}

export const invalid = (what: string) =>
  new CounterfoilError('batch.invalid', `What is said of the changed rows of a batch ${what}.`);
