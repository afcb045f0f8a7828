import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type BundleSource, type Report, verifyBundles } from '@counterfoil/verifier';
import fc from 'fast-check';
import { tarEnd, tarHeader, tarPadding } from '../daemon/audit/tar.js';
import { canonicalJson, hex, type Json, sha256 } from '../daemon/foundation/index.js';
import type { Signer } from '../daemon/identity/index.js';
import { signNote } from '../daemon/ledger/note.js';
import { entriesOf, entryFile, unpack } from './support/cheat.js';
import { tried } from './support/effort.js';
import type { LedgerParty } from './support/ledgers.js';
import { bundleOf, finishedRelation } from './support/relation.js';
import { wrongs } from './support/wrongs.js';

const VERDICTS = ['sound', 'sound, one side only', 'tampered', 'unreadable'];
type Files = Map<string, Buffer>;

const source = (bytes: Uint8Array, name = 'a.tar'): BundleSource => ({
  name,
  async *chunks() {
    for (let at = 0; at < bytes.length; at += 4096) yield bytes.subarray(at, at + 4096);
  },
});

const tarOf = (files: Iterable<readonly [string, Uint8Array]>): Buffer =>
  Buffer.concat([
    ...[...files].flatMap(([name, bytes]) => [tarHeader(name, bytes.length), bytes, tarPadding(bytes.length)]),
    tarEnd(),
  ]);

/** The bundle with its manifest made and signed anew, as its owner can. `manifest` may change what it says. */
function sealed(
  files: Files,
  signer: Signer,
  manifest: (made: { [key: string]: Json }) => Json = (made) => made,
): Buffer {
  const listed = [...files].slice(2).map(([path, bytes]) => ({ path, sha256: hex(sha256(bytes)), size: bytes.length }));
  const before = JSON.parse(files.get('manifest.json')!.toString()) as { [key: string]: Json };
  const text = Buffer.from(canonicalJson(manifest({ ...before, files: listed })));
  const name = `${signer.id}/counterfoil/bundle`;
  const note = Buffer.from(signNote(`${name}\n${hex(sha256(text))}\n`, name, signer));
  return tarOf([['manifest.json', text], ['manifest.note', note], ...[...files].slice(2)]);
}

interface Hostile {
  a: LedgerParty;
  b: LedgerParty;
  bytes: Buffer;
  files: Files;
  verify(...bundles: Uint8Array[]): Promise<Report>;
  /** Verifies the bundle with some files changed and the manifest signed anew by its owner. */
  resealed(change: (files: Files) => void, manifest?: (made: { [key: string]: Json }) => Json): Promise<Report>;
}

async function hostile(t: TestContext): Promise<Hostile> {
  const [a, b] = await finishedRelation(t);
  const path = await bundleOf(t, a, b);
  const verify = (...bundles: Uint8Array[]) =>
    verifyBundles(
      bundles.map((bytes, i) => source(bytes, `${'ab'[i]}.tar`)),
      { now: a.clock.now() },
    );
  const files = unpack(path);
  return {
    ...{ a, b, files, verify, bytes: readFileSync(path) },
    resealed: (change, manifest) => {
      const copy = new Map([...files].map(([name, bytes]) => [name, Buffer.from(bytes)]));
      change(copy);
      return verify(sealed(copy, a.key, manifest));
    },
  };
}

/** Whatever it was given, the verifier came to an end and says something that can be shown. */
function assertAnswered(report: Report, what: string): void {
  assert.ok(VERDICTS.includes(report.verdict), what);
  assert.equal(report.ok, report.faults.length === 0, what);
  for (const { message, class: name } of report.faults) {
    assert.match(name, /^([1-9]|1\d|2[01]) /);
    assert.doesNotMatch(message, /to its end/, `${what}: ${message}`);
    assert.doesNotMatch(message, /[\p{Cc}\p{Bidi_Control}]/u, what);
  }
}

