import { equal, fromUtf8, utf8 } from './bytes.js';

/** Where a bundle's bytes come from. Can be read more than once. */
export interface BundleSource {
  name: string;
  chunks(): AsyncIterable<Uint8Array>;
}

export interface TarFile {
  path: string;
  bytes: Uint8Array;
}

const BLOCK = 512;
const MOST_FILES = 200_000;
const MOST_FILE_BYTES = 64 * 1024 * 1024;
const MOST_BUNDLE_BYTES = 16 * 1024 ** 3;

/** Thrown where an archive cannot be read further. `hostile` when it breaks a limit on purpose rather than by damage. */
export class TarError extends Error {
  constructor(
    message: string,
    readonly hostile: boolean,
  ) {
    super(message);
  }
}

/** The files of an archive, one by one. Only the one form of archive that exporters write is taken. Throws TarError. */
export async function* readTar(source: BundleSource): AsyncGenerator<TarFile> {
  const reader = new Reader(source);
  const seen = new Set<string>();
  for (;;) {
    const header = await reader.take(BLOCK, 'ends in the middle of a file header');
    if (seen.size === 0 && isCompressed(header)) throw new TarError('is compressed; unpack it first', true);
    if (header.every((byte) => byte === 0)) break;
    const { path, size } = parseHeader(header);
    if (seen.has(path)) throw new TarError(`has ${JSON.stringify(path)} twice`, true);
    if (seen.size >= MOST_FILES) throw new TarError(`has more than ${MOST_FILES} files`, true);
    seen.add(path);
    const bytes = await reader.take(size, `ends in the middle of ${path}`);
    const padding = await reader.take((BLOCK - (size % BLOCK)) % BLOCK, `ends in the middle of ${path}`);
    if (padding.some((byte) => byte !== 0)) throw new TarError(`has bytes behind the end of ${path}`, false);
    yield { path, bytes };
  }
  const end = await reader.take(BLOCK, 'ends too early');
  if (end.some((byte) => byte !== 0) || !(await reader.atEnd())) throw new TarError('goes on behind its end', false);
}

/** The first bytes of ZIP, gzip, bzip2, XZ and Zstandard files. */
const COMPRESSED = [
  [0x50, 0x4b, 3, 4],
  [0x1f, 0x8b],
  [0x42, 0x5a, 0x68],
  [0xfd, 0x37, 0x7a],
  [0x28, 0xb5, 0x2f, 0xfd],
];

const isCompressed = (header: Uint8Array): boolean =>
  COMPRESSED.some((magic) => magic.every((byte, at) => header[at] === byte));

function parseHeader(header: Uint8Array): { path: string; size: number } {
  const path = field(header, 0, 100);
  const size = field(header, 124, 12);
  if (!/^[0-7]{11}$/.test(size)) throw new TarError('has a damaged file header', false);
  if (!isSafePath(path))
    throw new TarError(`has a file with a path that leads elsewhere: ${JSON.stringify(path)}`, true);
  const bytes = Number.parseInt(size, 8);
  if (bytes > MOST_FILE_BYTES) throw new TarError(`has a file ${path} of ${bytes} bytes, more than is read`, true);
  if (!equal(header, makeHeader(path, size))) throw new TarError(`has a damaged header of ${path}`, false);
  return { path, size: bytes };
}

function field(header: Uint8Array, at: number, length: number): string {
  const bytes = header.subarray(at, at + length);
  const end = bytes.indexOf(0);
  try {
    return fromUtf8(end < 0 ? bytes : bytes.subarray(0, end));
  } catch {
    throw new TarError('has a damaged file header', false);
  }
}

const isSafePath = (path: string): boolean =>
  /^[a-z0-9][a-z0-9._/-]*$/.test(path) && !path.split('/').some((part) => part === '' || part === '.' || part === '..');

/** The header that an exporter writes for a path and size (octal): nothing in it is free. */
function makeHeader(path: string, size: string): Uint8Array {
  const header = new Uint8Array(BLOCK);
  const put = (text: string, at: number) => header.set(utf8(text), at);
  put(path, 0);
  put('0000644', 100);
  put('0000000', 108);
  put('0000000', 116);
  put(size, 124);
  put('00000000000', 136);
  put('        ', 148);
  put('0', 156);
  put('ustar', 257);
  put('00', 263);
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** Takes bytes from chunks, never holding more than one file. */
class Reader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array();
  #total = 0;

  constructor(source: BundleSource) {
    this.#chunks = source.chunks()[Symbol.asyncIterator]();
  }

  async take(length: number, otherwise: string): Promise<Uint8Array> {
    const out = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      if (this.#chunk.length === 0 && !(await this.#next())) throw new TarError(otherwise, false);
      const piece = this.#chunk.subarray(0, length - done);
      out.set(piece, done);
      done += piece.length;
      this.#chunk = this.#chunk.subarray(piece.length);
    }
    return out;
  }

  async atEnd(): Promise<boolean> {
    return this.#chunk.length === 0 && !(await this.#next());
  }

  async #next(): Promise<boolean> {
    for (;;) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return false;
      this.#total += value.length;
      if (this.#total > MOST_BUNDLE_BYTES) throw new TarError('is larger than is read', true);
      if (value.length === 0) continue;
      this.#chunk = value;
      return true;
    }
  }
}
