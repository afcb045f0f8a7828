import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { BundleSource } from './tar.js';

/** A bundle on disk. */
export function fileSource(path: string): BundleSource {
  return { name: basename(path), chunks: () => createReadStream(path, { highWaterMark: 1024 * 1024 }) };
}
