import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { exportBundle } from '../daemon/audit/index.js';
import { utf8 } from '../daemon/foundation/index.js';
import { decodeEntry, type EntryObject, encodeEntry } from '../daemon/ledger/entry.js';
import { verifyLedger } from '../daemon/ledger/index.js';
import { openCheckpoint, signCheckpoint } from '../daemon/ledger/note.js';
import { openDatabase } from '../daemon/store/index.js';
import { pretendConfirmed, repack, rewrite, unpack, withoutTriggers } from './support/cheat.js';
import { temporaryFolder } from './support/folder.js';
import { LedgerParty, newSigner } from './support/ledgers.js';
import { bundleOf, finishedRelation, write } from './support/relation.js';
import { at, changed, ENTRIES, expectFault, expectIn, LOG, resealed, TILE, verify } from './support/tampering.js';

test('class 13: a signature moved to another log, head or role is named', async (t) => {
  const line = (note: Buffer) => note.toString().split('\n\n')[1]!;
  const moved = await resealed(t, (files) => {
    const [channel, master] = [files.get('channel/checkpoint')!, files.get('master/checkpoint')!];
    files.set('channel/checkpoint', Buffer.from(channel.toString().replace(line(channel), line(master))));
  });
  expectIn(moved, { class: /^13 /, log: LOG, seq: 7 });
  const other = await resealed(t, (files) => files.set('channel/checkpoint', files.get('master/checkpoint')!));
  expectIn(other, { class: /^13 /, log: LOG });
  const [a, b] = await finishedRelation(t);
  rewrite(a, b.id, (entries) => {
    const { sig } = entries[5]!;
    return [...entries, encodedWith(entries[5]!, { seq: 7, transfer: 'trn-2', sig: sig! })];
  });
  await expectFault(t, [a, b], { class: /^13 /, log: LOG, seq: 7, culprit: a.id });
});

/** An entry as it would be encoded with some fields changed and its signature left as it is. */
const encodedWith = (entry: EntryObject, change: Partial<EntryObject>): Uint8Array =>
  encodeEntry({ ...entry, ...change } as EntryObject);

test('class 14: proofs of the wrong size, cut short or over an unsigned root are named', async (t) => {
  const line = (files: Map<string, Buffer>, change: (row: { proof: string[]; seq: number; body: string }) => void) => {
    const rows = files
      .get('master/entries/0.jsonl')!
      .toString()
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row));
    change(rows[1]);
    files.set('master/entries/0.jsonl', Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')));
  };
  const MASTER = 'acme.example/counterfoil/master';
  expectIn(await resealed(t, (files) => line(files, (row) => row.proof.pop())), { class: /^14 /, log: MASTER, seq: 1 });
  expectIn(await resealed(t, (files) => line(files, (row) => row.proof.push(row.proof[0]!))), {
    class: /^14 /,
    log: MASTER,
    seq: 1,
  });
  const unsigned = await resealed(t, (files, a) => {
    const head = openCheckpoint(files.get('channel/checkpoint')!, a.key.publicKey);
    const note = signCheckpoint(head, a.key).replace(`\n${head.size}\n`, `\n${head.size + 1}\n`);
    files.set('channel/checkpoint', Buffer.from(note));
  });
  expectIn(unsigned, { class: /^14 /, log: LOG });
  const tile = await resealed(t, (files) => files.get(TILE)!.fill(7, 32, 64));
  expectIn(tile, { class: /^14 /, log: LOG });
  const shorter = await resealed(t, (files, a) => {
    const head = openCheckpoint(files.get('channel/checkpoint')!, a.key.publicKey);
    files.set('channel/checkpoint', Buffer.from(signCheckpoint({ ...head, size: 6 }, a.key)));
  });
  assert.equal(shorter.ok, false);
});

