import { open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { createGunzip } from 'node:zlib';
import type { TextOptions } from '../../../catalog/index.js';
import { printable } from '../../../foundation/index.js';
import { fileError, invalid } from '../faults.js';
import type { SourceFile } from './local.js';

const CHUNK = 1024 * 1024;

/** The bytes of a file in order, unpacked when its name ends in .gz. */
export async function* fileBytes(file: SourceFile, onRead?: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  if (!file.packed) return yield* rawBytes(file, onRead);
  const unpacked = createGunzip({ chunkSize: CHUNK });
  // Errors of both streams come out of the iteration.
  pipeline(Readable.from(rawBytes(file, onRead), { objectMode: false }), unpacked, () => {});
  try {
    for await (const chunk of unpacked) yield chunk as Uint8Array;
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('Z_') !== true) throw fileError(file.name, error);
    throw invalid(printable(file.name), 'it does not unpack', { cause: error });
  }
}

async function* rawBytes(file: SourceFile, onRead?: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  try {
    const handle = await open(file.path, 'r');
    try {
      for (;;) {
        const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, null);
        if (bytesRead === 0) return;
        onRead?.(bytesRead);
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError(file.name, error);
  }
}

const UTF8_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);

/** The same as UTF-8 without a byte order mark. A mark of UTF-16 at the start is honoured; other encodings must be named. */
export async function* textBytes(
  file: SourceFile,
  encoding: TextOptions['encoding'],
  onRead?: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let decoder: TextDecoder | undefined;
  let first = true;
  for await (const chunk of fileBytes(file, onRead)) {
    let bytes = chunk;
    if (first) {
      first = false;
      const used = encoding ?? markOf(chunk) ?? 'utf-8';
      if (used !== 'utf-8') decoder = new TextDecoder(used, { fatal: true });
      else if (Buffer.compare(chunk.subarray(0, 3), UTF8_MARK) === 0) bytes = chunk.subarray(3);
    }
    yield decoder === undefined ? bytes : decoded(decoder, file, bytes);
  }
  if (decoder !== undefined) yield decoded(decoder, file);
}

function markOf(bytes: Uint8Array): TextOptions['encoding'] {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
}

function decoded(decoder: TextDecoder, file: SourceFile, bytes?: Uint8Array): Uint8Array {
  try {
    return Buffer.from(bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true }), 'utf8');
  } catch (error) {
    throw invalid(printable(file.name), `it is not text in ${decoder.encoding}`, { cause: error });
  }
}
