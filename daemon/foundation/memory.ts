import { MessageChannel } from 'node:worker_threads';

/** Smaller buffers are left to the garbage collector: they may be parts of the pool of Node.js, and cost it little. */
const LEAST_BYTES = 64 * 1024;

/** Transferring to a port that nobody listens to detaches a buffer and frees its memory. */
const nowhere = new MessageChannel().port1;
nowhere.close();

/**
 * Gives the memory of large buffers back at once. V8 would find out late: it sees a small object where there are
 * megabytes, so it collects the whole heap every 64 MiB, and each new buffer is cold memory. What is given must not be
 * looked at again, nor any other view of the same memory: all of them are empty afterwards.
 */
export function release(...views: readonly Uint8Array[]): void {
  for (const { buffer } of views) {
    if (!(buffer instanceof ArrayBuffer) || buffer.byteLength < LEAST_BYTES) continue;
    try {
      nowhere.postMessage(null, [buffer]);
    } catch {
      // Memory that belongs to native code cannot be moved; it is freed when nobody refers to it.
    }
  }
}

/** Uninitialised memory with nothing else in it, so that it can be moved between threads and released. */
export function ownBytes(bytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer as ArrayBuffer);
}
