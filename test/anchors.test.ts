import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Report, verifyBundles } from '@counterfoil/verifier';
import { fileSource } from '@counterfoil/verifier/node';
import { base64, sha256, systemClock, utf8 } from '../daemon/foundation/index.js';
import { openTimestamp, timestampRequest } from '../daemon/identity/index.js';
import { Authority, noAuthority, stamp } from './support/authority.js';
import { repack } from './support/cheat.js';
import { ManualClock } from './support/clock.js';
import { coded } from './support/errors.js';
import { ACME, asAdmin, befriend, Exchange, Party, VENDOR } from './support/exchange.js';
import { temporaryFolder } from './support/folder.js';
import { exchangeHeads, LedgerParty, newSigner } from './support/ledgers.js';
import { agree, bundleOf, transfer } from './support/relation.js';
import { until } from './support/until.js';

const skip = noAuthority ?? false;
const MASTER = 'acme.example/counterfoil/master';

async function authorityOf(t: TestContext, ...more: [('tsa' | 'other')?, string[]?]): Promise<Authority> {
  const authority = await Authority.open(temporaryFolder(t), ...more);
  t.after(() => authority.close());
  return authority;
}

/** The verifier key of an organisation as cosigner (C2SP signed-note). */
function cosignerKey({ key }: LedgerParty): string {
  const name = `${key.id}/counterfoil`;
  const typed = Buffer.concat([Uint8Array.of(4), key.publicKey]);
  return `${name}+${Buffer.from(sha256(utf8(`${name}\n`), typed)).toString('hex', 0, 4)}+${base64(typed)}`;
}

/** Acme and Vendor after one transfer, with a notary that is a peer of Acme and its witness. */
async function witnessed(t: TestContext): Promise<{ a: LedgerParty; b: LedgerParty; notary: LedgerParty }> {
  const clock = new ManualClock(systemClock.now());
  const notary = new LedgerParty(temporaryFolder(t), newSigner('notary.example'), clock);
  const a = new LedgerParty(temporaryFolder(t), newSigner('acme.example'), clock, { witnesses: [notary.id] });
  const b = new LedgerParty(temporaryFolder(t), newSigner('vendor.example'), clock);
  t.after(() => [a, b, notary].forEach((party) => void (party.ledger.healthy && party.ledger.close())));
  for (const [one, other] of [
    [a, b],
    [b, a],
    [a, notary],
    [notary, a],
  ] as const)
    await one.ledger.openChannel(other.id, other.key.publicKey);
  await agree(a, b);
  await transfer(a, b);
  await exchangeHeads(a, b);
  await exchangeHeads(a, notary);
  await a.ledger.anchors.recordWitness(notary.id);
  return { a, b, notary };
}

async function verified(t: TestContext, a: LedgerParty, b: LedgerParty, policy = ''): Promise<Report> {
  const files = [await bundleOf(t, a, b), await bundleOf(t, b, a)];
  return verifyBundles(files.map(fileSource), { now: a.clock.now(), policy });
}

const classes = ({ faults }: Report): string[] => faults.map((fault) => `${fault.class} ${fault.seq}`);

