import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type Batch, type Column, type Field, ipcStream, readStream, type Schema } from '../../columnar/index.js';
import { CounterfoilError, lengthPrefixed, printable, u64, utf8 } from '../../foundation/index.js';
import { openSealed, SEALED_KEY_BYTES, sealTo } from '../../identity/index.js';

/**
 * A sealed column. Per batch, its values as an Arrow IPC stream of one column, encrypted with AES-256-GCM under a key of
 * this column of this view; that key is sealed to the consumer by HPKE. What results stands in the batch's first row;
 * the other rows are empty. All bytes, little-endian:
 *
 * `"CFS1" ‖ u32 batch ‖ u32 rows ‖ sealed key (80) ‖ ciphertext ‖ tag (16)`
 *
 * The nonce is the batch index, as 12 bytes. Authenticated beside it: `"counterfoil/sealed/1\n"` and LP of provider,
 * consumer, agreement, version and column, u64 of batch and of rows: no batch or column can stand in for another.
 */
const MAGIC = utf8('CFS1');
const HEAD_BYTES = MAGIC.length + 8 + SEALED_KEY_BYTES;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** What a sealed column is bound to. */
export interface SealedFor {
  provider: string;
  consumer: string;
  agreement: string;
  version: string;
}

/** The key of one column of one view, and the same sealed to the consumer. */
export interface ColumnSeal {
  key: Uint8Array;
  sealed: Uint8Array;
}

const bound = ({ provider, consumer, agreement, version }: SealedFor, column: string): Uint8Array =>
  Buffer.concat([provider, consumer, agreement, version, column].map((part) => lengthPrefixed(utf8(part))));

const keyInfo = (about: SealedFor, column: string): Uint8Array =>
  Buffer.concat([utf8('counterfoil/column-seal/1\n'), bound(about, column)]);

/** A new key for a column, sealed to the consumer's public key. */
export async function newSeal(publicKey: Uint8Array, about: SealedFor, column: string): Promise<ColumnSeal> {
  const key = randomBytes(KEY_BYTES);
  return { key, sealed: await sealTo(publicKey, keyInfo(about, column), key) };
}

/** A key that nobody can open: for previews and dry runs, which send nothing. */
export const blankSeal = (): ColumnSeal => ({ key: randomBytes(KEY_BYTES), sealed: randomBytes(SEALED_KEY_BYTES) });

function nonceOf(batch: number): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32LE(batch);
  return nonce;
}

const authenticated = (about: SealedFor, column: string, batch: number, rows: number): Uint8Array =>
  Buffer.concat([utf8('counterfoil/sealed/1\n'), bound(about, column), u64(batch), u64(rows)]);

/** The sealed form of a column of a batch: binary, all of it in the first row. */
export function sealColumn(column: Column, field: Field, seal: ColumnSeal, about: SealedFor, batch: number): Column {
  const { rows } = column;
  const data = rows === 0 ? new Uint8Array(0) : sealedBytes(column, field, seal, about, batch);
  const offsets = new Int32Array(rows + 1).fill(data.length, 1);
  return { type: { name: 'binary' }, rows, nulls: 0, offsets, data };
}

function sealedBytes(column: Column, field: Field, seal: ColumnSeal, about: SealedFor, batch: number): Uint8Array {
  const { rows } = column;
  const cipher = createCipheriv('aes-256-gcm', seal.key, nonceOf(batch));
  cipher.setAAD(authenticated(about, field.name, batch, rows));
  const head = Buffer.alloc(HEAD_BYTES);
  head.set(MAGIC);
  head.writeUInt32LE(batch, MAGIC.length);
  head.writeUInt32LE(rows, MAGIC.length + 4);
  head.set(seal.sealed, MAGIC.length + 8);
  const plain = ipcStream({ fields: [field] }, [{ rows, columns: [column] }]);
  const parts = plain.map((part) => cipher.update(part));
  return Buffer.concat([head, ...parts, cipher.final(), cipher.getAuthTag()]);
}

/** Batch and rows of a sealed cell; undefined for bytes that are none. */
export function sealedHead(cell: Uint8Array): { batch: number; rows: number } | undefined {
  const bytes = Buffer.from(cell.buffer, cell.byteOffset, cell.length);
  if (bytes.length < HEAD_BYTES + TAG_BYTES || bytes.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) !== 0) return;
  return { batch: bytes.readUInt32LE(MAGIC.length), rows: bytes.readUInt32LE(MAGIC.length + 4) };
}

/** Opens the sealed cells of one column; the key is opened once. */
export class Opener {
  readonly #privateKey: Uint8Array;
  readonly #about: SealedFor;
  readonly #column: string;
  #known: { sealed: Uint8Array; key: Uint8Array } | undefined;

  constructor(privateKey: Uint8Array, about: SealedFor, column: string) {
    this.#privateKey = privateKey;
    this.#about = about;
    this.#column = column;
  }

  /** The field and the column that a cell holds. `key.invalid`, `store.corrupt`. */
  async open(cell: Uint8Array): Promise<{ field: Field; column: Column }> {
    const head = sealedHead(cell);
    if (head === undefined) throw this.#corrupt('holds a value that is not sealed');
    const key = await this.#key(cell.subarray(MAGIC.length + 8, HEAD_BYTES));
    const plain = this.#decrypt(cell.subarray(HEAD_BYTES), key, head);
    const { schema, batch } = await oneBatch(plain);
    const [field] = schema.fields;
    if (field === undefined || batch.rows !== head.rows)
      throw this.#corrupt('holds another number of rows than it says');
    return { field, column: batch.columns[0]! };
  }

  async #key(sealed: Uint8Array): Promise<Uint8Array> {
    if (this.#known === undefined || Buffer.compare(this.#known.sealed, sealed) !== 0) {
      const key = await openSealed(this.#privateKey, keyInfo(this.#about, this.#column), sealed);
      this.#known = { sealed: Uint8Array.from(sealed), key };
    }
    return this.#known.key;
  }

  #decrypt(body: Uint8Array, key: Uint8Array, { batch, rows }: { batch: number; rows: number }): Uint8Array {
    try {
      const end = body.length - TAG_BYTES;
      const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(batch));
      decipher.setAAD(authenticated(this.#about, this.#column, batch, rows)).setAuthTag(body.subarray(end));
      return Buffer.concat([decipher.update(body.subarray(0, end)), decipher.final()]);
    } catch (error) {
      throw this.#corrupt('was changed, or moved from another place', error);
    }
  }

  #corrupt(what: string, cause?: unknown): CounterfoilError {
    return new CounterfoilError('store.corrupt', `The sealed column ${printable(this.#column)} ${what}.`, {
      cause,
      hint: 'Open the files as they landed, or let the version be sent again.',
    });
  }
}

async function oneBatch(ipc: Uint8Array): Promise<{ schema: Schema; batch: Batch }> {
  const source = await readStream(ipc);
  const batches: Batch[] = [];
  for await (const batch of source.batches) batches.push(batch);
  if (batches.length !== 1) throw new CounterfoilError('store.corrupt', 'A sealed column does not hold one batch.');
  return { schema: source.schema, batch: batches[0]! };
}
