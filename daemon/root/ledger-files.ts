import { join } from 'node:path';
import type { Config } from '../config/index.js';

/** Where the parts of a home's ledger are. */
export function ledgerFiles({ paths }: Pick<Config, 'paths'>, publicKey?: Uint8Array) {
  const files = { path: paths.ledgerDb, sideFile: join(paths.root, 'ledger.head') };
  return publicKey === undefined ? files : { ...files, publicKey };
}
