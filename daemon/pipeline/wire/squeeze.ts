import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { CounterfoilError, LIMITS } from '../../foundation/index.js';

/** Smaller bodies are not worth it, nor those that stay nearly as large. */
const LEAST_BYTES = 4096;
const LEAST_GAIN = 0.95;

/** A body compressed for the wire (DEFLATE, RFC 1951), or undefined where that gains too little. */
export function squeezed(body: Uint8Array): Uint8Array | undefined {
  if (body.length < LEAST_BYTES) return undefined;
  const out = deflateRawSync(body, { level: constants.Z_BEST_SPEED });
  return out.length > body.length * LEAST_GAIN ? undefined : Uint8Array.from(out); // memory of its own, which can move
}

/** The body again, of at most `LIMITS.batchBytes`. `batch.invalid`, `batch.too_large`. */
export function unsqueezed(bytes: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(bytes, { maxOutputLength: LIMITS.batchBytes });
  } catch (error) {
    const isLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw new CounterfoilError(
      isLarge ? 'batch.too_large' : 'batch.invalid',
      isLarge ? `A compressed batch is larger than ${LIMITS.batchBytes} bytes.` : 'A compressed batch is damaged.',
      { cause: error },
    );
  }
}
