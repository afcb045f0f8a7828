import { CounterfoilError } from '../../foundation/index.js';
import { ColumnState } from './column-state.js';
import { KINDS } from './kinds.js';
import { TALLIES } from './tallies.js';

/** Layout of a serialised state; it changes with what is counted. */
const VERSION = 1;
const ENTRY_BYTES = 8 + 8 + 1;

/** The states of all leaves as bytes: equal states give equal bytes, and no value of the data is among them. */
export function encodeStates(states: readonly ColumnState[]): Uint8Array {
  const parts = [head(states.length)];
  for (const state of states) {
    const entries = state.sample.sorted();
    const size =
      (TALLIES.length + 4) * 8 + 4 + entries.reduce((sum, entry) => sum + ENTRY_BYTES + entry.kinds!.length, 0);
    const bytes = Buffer.alloc(size);
    let at = 0;
    for (const number of [...state.tallies, state.rows, state.least, state.most, state.sample.threshold])
      at = bytes.writeDoubleLE(number, at);
    at = bytes.writeUInt32LE(entries.length, at);
    for (const { hash, count, kinds } of entries) {
      at = bytes.writeDoubleLE(hash, at);
      at = bytes.writeDoubleLE(count, at);
      at = bytes.writeUInt8(kinds!.length, at);
      bytes.set(kinds!, at);
      at += kinds!.length;
    }
    parts.push(bytes);
  }
  return Uint8Array.from(Buffer.concat(parts));
}

function head(columns: number): Buffer {
  const bytes = Buffer.alloc(10);
  bytes.writeUInt16LE(VERSION, 0);
  bytes.writeUInt16LE(TALLIES.length, 2);
  bytes.writeUInt16LE(KINDS.length, 4);
  bytes.writeUInt32LE(columns, 6);
  return bytes;
}

/** @throws CounterfoilError `batch.invalid` when the bytes are of another version or of other columns. */
export function decodeStates(saved: Uint8Array, columns: number): ColumnState[] {
  const bytes = Buffer.from(saved.buffer, saved.byteOffset, saved.length);
  if (bytes.length < 10 || !bytes.subarray(0, 10).equals(head(columns))) throw unreadable();
  try {
    let at = 10;
    const double = () => {
      at += 8;
      return bytes.readDoubleLE(at - 8);
    };
    const states = Array.from({ length: columns }, () => {
      const state = new ColumnState();
      for (let index = 0; index < TALLIES.length; index++) state.tallies[index] = double();
      [state.rows, state.least, state.most, state.sample.threshold] = [double(), double(), double(), double()];
      const count = bytes.readUInt32LE(at);
      at += 4;
      for (let index = 0; index < count; index++) {
        const [hash, cells] = [double(), double()];
        const length = bytes.readUInt8(at++);
        const kinds = Uint8Array.from(bytes.subarray(at, at + length));
        at += length;
        state.sample.entries.set(hash, { hash, count: cells, kinds, row: 0 });
      }
      return state;
    });
    if (at !== bytes.length) throw unreadable();
    return states;
  } catch (cause) {
    throw cause instanceof CounterfoilError ? cause : unreadable(cause);
  }
}

function unreadable(cause?: unknown): CounterfoilError {
  return new CounterfoilError('batch.invalid', 'The saved state of a search for personal data cannot be read.', {
    hint: 'It was written for other columns or by another version of this gateway. Start the check again.',
    cause,
  });
}
