import { CounterfoilError, equalBytes, leafHash } from '../foundation/index.js';
import type { Signer } from '../identity/index.js';
import type { Core } from './core.js';
import { schemaFault } from './schema-check.js';

const TAIL = 1000;

/** Refuses to start on a ledger that is older than, or contradicts, what was signed. */
export function assertReached(core: Core, restore: boolean): void {
  const fault = schemaFault(core.tables.db);
  if (fault !== undefined)
    throw new CounterfoilError('ledger.corrupt', `The tables of ledger.db were changed: ${fault}.`);
  for (const chain of [...core.ownChains(), ...core.copies.values()]) {
    const from = Math.max(0, chain.size - TAIL);
    for (const { seq, leaf, body } of core.tables.entries(chain.row.id, from)) {
      if (!equalBytes(leafHash(body), leaf))
        throw new CounterfoilError('ledger.corrupt', `Entry ${seq} of ${chain.origin} is not what was recorded.`);
    }
  }
  for (const head of core.side.heads.values()) {
    const chain = core.own(head.origin);
    if (chain === undefined || chain.size < head.size) {
      if (!restore) {
        const have = chain?.size ?? 0;
        throw new CounterfoilError(
          'ledger.behind',
          `This home is an older copy: ${head.origin} has ${have} entries, but ${head.size} were signed.`,
        );
      }
      core.lost.set(`side ${head.origin}`, head);
    } else if (!equalBytes(chain.tree.rootAt(head.size), head.root)) {
      throw new CounterfoilError(
        'ledger.corrupt',
        `The first ${head.size} entries of ${head.origin} are not those signed.`,
      );
    } else {
      chain.signedSize = head.size;
    }
  }
}

/** The key to sign with: the one given, or the next one where a rotation to it was recorded before a crash. `key.invalid`. */
export function keyInForce(core: Core, next: Signer | undefined): Signer {
  const last = core.keyHistory().at(-1)!.key;
  const found = [core.key, next].find((signer) => signer !== undefined && equalBytes(signer.publicKey, last));
  if (found !== undefined) return found;
  throw new CounterfoilError('key.invalid', 'The organisation key is not the one that the ledger names as in force.');
}
