import {
  base64,
  canonicalJson,
  hex,
  type Json,
  leafHash,
  MerkleRange,
  orgId,
  utf8,
} from '../../daemon/foundation/index.js';
import {
  fingerprint,
  privateKeyFromSeed,
  rawPublicKey,
  type Signer,
  signEd25519,
  signHandover,
} from '../../daemon/identity/index.js';
import { payloadCommitment } from '../../daemon/ledger/commit.js';
import { composeEntry } from '../../daemon/ledger/compose.js';
import { type EntryObject, encodeEntry, NO_PREVIOUS, signedBytes } from '../../daemon/ledger/entry.js';
import { forkDocument } from '../../daemon/ledger/evidence.js';
import { checkpointText, cosign, signCheckpoint, vkey } from '../../daemon/ledger/note.js';

/** The keys of the vectors: their Ed25519 seeds are one byte repeated 32 times. */
export function vectorSigner(id: string, seedByte: number): Signer {
  const key = privateKeyFromSeed(Buffer.alloc(32, seedByte));
  return { id: orgId(id), publicKey: rawPublicKey(key), sign: (bytes) => signEd25519(key, bytes) };
}

const acme = vectorSigner('acme.example', 1);
const vendor = vectorSigner('vendor.example', 2);
const next = vectorSigner('acme.example', 3);
const notary = vectorSigner('notary.example', 4);
const LOG = 'acme.example/counterfoil/peer/vendor.example';
const THEIRS = 'vendor.example/counterfoil/peer/acme.example';
/** Seconds; when heads of the vectors were cosigned. */
const WITNESSED = 1_795_507_200;
const digit = (char: string): string => char.repeat(64);

/** The golden vectors of docs/LEDGER.md, made by the gateway's own code. test/vectors/ledger.json holds them as they must stay. */
export function ledgerVectors(): Json {
  const entries = chain();
  const leaves = entries.map(({ body }) => leafHash(utf8(body)));
  const heads = leaves.map((_, i) => head(leaves.slice(0, i + 1)));
  const salt = Buffer.alloc(32, 7);
  const [first, last] = [heads[1]!, heads[4]!];
  const other = { ...first, root: leafHash(utf8('another history')) };
  return {
    keys: [acme, vendor, next, notary].map(({ id, publicKey }, i) => ({
      org: id,
      seed: hex(Buffer.alloc(32, i + 1)),
      publicKey: base64(publicKey),
      digest: fingerprint(publicKey),
    })),
    entries: entries.map(({ body, object }, i) => ({ object, body, leaf: hex(leaves[i]!) })),
    refused: refused(entries[1]!.body),
    heads: heads.map(({ size, root }) => ({ size, root: hex(root) })),
    checkpoints: [first, last].map((at) => signCheckpoint(at, at === last ? next : acme)),
    cosignatures: [first, last].map((at) => {
      return {
        time: WITNESSED,
        text: checkpointText(at),
        line: cosign(checkpointText(at), 'vendor.example/counterfoil', vendor, WITNESSED),
      };
    }),
    rotation: rotation(),
    witness: witness(leaves.slice(0, 3)),
    payload: { salt: hex(salt), bytes: hex(utf8('Kim Example')), commit: payloadCommitment(salt, utf8('Kim Example')) },
    fork: forkDocument({
      origin: LOG,
      key: acme.publicKey,
      smaller: signCheckpoint(other, acme),
      larger: signCheckpoint(first, acme),
      rootAtSmaller: first.root,
      proof: [],
    }),
  };
}

/** A key put in place of another: what both sign, and the fields of `key.rotated`. */
function rotation(): Json {
  const fields = { ...signHandover(acme, next) };
  const { new: after, old: before, org } = fields;
  return { fields, signed: `counterfoil/key-rotation/1\n${canonicalJson({ new: after, old: before, org })}` };
}

/** A head of a master log as a witness has countersigned it. */
function witness(leaves: Uint8Array[]): Json {
  const at = { ...head(leaves), origin: 'acme.example/counterfoil/master' };
  const name = 'notary.example/counterfoil';
  const note = signCheckpoint(at, acme) + cosign(checkpointText(at), name, notary, WITNESSED);
  return { vkey: vkey(name, 4, notary.publicKey), time: WITNESSED, note };
}

