import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CounterfoilError, canonicalJson, newId, sha256, utf8 } from '../daemon/foundation/index.js';
import { signDocument } from '../daemon/identity/index.js';
import type { PeerMethod, PeerRequest, TransferStatus } from '../daemon/peering/index.js';
import { tried } from './support/effort.js';
import { Hostile } from './support/hostile.js';
import { agree, csvFile, pair, proven } from './support/pair.js';

const hostile = new Hostile();
const said: string[] = [];
const log = new Proxy({} as never, {
  get: (_, level: string) => (context: { code?: string }, message: string) =>
    void (level !== 'info' && said.push(`${context?.code} ${message}`)),
});
const { acme, vendor, folder } = await pair(
  { after },
  { acme: { overrides: { between: hostile } }, vendor: { overrides: { log } } },
);
await acme.dataset('items', csvFile(folder, 'items', 100));
const agreement = await agree(acme, vendor, 'items');
const landed = await vendor.transfer(agreement);
await Promise.all([vendor.ends(landed), acme.ends(landed)]);

const { listen } = await acme.admin.get<{ listen: { peer: string } }>('/v1/status');

const nothing = new Uint8Array();
const TEXTS = [
  ...['', ' ', '../x', '\u0000\n\u202e', 'a'.repeat(900_000), '__proto__', "x' OR '1'='1", 'trn-', '9'.repeat(400)],
  ...[`trn-${'a'.repeat(26)}`, `v-${'a'.repeat(52)}`, newId('agr'), agreement, landed, 'vendor.example', 'landed'],
];
const NUMBERS = [0, 1, 2 ** 31, Number.MAX_SAFE_INTEGER];
const BYTES = [
  ...[nothing, utf8('{}'), utf8('null'), utf8('['.repeat(400_000)), utf8('{"a":1,"a":2}'), utf8('{"v":1e999}')],
  ...[new Uint8Array(32), Buffer.alloc(600_000, 0xff), utf8('counterfoil/entry/1\n{}'), utf8('— acme.example AAAA\n')],
];

/** Documents as they may come: not signed at all, by somebody else, over something else, of another kind, and empty ones. */
function signedOnes() {
  const { identity } = hostile.own;
  const document = utf8(canonicalJson({ v: 1, transfer: landed, agreement, batches: 1e6, state: 'revoked' }));
  const kinds = ['view', 'notice', 'agreement', 'decision', 'requirements', 'acknowledgement', 'sealing-key'] as const;
  return [
    null,
    { document: nothing, signature: nothing, key: nothing },
    { document, signature: new Uint8Array(64), key: sha256('somebody else') },
    ...kinds.map((kind) => signDocument(identity, kind, document)),
    ...BYTES.map((bytes) => signDocument(identity, 'agreement', bytes)),
  ];
}

const status: TransferStatus = {
  ...{ transfer: landed, agreement, correlation: 'cor-x', state: 'streaming', version: `v-${'a'.repeat(52)}` },
  ...{ rows: 1, bytes: 1, rowsTotal: 1, bytesTotal: 1, reasons: utf8('[]') },
};
const at = { log: 'acme.example/counterfoil/peer/vendor.example', seq: 1, leaf: new Uint8Array(32) };
const evidence = { transfer: landed, body: utf8('counterfoil/entry/1\n{}'), at, report: utf8('{}') };
const head = { origin: at.log, oldSize: 0, proof: [], checkpoint: utf8('x'), entries: [] };

/** A request of each kind from which others are made by changing one field. */
function samples(): { [M in PeerMethod]: PeerRequest<M> } {
  const signed = signedOnes()[3]!;
  return {
    'Peering/Hello': {
      protocolMajor: 1,
      protocolMinor: 0,
      software: 'x',
      endpoint: listen.peer,
      welcome: null,
      handovers: [],
    },
    'Peering/Heartbeat': { head },
    'Peering/Notify': { notice: signed },
    'Peering/SealingKey': {},
    'Catalog/List': {},
    'Agreements/Require': signed,
    'Agreements/Propose': signed,
    'Agreements/Decide': signed,
    'Agreements/DryRun': { agreement, version: '' },
    'Transfers/Request': { agreement, version: '' },
    'Transfers/Offer': {
      ...{ transfer: newId('trn'), correlation: 'cor-x', agreement, view: signed, versionManifest: utf8('{}') },
      ...{ columnKeys: { id: new Uint8Array(32) }, providerReport: nothing, offered: at },
    },
    'Transfers/Push': { transfer: landed, start: 0, before: '', rate: 0 },
    'Transfers/Report': status,
    'Transfers/Cancel': { transfer: landed, reason: '' },
    'Transfers/Acknowledge': signed,
    'Transfers/Sent': evidence,
    'Transfers/Receipt': evidence,
    'Reports/Attest': { transfer: landed, envelope: utf8('{}') },
    'Custody/Deleted': signed,
    'Custody/Erase': signed,
    'Custody/Erased': signed,
    'Evidence/Exchange': head,
    'Evidence/Acknowledge': { origin: at.log, size: 1, cosignature: utf8('x') },
    'Evidence/Held': {},
    'Evidence/Entries': { from: 0, to: 10 },
  };
}

/** What may stand in the place of a value. */
function instead(value: unknown): readonly unknown[] {
  if (typeof value === 'string') return TEXTS;
  if (typeof value === 'number') return NUMBERS;
  if (value instanceof Uint8Array) return BYTES;
  if (Array.isArray(value)) return [[], BYTES, Array(5000).fill(nothing)];
  if (value !== null && typeof value === 'object' && 'document' in value) return signedOnes();
  return [null, {}];
}

test('no call makes a gateway fail: each is answered, or refused with a code that says why', async () => {
  const refused = new Map<string, number>();
  for (const [method, sample] of Object.entries(samples()) as [PeerMethod, Record<string, unknown>][]) {
    const requests = [
      {},
      ...Object.entries(sample).flatMap(([key, value]) => instead(value).map((other) => ({ ...sample, [key]: other }))),
    ];
    for (const index of tried(0, requests.length - 1, 40)) {
      const began = performance.now();
      await hostile.call(vendor, method, requests[index] as never).catch((error: unknown) => {
        const { code, message } = CounterfoilError.from(error);
        assert.ok(message.length < 2000, `${method}: a bounded message`);
        refused.set(code, (refused.get(code) ?? 0) + 1);
        assert.notEqual(code, 'internal', `${method} ${index}: ${message}`);
      });
      assert.ok(performance.now() - began < 15_000, `${method} ${index} is slow`);
    }
  }
  for (const code of ['input.invalid', 'transfer.not_found', 'evidence.invalid']) assert.ok(refused.has(code), code);
  assert.deepEqual(
    said.filter((line) => line.startsWith('internal')),
    [],
  );
});

test('after all that the peer is a peer still, and an honest transfer lands and proves', async () => {
  for (const { id, state } of await vendor.transfers())
    assert.ok(id === landed || state === 'failed' || state === 'offered', `${id} is ${state}`);
  const { state } = await vendor.admin.get<{ state: string }>(`/v1/peers/${acme.id}`);
  assert.equal(state, 'active');
  const id = await vendor.transfer(agreement);
  assert.equal((await vendor.ends(id)).state, 'receipted');
  await acme.ends(id);
  await proven(acme, vendor, folder);
});
