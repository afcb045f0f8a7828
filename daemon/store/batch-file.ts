import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { closeSync, fstatSync, fsync, fsyncSync, ftruncateSync, openSync, readSync, writevSync } from 'node:fs';
import { dirname } from 'node:path';
import { CounterfoilError, diskError, LIMITS, release, syncFolder, u64, utf8 } from '../foundation/index.js';

/** What one record holds: an Arrow message (raw flatbuffer and body) and bytes of the caller's own. */
export interface BatchRecord {
  header: Uint8Array;
  meta: Uint8Array;
  body: Uint8Array;
}

interface Place {
  offset: number;
  /** Bytes of ciphertext, without nonce and tag. */
  length: number;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FRAME_BYTES = 4 + NONCE_BYTES + TAG_BYTES;
const PREFIX_BYTES = 16;
const MOST_BYTES = LIMITS.batchBytes + LIMITS.controlMessageBytes * 2;

/**
 * Batches on disk, encrypted: a version in `store/`, or what arrived so far in `quarantine/`. An append-only file of
 * records, each `u32 length ‖ nonce ‖ AES-256-GCM ciphertext ‖ tag` under one 32-byte key, bound to the file's id and
 * the record's place, so that records cannot be swapped, moved or taken from another file. The plaintext is
 * `u32 header length ‖ u32 meta length ‖ u64 body length ‖ header ‖ meta ‖ padding to 8 ‖ body`, so that the body of a
 * decrypted record is aligned for typed arrays. A torn last record (a crash while appending) is cut off when opened.
 *
 * Synchronous: for worker threads. Errors: `store.full`, `store.corrupt`.
 */
export class BatchFile {
  readonly #fd: number;
  readonly #key: Uint8Array;
  readonly #id: string;
  readonly #places: Place[] = [];
  #end = 0;
  /** Ciphertext that was read last; its memory is used again for the next record. */
  #sealed = Buffer.alloc(0);

  private constructor(fd: number, key: Uint8Array, id: string) {
    this.#fd = fd;
    this.#key = key;
    this.#id = id;
  }

  /** Makes a new file; it must not exist. */
  static create(path: string, key: Uint8Array, id: string): BatchFile {
    try {
      const file = new BatchFile(openSync(path, 'wx+', 0o600), key, id);
      syncFolder(dirname(path));
      return file;
    } catch (error) {
      throw diskError(error);
    }
  }

  /** Opens an existing file for reading and appending. */
  static open(path: string, key: Uint8Array, id: string): BatchFile {
    let fd: number;
    try {
      fd = openSync(path, 'r+');
    } catch (error) {
      throw new CounterfoilError('store.corrupt', `A batch file of ${id} is missing or cannot be opened.`, {
        cause: error,
      });
    }
    const file = new BatchFile(fd, key, id);
    file.#scan();
    return file;
  }

  get count(): number {
    return this.#places.length;
  }

  /** Bytes on disk. */
  get bytes(): number {
    return this.#end;
  }

  /** Appends a record and gives its index. Durable only after `sync`. */
  append(record: BatchRecord): number {
    const index = this.#places.length;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(this.#place(index));
    const parts = [cipher.update(prefixOf(record)), cipher.update(record.body), cipher.final()];
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const frame = Buffer.alloc(4);
    frame.writeUInt32LE(length);
    this.#write([frame, nonce, ...parts, cipher.getAuthTag()]);
    release(...parts);
    this.#places.push({ offset: this.#end, length });
    this.#end += FRAME_BYTES + length;
    return index;
  }

