import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { type OrgId, orgId } from '../../daemon/foundation/index.js';
import { rawPublicKey, type Signer, signEd25519 } from '../../daemon/identity/index.js';
import { Ledger, type LedgerOptions } from '../../daemon/ledger/index.js';
import { ManualClock } from './clock.js';

/** An organisation key that lives in the test only. */
export function newSigner(id: string): Signer & { id: OrgId } {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { id: orgId(id), publicKey: rawPublicKey(privateKey), sign: (bytes) => signEd25519(privateKey, bytes) };
}

/** A gateway as far as its ledger goes. */
export class LedgerParty {
  readonly id: OrgId;
  ledger: Ledger;

  constructor(
    readonly folder: string,
    readonly key: Signer & { id: OrgId },
    readonly clock = new ManualClock(Date.parse('2026-11-24T08:00:00Z')),
    readonly more: Partial<LedgerOptions> = {},
  ) {
    this.id = key.id;
    this.ledger = this.open();
  }

  get options(): LedgerOptions {
    return {
      path: join(this.folder, 'ledger.db'),
      sideFile: join(this.folder, 'ledger.heads'),
      evidenceFolder: join(this.folder, 'evidence'),
      key: this.key,
      clock: this.clock,
      name: `The ${this.id} company`,
      ...this.more,
    };
  }

  open(more: Partial<LedgerOptions> = {}): Ledger {
    return Ledger.open({ ...this.options, ...more });
  }

  reopen(more: Partial<LedgerOptions> = {}): void {
    this.ledger.close();
    this.ledger = this.open(more);
  }
}

/** Two parties in folders of their own, each having opened its channel with the other. */
export async function ledgerPair(folders: [string, string]): Promise<[LedgerParty, LedgerParty]> {
  const clock = new ManualClock(Date.parse('2026-11-24T08:00:00Z'));
  const a = new LedgerParty(folders[0], newSigner('acme.example'), clock);
  const b = new LedgerParty(folders[1], newSigner('vendor.example'), clock);
  await a.ledger.openChannel(b.id, b.key.publicKey);
  await b.ledger.openChannel(a.id, a.key.publicKey);
  return [a, b];
}

/** Both sides give each other their heads of channel and master log, and cosign them. */
export async function exchangeHeads(a: LedgerParty, b: LedgerParty): Promise<void> {
  for (const log of ['channel', 'master'] as const) {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      for (let i = 0; i < 20 && (i === 0 || from.ledger.peerIsBehind(to.id, log)); i++) {
        const { reply } = await to.ledger.acceptHead(
          from.id,
          from.key.publicKey,
          from.ledger.headUpdateFor(to.id, log),
        );
        from.ledger.recordCosignature(to.id, to.key.publicKey, reply);
      }
    }
  }
}

/** What two roots do after a restart: each asks the other, and takes back what it lacks. */
export async function shakeHands(a: LedgerParty, b: LedgerParty): Promise<string[]> {
  const states: string[] = [];
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    let state = one.ledger.completeHandshake(other.id, other.ledger.held(one.id));
    while (state.state === 'refill') {
      states.push('refill');
      state = await one.ledger.refill(other.id, state.from, other.ledger.mirroredEntries(one.id, state.from, state.to));
    }
    states.push(state.state);
  }
  return states;
}
