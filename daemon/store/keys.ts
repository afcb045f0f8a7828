import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { base64, CounterfoilError, fromBase64 } from '../foundation/index.js';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A data key as it is kept: AES-256-GCM under the home's store key, in base64. Losing this text destroys the data. */
export type WrappedKey = string & { readonly wrappedKey: unique symbol };

/** A new random 32-byte key. */
export const newKey = (): Uint8Array => randomBytes(KEY_BYTES);

/** Wraps data keys under the one key of keys/store.key, each bound to what it is for. */
export class KeyBox {
  readonly #storeKey: Uint8Array;

  constructor(storeKey: Uint8Array) {
    if (storeKey.length !== KEY_BYTES)
      throw new CounterfoilError('key.invalid', 'keys/store.key is not 32 bytes long.');
    this.#storeKey = storeKey;
  }

  /** Encrypts `key`; `purpose` (an id) must be given again to unwrap it. */
  wrap(key: Uint8Array, purpose: string): WrappedKey {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#storeKey, nonce).setAAD(Buffer.from(purpose, 'utf8'));
    return base64(Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()])) as WrappedKey;
  }

  /** The key again, or `store.corrupt` when the text was changed, is for another purpose, or the store key is another. */
  unwrap(wrapped: WrappedKey, purpose: string): Uint8Array {
    try {
      const bytes = fromBase64(wrapped);
      const body = bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', this.#storeKey, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(purpose, 'utf8'))
        .setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
      return Buffer.concat([decipher.update(body), decipher.final()]);
    } catch (error) {
      throw new CounterfoilError(
        'store.corrupt',
        `The key of ${purpose} cannot be unwrapped with this home's store key.`,
        {
          cause: error,
        },
      );
    }
  }
}