test('class 15: another encoding of the same entry is named, though its owner signed it', async (t) => {
  const variants: ((text: string) => string)[] = [
    (text) => `${text} `,
    (text) => text.replace('"v":1}', '"v":1,"v":1}'),
    (text) => text.replace('{"actor"', '{ "actor"'),
    (text) => text.replace('"revision":1', '"revision":9007199254740993'),
    (text) => text.replace('"revision":1', '"revision":1.0'),
    (text) => text.replace('"v":1', '"colour":"red","v":1'),
    (text) => text.replace('agreement.proposed', 'agreement.imagined'),
    (text) => text.replace('acme.example', '\\u0061cme.example'),
  ];
  for (const variant of variants) {
    const [a, b] = await finishedRelation(t);
    rewrite(a, b.id, (entries) =>
      at<EntryObject | Uint8Array>(entries, 1, () => utf8(variant(Buffer.from(encodeEntry(entries[1]!)).toString()))),
    );
    await expectFault(t, [a, b], { class: /^15 /, log: LOG, seq: 1 });
  }
});

test('class 16: payloads that were swapped or erased in silence are named, declared erasure is not', async (t) => {
  const withPayload = async () => {
    const [a, b] = await finishedRelation(t);
    const { body } = await write(a, b, {
      type: 'data.deleted',
      actor: 'gateway',
      fields: { agreement: 'agr-1' },
      payload: utf8('Kim Example'),
    });
    return { a, b, commit: decodeEntry(body).payload!.commit };
  };
  const swapped = await withPayload();
  const file = await bundleOf(t, swapped.a, swapped.b, true);
  repack(
    file,
    (files) => files.set(`payloads/${swapped.commit}`, Buffer.concat([Buffer.alloc(32), Buffer.from('Lee Example')])),
    swapped.a.key,
  );
  expectIn(await verify([file], swapped.a.clock.now()), { class: /^16 /, log: LOG, seq: 7, culprit: swapped.a.id });
  const silent = await withPayload();
  silent.a.ledger.close();
  withoutTriggers(silent.a.options.path, (db) => db.exec('UPDATE payload SET salt = NULL, body = NULL'));
  silent.a.ledger = silent.a.open();
  pretendConfirmed(silent.a, silent.b.id);
  await expectFault(t, [silent.a, silent.b], { class: /^16 /, log: LOG, seq: 7, culprit: silent.a.id });
  const declared = await withPayload();
  await declared.a.ledger.erasePayloads({ peer: declared.b.id }, [declared.commit], 'Art. 17 GDPR', 'Kim Example');
  const honest = await verify([await bundleOf(t, declared.a, declared.b, true)], declared.a.clock.now());
  assert.deepEqual(honest.faults, []);
});

test('class 17: a channel that one side leaves out is named', async (t) => {
  const own = await resealed(t, (files) => {
    for (const name of [...files.keys()]) if (name.startsWith('channel/')) files.delete(name);
  });
  expectIn(own, { class: /^17 /, log: LOG });
  const [a, b] = await finishedRelation(t);
  const hidden = await bundleOf(t, b, a);
  repack(
    hidden,
    (files) => {
      for (const name of [...files.keys()]) if (name.startsWith('peer')) files.delete(name);
    },
    b.key,
  );
  expectIn(await verify([await bundleOf(t, a, b), hidden], a.clock.now()), { class: /^17 /, log: LOG, culprit: b.id });
});

test('class 18: tables without their triggers are named by the ledger, and its bundle says so', async (t) => {
  const [a, b] = await finishedRelation(t);
  const out = await bundleOf(t, a, b);
  const db = openDatabase(a.options.path);
  db.exec('DROP TRIGGER entry_in_order');
  db.close();
  const selfCheck = verifyLedger({ path: a.options.path, sideFile: a.options.sideFile, publicKey: a.key.publicKey });
  assert.match(selfCheck.faults[0]!.class, /^18 /);
  await exportBundle({ ledger: a.ledger, peer: b.id, out, clock: a.clock, selfCheck });
  expectIn(await verify([out], a.clock.now()), { class: /^18 / });
});