test('time-stamps and witnesses anchor a ledger for an auditor who names them', { skip }, async (t) => {
  const { a, b, notary } = await witnessed(t);
  const authority = await authorityOf(t, 'tsa', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256']);
  await stamp(a, authority);
  await exchangeHeads(a, b);
  const names = [`witness notary ${cosignerKey(notary)}`, `authority tsa ${authority.fingerprint('ca')}`];
  const rules = [...names, 'quorum notary', 'quorum tsa', 'within 2h'].join('\n');
  const [mine, theirs] = [await bundleOf(t, a, b), await bundleOf(t, b, a)];
  const verify = (policy: string, ...files: string[]) =>
    verifyBundles(files.map(fileSource), { now: a.clock.now(), policy });
  const report = await verify(rules, mine);
  assert.deepEqual(report.faults, []);
  const kinds = new Set(report.anchors.map(({ kind, by, trusted, log }) => `${kind} ${by} ${trusted} ${log}`));
  assert.deepEqual([...kinds], [`witness notary true ${MASTER}`, `time tsa true ${MASTER}`]);
  assert.deepEqual(
    report.coverage[0]!.third.map(({ by, entries }) => [by, entries]),
    [
      ['notary', 7],
      ['tsa', 7],
    ],
  );
  // Without a policy the token is shown, and trusted by nobody.
  const open = await verify('', mine);
  assert.deepEqual([open.faults, open.anchors.map(({ by, trusted }) => [by, trusted])], [[], [['Test TSA', false]]]);
  // The signer's own certificate can be named as well as one above it; another one is not the one.
  assert.deepEqual((await verify(`authority tsa ${authority.fingerprint('tsa')}\nquorum tsa`, mine)).faults, []);
  const other = await verify(`authority tsa ${'ab'.repeat(32)}\nquorum tsa`, mine);
  assert.deepEqual(classes(other), [
    '14 proof does not hold null',
    `20 trust anchors replaced ${report.anchors.at(-1)!.size}`,
  ]);
  // The peer's own ledger has neither.
  const missing = await verify(rules, mine, theirs);
  assert.deepEqual(classes(missing), ['14 proof does not hold null', '14 proof does not hold null']);
  assert.match(missing.faults[0]!.message, /vendor.example has no word of (notary|tsa), as your policy asks/);
  // Too old for what the reader asks.
  a.clock.advance(3 * 3600_000);
  const late = await verify(rules, await bundleOf(t, a, b));
  assert.match(late.faults[0]!.message, /longer before the bundle than your policy allows/);
  for (const [line, why] of [
    ['quorum nobody', /asks for nobody, which it does not name/],
    ['within 2', /Line 1 .*length of time/],
    ['authority tsa AB', /Line 1 .*fingerprint/],
  ] as const)
    await assert.rejects(verify(line, mine), why);
});

test('a time-stamp that was moved, damaged or is not for time-stamping is named, and so is a clock', {
  skip,
}, async (t) => {
  const { a, b, notary } = await witnessed(t);
  const authority = await authorityOf(t);
  await stamp(a, authority);
  await stamp(a, authority);
  await exchangeHeads(a, b);
  const changed = async (change: (rows: { note: string; proof: string[]; token: string }[]) => void, policy = '') => {
    const file = await bundleOf(t, a, b);
    repack(
      file,
      (files) => {
        const rows = files
          .get('master/time/0.jsonl')!
          .toString()
          .trim()
          .split('\n')
          .map((row) => JSON.parse(row));
        change(rows);
        files.set('master/time/0.jsonl', Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')));
      },
      a.key,
    );
    return verifyBundles([fileSource(file)], { now: a.clock.now(), policy });
  };
  assert.deepEqual((await changed(() => {})).faults, []);
  const swapped = await changed((rows) => {
    [rows[0]!.token, rows[1]!.token] = [rows[1]!.token, rows[0]!.token];
  });
  assert.match(classes(swapped).join(), /^13 signature moved \d+,13 signature moved \d+$/);
  for (const wreck of [
    (token: Buffer) => token.subarray(0, 100),
    (token: Buffer) => {
      token[token.length - 10]! ^= 1;
      return token;
    },
    () => Buffer.alloc(100_000, 48),
    () => Buffer.alloc(0),
    () => Buffer.from('30803080308030800000', 'hex'),
  ]) {
    const report = await changed((rows) => {
      rows[0]!.token = wreck(Buffer.from(rows[0]!.token, 'base64')).toString('base64');
    });
    assert.deepEqual(
      report.faults.map((fault) => fault.class),
      ['14 proof does not hold'],
    );
  }
  const forged = await changed((rows) => {
    rows[1]!.note = rows[1]!.note.replace('\n', 'x\n');
  });
  assert.equal(forged.ok, false);
  const notStamping = await authorityOf(t, 'other');
  await assert.rejects(async () => stamp(a, notStamping));
  // The witness saw the head hours before the entries under it are dated: the clock of Acme was ahead.
  a.clock.advance(5 * 3600_000);
  await a.ledger.record('master', {
    type: 'key.added',
    actor: 'admin',
    fields: { key: base64(a.key.publicKey), use: 'test' },
  });
  a.clock.advance(-5 * 3600_000);
  await exchangeHeads(a, notary);
  await a.ledger.anchors.recordWitness(notary.id);
  await exchangeHeads(a, b);
  a.clock.advance(6 * 3600_000);
  const ahead = await verified(t, a, b, `witness notary ${cosignerKey(notary)}`);
  assert.ok(ahead.faults.some((fault) => /^11 /.test(fault.class) && fault.log === MASTER));
});

test('answers of a time-stamping authority that do not answer are refused', { skip }, async (t) => {
  const authority = await authorityOf(t);
  const data = utf8('a head');
  const ask = async (anchors?: string, about = data) => {
    const { der, nonce } = timestampRequest(data);
    return openTimestamp(authority.answer(der), { data: about, nonce, anchors });
  };
  const { time, authority: name } = await ask();
  assert.ok(Math.abs(time - Date.now()) < 60_000);
  assert.equal(name, 'O=Notary, CN=Test TSA');
  await assert.rejects(ask(undefined, utf8('another head')), coded('anchor.failed'));
  authority.mode = 'replay';
  await assert.rejects(ask(), coded('anchor.failed', /another request/));
  authority.mode = 'garbage';
  await assert.rejects(ask(), coded('anchor.failed'));
  authority.mode = 'honest';
  const stranger = await authorityOf(t);
  const { readFileSync } = await import('node:fs');
  await ask(readFileSync(authority.ca, 'utf8'));
  await assert.rejects(ask(readFileSync(stranger.ca, 'utf8')), coded('anchor.failed'));
});

test('a gateway keeps its ledger anchored, warns of anchors that age, and stops exchange when they are too old', {
  skip,
}, async (t) => {
  const clock = new ManualClock(systemClock.now());
  const exchange = await Exchange.open(t, { clock });
  const { acme, vendor } = exchange;
  const lab = new Party('lab.example', join(exchange.folder, 'lab'), { clock });
  await lab.init(clock, '');
  await lab.start();
  t.after(() => lab.stop());
  await befriend(acme, lab);
  await exchange.publish('cities', 'city\nParis\n');
  const agreement = await exchange.agree({ dataset: 'cities', policy: { columns: { city: { op: 'keep' } } } });
  const authority = await authorityOf(t);
  await acme.stop();
  const lines = [
    ...['anchors:', `  authority: ${authority.url}`, `  authorityCa: ${authority.ca}`, '  witness: lab.example'],
    ...['  everyMs: 1000', '  authorityAgeMs: 3600000', '  witnessAgeMs: 36000000'],
  ];
  appendFileSync(join(acme.home, 'config.yaml'), `${lines.join('\n')}\n`);
  await acme.start();
  await until('the anchors', async () => {
    const types = await acme.types();
    return types.includes('time.token') && types.includes('witness.head');
  });
  await until('both ways', async () => {
    const [one, other] = await Promise.all([
      acme.admin.peers.show({ id: VENDOR }, asAdmin),
      vendor.admin.peers.show({ id: ACME }, asAdmin),
    ]);
    return one.connected && other.connected;
  });
  const warnings = async () =>
    (await acme.admin.gateway.status(asAdmin)).warnings.map(({ code, message }) => `${code} ${message}`);
  assert.deepEqual(await warnings(), []);
  assert.equal((await exchange.transfer(agreement.id)).acme.state, 'receipted');
  authority.mode = 'refuse';
  clock.advance(45 * 60_000);
  assert.match(
    (await warnings()).join('\n'),
    /^anchor.stale The time-stamp of the ledger is 4\d minutes old; after 60 minutes/m,
  );
  await until('the failure', async () =>
    (await warnings()).some((line) => /^anchor.failed .* answers with 503/.test(line)),
  );
  clock.advance(20 * 60_000);
  assert.match((await warnings()).join('\n'), /anchor.stale .* nothing is exchanged/);
  assert.equal((await acme.admin.gateway.status(asAdmin)).ready, true, 'it can be asked for anchors still');
  const { id } = await vendor.admin.transfers.start({ agreement: agreement.id }, asAdmin);
  await until('the transfer that waits', async () => {
    const { reasons, state } = await acme.admin.transfers
      .show({ id }, asAdmin)
      .catch(() => ({ reasons: [], state: '' }));
    return state === 'offered' && reasons.some(({ code }) => code === 'anchor.stale');
  });
  clock.advance(-65 * 60_000);
  authority.mode = 'honest';
  await until('the anchors anew', async () => (await warnings()).length === 0);
  assert.equal((await vendor.ended(id)).state, 'receipted', 'it goes on by itself');
  const out = join(exchange.folder, 'a.tar');
  await acme.admin.audit.export({ peer: VENDOR, out }, asAdmin);
  const rules = `authority tsa ${authority.fingerprint('ca')}\nquorum tsa\nwithin 1h`;
  const report = await verifyBundles([fileSource(out)], { policy: rules });
  // The clock of this test was ahead for a while, and that shows: nothing else does.
  assert.ok(
    report.faults.every((fault) => /^11 /.test(fault.class)),
    JSON.stringify(report.faults),
  );
  assert.ok(report.anchors.some(({ kind, trusted }) => kind === 'time' && trusted));
});