const onlyClasses = ({ faults }: Report): number[] => [
  ...new Set(faults.map((fault) => Number.parseInt(fault.class, 10))),
];

test('what is no bundle is unreadable, and says why', async (t) => {
  const { verify, bytes, resealed } = await hostile(t);
  const cases: [Uint8Array, RegExp][] = [
    [new Uint8Array(), /ends in the middle of a file header/],
    [new Uint8Array(1024), /does not begin with a manifest/],
    [gzipSync(bytes), /is compressed; unpack it first/],
    [gzipSync(Buffer.alloc(64 * 1024 * 1024)), /is compressed; unpack it first/],
    [Buffer.concat([Buffer.from('PK\u0003\u0004'), bytes]), /is compressed; unpack it first/],
    [bytes.subarray(512), /damaged|does not begin/],
    [tarOf([['other.txt', Buffer.from('x')]]), /does not begin with a manifest/],
  ];
  for (const [given, why] of cases) {
    const report = await verify(given);
    assert.equal(report.verdict, 'unreadable', String(why));
    assert.match(report.faults[0]!.message, why);
    assertAnswered(report, String(why));
  }
  for (const [change, why] of [
    [{ kind: 'counterfoil/bundle/2' }, /version that this verifier does not know/],
    [{ org: '../../x' }, /names no two parties/],
    [{ org: 'vendor.example' }, /names no two parties/],
    [{ files: [null] }, /no sound list of files/],
    [{ files: { length: 3 } }, /no sound list of files/],
  ] as const) {
    const report = await resealed(
      () => {},
      (made) => ({ ...made, ...(change as unknown as { [key: string]: Json }) }),
    );
    assert.deepEqual([report.verdict, report.faults.length], ['unreadable', 1], String(why));
    assert.match(report.faults[0]!.message, why);
  }
  const bad = await verify(
    tarOf([
      ['manifest.json', Buffer.from([0x7b, 0xff, 0x7d])],
      ['manifest.note', Buffer.from('x')],
    ]),
  );
  assert.deepEqual(
    [bad.verdict, bad.faults.map(({ message }) => /is not UTF-8/.test(message))],
    ['unreadable', [true]],
  );
});

test('bundles of other relations, and one twice, are not taken for a pair', async (t) => {
  const [one, other] = [await hostile(t), await hostile(t)];
  const twice = await one.verify(one.bytes, one.bytes);
  assert.ok(twice.faults.some(({ message }) => /not of one relation/.test(message)));
  // Two relations between parties of the same names: the keys tell them apart.
  const theirs = readFileSync(await bundleOf(t, other.b, other.a));
  const mixed = await one.verify(one.bytes, theirs);
  assert.equal(mixed.verdict, 'tampered');
  assert.ok(mixed.faults.some((fault) => /^9 /.test(fault.class)));
  // Entries and heads of another organisation inside a bundle.
  const swapped = await one.resealed((files) => {
    for (const name of [...files.keys()].filter((path) => path.startsWith('peer/'))) files.delete(name);
    for (const [name, bytes] of files)
      if (name.startsWith('channel/')) files.set(name.replace('channel/', 'peer/'), bytes);
  });
  assert.equal(swapped.ok, false);
  assert.ok(onlyClasses(swapped).includes(5), 'entries were written for another log');
});

