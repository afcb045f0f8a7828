import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PeerCaller, Peers } from '../daemon/peering/index.js';
import { Evidence } from '../daemon/root/evidence.js';
import { coded } from './support/errors.js';
import { temporaryFolder } from './support/folder.js';
import { exchangeHeads, ledgerPair } from './support/ledgers.js';
import { agree } from './support/relation.js';

test('a peer that does not countersign is asked twice, not for ever', async (t) => {
  const [a, b] = await ledgerPair([temporaryFolder(t), temporaryFolder(t)]);
  t.after(() => [a, b].forEach((party) => void party.ledger.close()));
  await exchangeHeads(a, b);
  await agree(a, b);
  let asked = 0;
  const calls = {
    call: async (_peer: string, _method: string, { origin }: { origin: string }) => {
      asked++;
      return { reply: { origin, size: 1, cosignature: new Uint8Array() }, head: null };
    },
  } as unknown as PeerCaller;
  const peers = { get: () => ({ key: b.key.publicKey }) } as unknown as Peers;
  const evidence = new Evidence({ ledger: a.ledger, calls, peers });
  await assert.rejects(evidence.exchange(b.id), coded('peer.error', /does not countersign/));
  assert.equal(asked, 2);
  // Garbage in its place, and a larger size than there is, are refused at once.
  for (const [reply, code] of [
    [{ size: 1, cosignature: Buffer.from('— vendor.example/counterfoil AAAA\n') }, 'evidence.invalid'],
    [{ size: 400, cosignature: new Uint8Array() }, 'ledger.behind'],
  ] as const) {
    const answering = {
      call: async (_peer: string, _method: string, { origin }: { origin: string }) => ({
        reply: { origin, ...reply },
        head: null,
      }),
    } as unknown as PeerCaller;
    await assert.rejects(new Evidence({ ledger: a.ledger, calls: answering, peers }).exchange(b.id), coded(code));
  }
});
