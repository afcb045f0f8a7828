import { type FileHandle, open } from 'node:fs/promises';
import { CounterfoilError, printable } from '../../foundation/index.js';

/** Where the bytes of a source come from: all at once, piece by piece, or the path of a file. */
export type ByteSource = Uint8Array | AsyncIterable<Uint8Array> | string;

/** Bytes in order. `take` gives fewer than asked for only at the end; what it gives starts at a multiple of 8 bytes. */
export interface ByteReader {
  take(bytes: number): Promise<Uint8Array>;
  close(): Promise<void>;
  /** Reads anywhere, where the source can; with the size of the whole. */
  readonly random?: { size: number; read(at: number, bytes: number): Promise<Uint8Array> };
}

/** Memory is taken as bytes arrive, so that a false length does not take it. */
const FIRST_BYTES = 8 * 1024 * 1024;

export async function openBytes(source: ByteSource): Promise<ByteReader> {
  if (typeof source === 'string') return openFile(source);
  return source instanceof Uint8Array ? memoryReader(source) : new ChunkReader(source);
}

function memoryReader(bytes: Uint8Array): ByteReader {
  let at = 0;
  const read = async (from: number, count: number) => {
    const part = bytes.subarray(from, from + count);
    return part.byteOffset % 8 === 0 ? part : Uint8Array.from(part);
  };
  return {
    take: (count) => {
      at += count;
      return read(at - count, count);
    },
    close: async () => {},
    random: { size: bytes.length, read },
  };
}

async function openFile(path: string): Promise<ByteReader> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    throw fileError(path, error);
  }
  const { size } = await file.stat();
  let position = 0;
  const read = async (at: number, count: number) => {
    const bytes = new Uint8Array(Math.max(0, Math.min(count, size - at)));
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, done, bytes.length - done, at + done).catch((error) => {
        throw fileError(path, error);
      });
      if (bytesRead === 0) return bytes.subarray(0, done);
      done += bytesRead;
    }
    return bytes;
  };
  return {
    take: async (count) => {
      const bytes = await read(position, count);
      position += bytes.length;
      return bytes;
    },
    close: () => file.close(),
    random: { size, read },
  };
}

class ChunkReader implements ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  async take(count: number): Promise<Uint8Array> {
    let out = new Uint8Array(Math.min(count, FIRST_BYTES));
    let done = 0;
    while (done < count) {
      if (this.#at === this.#chunk.length && !(await this.#next())) break;
      const part = this.#chunk.subarray(this.#at, this.#at + count - done);
      if (done + part.length > out.length)
        out = grown(out, done, Math.min(count, Math.max(out.length * 2, done + part.length)));
      out.set(part, done);
      done += part.length;
      this.#at += part.length;
    }
    return done === out.length ? out : out.subarray(0, done);
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #next(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (done) return false;
    this.#chunk = new Uint8Array(value.buffer, value.byteOffset, value.length);
    this.#at = 0;
    return true;
  }
}

function grown(bytes: Uint8Array, used: number, size: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(size);
  out.set(bytes.subarray(0, used));
  return out;
}

function fileError(path: string, cause: unknown): CounterfoilError {
  const code = (cause as NodeJS.ErrnoException).code;
  const name = printable(path);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new CounterfoilError('source.missing', `There is no file ${name}.`, { cause });
  if (code === 'EACCES' || code === 'EPERM')
    return new CounterfoilError('source.permission', `The file ${name} may not be read.`, { cause });
  return new CounterfoilError('source.invalid', `The file ${name} cannot be read.`, { cause });
}