test('files that a manifest cannot mean: names, doubles, sizes, more than are read', async (t) => {
  const { bytes, verify, files, a } = await hostile(t);
  const cut = bytes.length - 1024;
  const and = (...more: Uint8Array[]) => Buffer.concat([bytes.subarray(0, cut), ...more, bytes.subarray(cut)]);
  const names = [
    '../../etc/passwd',
    'channel/../../x',
    '/absolute',
    'channel//x',
    './x',
    'channel/.',
    'Channel/X',
    'ch\u00e4nnel/x',
    'channel/\u202egpj.exe',
    'a\\b',
    'c:x',
    ' ',
  ];
  for (const name of names) {
    const report = await verify(and(tarHeader(name, 0)));
    assert.ok(
      onlyClasses(report).some((each) => each === 21 || (each === 19 && /[^ -~]/.test(name))),
      name,
    );
    assertAnswered(report, name);
  }
  for (const name of ['deep/'.repeat(19), 'more', 'channel/more', 'documents', 'payloads/x', 'keys.json']) {
    const report = await verify(and(tarHeader(name.replace(/\/$/, ''), 0)));
    assert.ok(onlyClasses(report).includes(21), name);
    assertAnswered(report, name);
  }
  const huge = await verify(and(tarHeader('channel/huge', 8 * 1024 ** 3 - 1)));
  assert.match(huge.faults.map(({ message }) => message).join(), /8589934591 bytes, more than is read/);
  // A kind of file that is not a plain one: a link, with a checksum that fits.
  const link = Buffer.from(tarHeader('channel/link', 0));
  link[156] = 0x32;
  link.fill(0x20, 148, 156);
  link.write(
    `${link
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  assert.equal((await verify(and(link))).ok, false);
  const order = [...files].reverse();
  const reversed = tarOf([...files].slice(0, 2).concat(order.slice(0, -2)));
  assertAnswered(await verify(reversed), 'reversed');
  assert.equal((await verify(reversed)).ok, false);
  assert.equal((await verify(sealed(new Map(files), a.key))).ok, true, 'the helper itself changes nothing');
});

test('notes with unknown, malformed or too many signature lines; keys for another log', async (t) => {
  const { resealed, files, a } = await hostile(t);
  const checkpoint = files.get('channel/checkpoint')!.toString();
  const withNote = (note: string) => resealed((all) => void all.set('channel/checkpoint', Buffer.from(note)));
  const unknown = `— someone.example/x ${Buffer.alloc(76, 7).toString('base64')}\n`;
  assert.deepEqual((await withNote(checkpoint + unknown)).faults, [], 'signatures of strangers are ignored');
  for (const [what, note] of [
    ['no base64', `${checkpoint}— acme.example/x ###\n`],
    ['no key id', `${checkpoint}— acme.example/x AAAA\n`],
    ['no dash', `${checkpoint}acme.example/x AAAA\n`],
    ['thousands', checkpoint + unknown.repeat(5000)],
    ['more than are read', checkpoint + unknown.repeat(70)],
    ['control characters', checkpoint.replace('acme', 'ac\u0007me')],
    ['a size beyond 2^53', checkpoint.replace(/\n\d+\n/, '\n9007199254740993\n')],
    ['a size with a sign', checkpoint.replace(/\n(\d+)\n/, '\n+$1\n')],
    ['an extension line', checkpoint.replace('\n\n', '\nmore\n\n')],
    ['nothing', ''],
  ] as const) {
    const report = await withNote(note);
    assert.ok(onlyClasses(report).includes(14), `${what}: ${JSON.stringify(report.faults)}`);
    assertAnswered(report, what);
  }
  const keys = JSON.parse(files.get('keys.json')!.toString()) as { keys: { log: string; vkey: string }[] };
  const withKeys = (list: Json) =>
    resealed((all) => void all.set('keys.json', Buffer.from(canonicalJson({ keys: list }))));
  const moved = keys.keys.map((key) => ({ ...key, log: 'mallory.example/counterfoil/master' }));
  for (const list of [moved, [null], [{}], [{ vkey: 'x+y+z' }], 'keys', [1, [], 'x']] as Json[]) {
    const report = await withKeys(list);
    assert.deepEqual(onlyClasses(report), [20], JSON.stringify(list).slice(0, 80));
    assertAnswered(report, 'keys');
  }
  const early = await verifyBundles([source(sealed(new Map(files), a.key))], { now: a.clock.now() - 3600_000 });
  assert.deepEqual(onlyClasses(early), [11], 'cosigned at a time to come');
});