test('class 19: damage is named as damage', async (t) => {
  const damaged = await changed(t, (files) => {
    const file = files.get(ENTRIES)!;
    file[file.indexOf('agreement.proposed')] = 0xff;
  });
  expectIn(damaged, { class: /^19 /, log: LOG, seq: 1 });
  const [a, b] = await finishedRelation(t);
  const file = await bundleOf(t, a, b);
  const bytes = readFileSync(file);
  bytes[bytes.length - 100] = 1;
  writeFileSync(file, bytes);
  expectIn(await verify([file], a.clock.now()), { class: /^19 / });
});

test('class 20: keys of the bundle that are not those of the policy, or not those of the ledger, are named', async (t) => {
  const [a, b] = await finishedRelation(t);
  const file = await bundleOf(t, a, b);
  const keys = JSON.parse(unpack(file).get('keys.json')!.toString()) as { keys: { log: string; vkey: string }[] };
  const policy = keys.keys.map(({ vkey }) => (vkey.includes('/peer/') ? `log ${vkey}` : `# ${vkey}`)).join('\n');
  const good = await verify([file], a.clock.now(), policy);
  assert.deepEqual(good.faults, []);
  const stranger = new LedgerParty(temporaryFolder(t), newSigner('acme.example'), a.clock);
  t.after(() => stranger.ledger.close());
  await stranger.ledger.openChannel(b.id, b.key.publicKey);
  const other = JSON.parse(
    unpack(await bundleOf(t, stranger, b))
      .get('keys.json')!
      .toString(),
  ) as typeof keys;
  const wrong = `log ${other.keys.find(({ log }) => log === LOG)!.vkey}`;
  expectIn(await verify([file], a.clock.now(), wrong), { class: /^20 / });
  repack(file, (files) => files.set('keys.json', Buffer.from(JSON.stringify(other))), a.key);
  expectIn(await verify([file], a.clock.now()), { class: /^20 / });
  await assert.rejects(verify([file], 0, 'log nonsense'), /Line 1 of the policy/);
});

test('class 21: a bundle built to exhaust or mislead the verifier is named', async (t) => {
  const [a, b] = await finishedRelation(t);
  const good = readFileSync(await bundleOf(t, a, b));
  const file = `${temporaryFolder(t)}/hostile.tar`;
  const hostile = async (bytes: Uint8Array) => {
    writeFileSync(file, bytes);
    return verify([file], a.clock.now());
  };
  const { tarHeader } = await import('../daemon/audit/tar.js');
  const cut = good.length - 1024;
  const cases: Uint8Array[] = [
    Buffer.concat([good.subarray(0, cut), tarHeader('../../etc/passwd', 0), good.subarray(cut)]),
    Buffer.concat([good.subarray(0, cut), tarHeader('/absolute', 0), good.subarray(cut)]),
    Buffer.concat([good.subarray(0, cut), tarHeader('channel/huge', 8 * 1024 ** 3 - 1), good.subarray(cut)]),
    Buffer.concat([good.subarray(0, cut), tarHeader('keys.json', 0), good.subarray(cut)]),
    Buffer.concat([good.subarray(0, cut), tarHeader('more', 0), good.subarray(cut)]),
  ];
  for (const bytes of cases) expectIn(await hostile(bytes), { class: /^21 / });
  for (const bytes of [new Uint8Array(), new Uint8Array(1024), utf8('PK\u0003\u0004'), good.subarray(0, 700)]) {
    const report = await hostile(bytes);
    assert.equal(report.ok, false);
    assert.equal(report.verdict, 'unreadable');
    assert.ok(report.faults.length > 0);
  }
  const many = await resealed(t, (files) => {
    const note = files.get('channel/checkpoint')!.toString();
    files.set('channel/checkpoint', Buffer.from(note + note.split('\n\n')[1]!.repeat(2000)));
  });
  assert.equal(many.ok, false);
});
