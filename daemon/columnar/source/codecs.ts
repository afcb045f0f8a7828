import { LIMITS } from '../../foundation/index.js';
import { malformed } from '../faults.js';
import type { CODEC } from '../ipc/arrow-format.js';

export type Codec = keyof typeof CODEC;

/** Undoes one buffer of a compressed body; `bytes` is what it must come to. */
export type Decompress = (compressed: Uint8Array, bytes: number) => Uint8Array;

const loaded = new Map<Codec, Promise<Decompress>>();

/** The decompressor of a codec, loaded on first use: few sources need one. */
export function decompressor(codec: Codec): Promise<Decompress> {
  let found = loaded.get(codec);
  if (found === undefined) {
    found = codec === 'lz4' ? loadLz4() : loadZstd();
    loaded.set(codec, found);
  }
  return found;
}

/** LZ4 frames. */
async function loadLz4(): Promise<Decompress> {
  const { decodeLz4Frame } = await import('./lz4.js');
  return (compressed, bytes) => {
    // One byte of LZ4 gives at most 255, so a larger claim is false; found before memory is taken.
    if (bytes > compressed.length * 255) throw malformed('a compressed buffer claims more than it can hold');
    return sized(() => decodeLz4Frame(compressed, bytes), bytes);
  };
}

/** Zstandard frames (RFC 8878). */
async function loadZstd(): Promise<Decompress> {
  const { ZSTDDecoder } = await import('zstddec');
  const decoder = new ZSTDDecoder();
  await decoder.init();
  return (compressed, bytes) => {
    const most = LIMITS.sourceCompressedBytes;
    if (bytes > most || compressed.length > most) {
      throw malformed(`a compressed buffer is larger than ${most} bytes; write smaller record batches`);
    }
    return sized(() => decoder.decode(compressed, bytes), bytes);
  };
}

function sized(run: () => Uint8Array, bytes: number): Uint8Array {
  let out: Uint8Array;
  try {
    out = run();
  } catch (cause) {
    throw malformed('a compressed buffer is damaged', cause);
  }
  if (out.length !== bytes) throw malformed('a compressed buffer has another size than it says');
  return out;
}