function head(leaves: Uint8Array[]): { origin: string; size: number; root: Uint8Array } {
  const range = new MerkleRange();
  for (const leaf of leaves) range.push(leaf);
  return { origin: LOG, size: leaves.length, root: range.root() };
}

/** A channel log: opened, an agreement, a signed transfer that names the peer's head, bytes beside an entry, a new key. */
function chain(): { object: Json; body: string }[] {
  const fields: { [key: string]: Json }[] = [
    {
      type: 'channel.opened',
      peer: 'vendor.example',
      key: base64(acme.publicKey),
      peerKey: base64(vendor.publicKey),
      genesis: digit('0'),
    },
    {
      type: 'agreement.signed',
      actor: 'admin:kim',
      agreement: 'agr-1',
      revision: 2,
      digest: digit('a'),
      policy: digit('b'),
      contract: digit('c'),
      dataset: 'Flüge "täglich"',
    },
    {
      type: 'transfer.sent',
      transfer: 'trn-1',
      agreement: 'agr-1',
      version: 'v-1',
      view: digit('d'),
      policy: digit('b'),
      rows: 9_007_199_254_740_991,
      batches: 3,
      rowsRoot: digit('e'),
      refs: [{ log: THEIRS, seq: 2, leaf: digit('f') }],
      peerHead: { origin: THEIRS, size: 3, root: digit('1') },
    },
    {
      type: 'data.deleted',
      agreement: 'agr-1',
      payload: { commit: payloadCommitment(Buffer.alloc(32, 7), utf8('Kim Example')), bytes: 11 },
    },
    { type: 'key.rotated', actor: 'admin', ...signHandover(acme, next) },
  ];
  const made: { object: Json; body: string }[] = [];
  let prev = NO_PREVIOUS;
  for (const [seq, own] of fields.entries()) {
    const place = {
      v: 1,
      log: LOG,
      seq,
      prev,
      ts: `2026-11-24T08:00:0${seq}.000Z`,
      incarnation: 'inc-1',
      peer: 'vendor.example',
    };
    const object = signed({ actor: 'gateway', ...own, ...place } as unknown as EntryObject);
    const body = encodeEntry(object);
    prev = hex(leafHash(body));
    made.push({ object, body: Buffer.from(body).toString('utf8') });
  }
  return made;
}

function signed(entry: EntryObject): EntryObject {
  if (entry.type !== 'transfer.sent') return entry;
  const named = { ...entry, sigKey: fingerprint(acme.publicKey) } as EntryObject;
  return { ...named, sig: base64(acme.sign(signedBytes('provider', composeEntry(named, named)))) } as EntryObject;
}

/** Bodies that no verifier may take for an entry. */
function refused(body: string): Json {
  const change = (why: string, from: string | RegExp, to: string) => ({ why, body: body.replace(from, to) });
  return [
    change('a space between members', ',"agreement"', ', "agreement"'),
    change('members in another order', /"actor":"admin:kim",("agreement":"agr-1",)/, '$1"actor":"admin:kim",'),
    change('a member twice', '"v":1', '"v":1,"v":1'),
    change('another version', '"v":1', '"v":2'),
    change('a byte behind the end', /$/, '\n'),
    change('a number with a fraction', '"revision":2', '"revision":2.0'),
    change('a number beyond 2^53-1', '"revision":2', '"revision":9007199254740993'),
    change('a number below 0', '"revision":2', '"revision":-2'),
    change('an escape that is not needed', 'Flüge', 'Fl\\u00fcge'),
    change('a field that is not known', /"v":1}$/, '"v":1,"w":2}'),
    change('a type that is not known', 'agreement.signed', 'agreement.sealed'),
    change('a field that is missing', /"contract":"c+",/, ''),
    change('a digest in upper case', digit('a'), digit('A')),
    change('a time without milliseconds', '08:00:01.000Z', '08:00:01Z'),
    change('an actor that is none', 'admin:kim', 'kim'),
    change('another prefix', 'counterfoil/entry/1', 'counterfoil/entry/2'),
    change(
      'a signature on a type that has none',
      /"seq":1,/,
      `"seq":1,"sig":"${'A'.repeat(86)}==","sigKey":"${digit('a')}",`,
    ),
  ];
}

/** The text of the file. */
export const vectorFile = (): string => `${JSON.stringify(JSON.parse(canonicalJson(ledgerVectors())), undefined, 1)}\n`;