test('whatever the owner of a key writes into its bundle is answered', async (t) => {
  const { files, resealed } = await hostile(t);
  const json = (name: string) => JSON.parse(files.get(name)!.toString().split('\n')[0]!) as Json;
  const lines = [
    'master/entries/0.jsonl',
    'master/heads/0.jsonl',
    'channel/heads/0.jsonl',
    'peer-master/heads/0.jsonl',
  ];
  const variants = ['manifest.json', 'keys.json', ...lines].flatMap((name) =>
    [...wrongs(json(name))].map((value) => [name, value] as const),
  );
  for (const at of tried(0, variants.length - 1, 250)) {
    const [name, value] = variants[at]!;
    const text = canonicalJson(value);
    const report = await resealed(
      (all) => {
        if (name !== 'manifest.json') all.set(name, Buffer.from(name.endsWith('.jsonl') ? `${text}\n` : text));
      },
      name === 'manifest.json' ? () => value : undefined,
    );
    assertAnswered(report, `${name} ${text.slice(0, 100)}`);
  }
});

test('documents of any content are answered', async (t) => {
  const { resealed } = await hostile(t);
  const statement = { predicate: { report: { digest: { sha256: 'x' }, side: 'provider' }, transfer: {}, oors: {} } };
  const envelope = {
    payloadType: 'application/vnd.in-toto+json',
    payload: 'e30=',
    signatures: [{ keyid: 'x', sig: 'AA==' }],
  };
  const about = (payload: Json) => ({
    ...envelope,
    signatures: [],
    payload: Buffer.from(JSON.stringify(payload)).toString('base64'),
  });
  const all: Json[] = [...wrongs(envelope), ...[...wrongs(statement)].map(about)];
  for (const at of tried(0, all.length - 1, 80)) {
    const report = await resealed((files) => {
      files.set(`documents/attestation/${'a'.repeat(64)}`, Buffer.from(JSON.stringify(all[at])));
      files.set(`documents/report/${'a'.repeat(64)}`, Buffer.from('{"results":[null,{}]}'));
    });
    assertAnswered(report, JSON.stringify(all[at]).slice(0, 200));
    assert.equal(report.ok, false);
  }
});

test('random damage, in the file or by the owner of its key, is answered and never sound', async (t) => {
  const { bytes, verify, files, resealed } = await hostile(t);
  const ENTRIES = 'channel/tile/entries/000.p/7';
  const piece = fc.uint8Array({ minLength: 1, maxLength: 40 });
  const place = fc.nat(bytes.length - 1);
  const runs = { numRuns: tried(1, 2000, 60).length, seed: 7 };
  await fc.assert(
    fc.asyncProperty(place, piece, fc.constantFrom('overwrite', 'insert', 'delete', 'copy'), async (at, more, how) => {
      const head = bytes.subarray(0, at);
      const damaged =
        how === 'overwrite'
          ? Buffer.concat([head, more, bytes.subarray(at + more.length)])
          : how === 'insert'
            ? Buffer.concat([head, more, bytes.subarray(at)])
            : how === 'delete'
              ? Buffer.concat([head, bytes.subarray(at + more.length)])
              : Buffer.concat([bytes.subarray(0, at - (at % 512)), bytes.subarray(Math.max(0, at - (at % 512) - 512))]);
      const report = await verify(damaged);
      assertAnswered(report, `${how} at ${at}`);
      assert.equal(report.ok, damaged.equals(bytes), `${how} at ${at}`);
    }),
    runs,
  );
  const bodies = entriesOf(files.get(ENTRIES)!);
  await fc.assert(
    fc.asyncProperty(fc.nat(bodies.length - 1), fc.nat(2000), piece, async (which, at, more) => {
      const body = bodies[which]!;
      const from = at % body.length;
      const changed = Buffer.concat([body.subarray(0, from), more, body.subarray(from + more.length)]);
      const report = await resealed((all) => void all.set(ENTRIES, entryFile(bodies.with(which, changed))));
      assertAnswered(report, `entry ${which} at ${from}`);
      assert.equal(report.ok, changed.equals(body));
    }),
    runs,
  );
});
