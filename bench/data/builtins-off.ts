import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

/** What some work needs of Node.js, with one thing taken out: for this process, while the work runs. */
type Without = 'digests' | 'ciphers';

/** Hashes that do not hash: every digest is the same one. */
const digests = {
  createHash: () => {
    const hash = { update: () => hash, digest: (form?: string) => (form === 'hex' ? '00'.repeat(32) : zeros(32)) };
    return hash;
  },
};

/** Ciphers that do not encrypt: bytes are copied, as they are also copied when they are encrypted. */
const ciphers = { createCipheriv: () => copier(), createDecipheriv: () => copier() };

function copier() {
  const cipher = {
    setAAD: () => cipher,
    setAuthTag: () => cipher,
    getAuthTag: () => zeros(16),
    final: () => zeros(0),
    update: (bytes: Uint8Array) => {
      const copy = Buffer.allocUnsafeSlow(bytes.length);
      copy.set(bytes);
      return copy;
    },
  };
  return cipher;
}

const zeros = (bytes: number) => Buffer.alloc(bytes);

/** Only what a step costs can be learnt this way: nothing of the gateway has such a switch. */
export async function without<T>(what: Without, work: () => Promise<T>): Promise<T> {
  const off = what === 'digests' ? digests : ciphers;
  const on = Object.fromEntries(Object.keys(off).map((name) => [name, Reflect.get(crypto, name)]));
  try {
    Object.assign(crypto, off);
    syncBuiltinESMExports();
    return await work();
  } finally {
    Object.assign(crypto, on);
    syncBuiltinESMExports();
  }
}