  /** Decrypts record `index`. The views share one fresh buffer; the body starts at a multiple of 8 in it. */
  read(index: number): BatchRecord {
    const place = this.#places[index];
    if (place === undefined) throw new RangeError(`no record ${index} in a file of ${this.#places.length}`);
    const bytes = NONCE_BYTES + place.length + TAG_BYTES;
    if (this.#sealed.length < bytes) this.#sealed = Buffer.allocUnsafeSlow(bytes);
    const sealed = this.#sealed.subarray(0, bytes);
    this.#readInto(sealed, place.offset + 4);
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(0, NONCE_BYTES))
        .setAAD(this.#place(index))
        .setAuthTag(sealed.subarray(NONCE_BYTES + place.length));
      const plain = decipher.update(sealed.subarray(NONCE_BYTES, NONCE_BYTES + place.length));
      decipher.final();
      return split(plain);
    } catch (error) {
      throw new CounterfoilError('store.corrupt', `Record ${index} of ${this.#id} does not decrypt.`, { cause: error });
    }
  }

  /** Forgets all records from `count` on. */
  truncate(count: number): void {
    if (count >= this.#places.length) return;
    this.#end = this.#places[count]!.offset;
    this.#places.length = count;
    ftruncateSync(this.#fd, this.#end);
  }

  /** Makes everything appended so far survive a power failure. */
  sync(): void {
    try {
      fsyncSync(this.#fd);
    } catch (error) {
      throw diskError(error);
    }
  }

  /** The same without holding up the thread; more may be appended meanwhile, but the file is not to be closed. */
  synced(): Promise<void> {
    return new Promise((resolve, reject) => {
      fsync(this.#fd, (error) => (error === null ? resolve() : reject(diskError(error))));
    });
  }

  close(): void {
    closeSync(this.#fd);
  }

  #place(index: number): Uint8Array {
    return Buffer.concat([utf8(`counterfoil/batch-file/1\n${this.#id}\n`), u64(index)]);
  }

  #scan(): void {
    const size = fstatSync(this.#fd).size;
    const frame = Buffer.alloc(4);
    while (this.#end + FRAME_BYTES <= size) {
      this.#readInto(frame, this.#end);
      const length = frame.readUInt32LE();
      const next = this.#end + FRAME_BYTES + length;
      if (length > MOST_BYTES)
        throw new CounterfoilError('store.corrupt', `Record ${this.count} of ${this.#id} has an impossible length.`);
      if (next > size) break;
      this.#places.push({ offset: this.#end, length });
      this.#end = next;
    }
    if (this.#end < size) ftruncateSync(this.#fd, this.#end);
  }

  #write(parts: Uint8Array[]): void {
    try {
      const total = parts.reduce((sum, part) => sum + part.length, 0);
      let written = writevSync(this.#fd, parts, this.#end);
      if (written < total) {
        // A short write is legal; finish it from one joined buffer.
        const rest = Buffer.concat(parts);
        while (written < total) written += writevSync(this.#fd, [rest.subarray(written)], this.#end + written);
      }
    } catch (error) {
      ftruncateSync(this.#fd, this.#end);
      throw diskError(error);
    }
  }

  #readInto(target: Buffer, position: number): void {
    for (let done = 0; done < target.length; ) {
      const got = readSync(this.#fd, target, done, target.length - done, position + done);
      if (got === 0) throw new CounterfoilError('store.corrupt', `The file of ${this.#id} ends early.`);
      done += got;
    }
  }
}

const padded = (length: number): number => Math.ceil(length / 8) * 8;

function prefixOf(record: BatchRecord): Uint8Array {
  const front = Buffer.alloc(padded(PREFIX_BYTES + record.header.length + record.meta.length));
  front.writeUInt32LE(record.header.length, 0);
  front.writeUInt32LE(record.meta.length, 4);
  front.writeBigUInt64LE(BigInt(record.body.length), 8);
  front.set(record.header, PREFIX_BYTES);
  front.set(record.meta, PREFIX_BYTES + record.header.length);
  return front;
}

function split(plain: Buffer): BatchRecord {
  const header = plain.readUInt32LE(0);
  const meta = plain.readUInt32LE(4);
  const body = Number(plain.readBigUInt64LE(8));
  const start = padded(PREFIX_BYTES + header + meta);
  return {
    header: plain.subarray(PREFIX_BYTES, PREFIX_BYTES + header),
    meta: plain.subarray(PREFIX_BYTES + header, PREFIX_BYTES + header + meta),
    body: plain.subarray(start, start + body),
  };
}
