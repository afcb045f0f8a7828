import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { hex, orgId, rfc3339, sha256, silentLog, utf8 } from '../daemon/foundation/index.js';
import { countersign, type Envelope, isSignedBy, readEnvelope, signEnvelope } from '../daemon/identity/index.js';
import { overall, type Report, type Result, reportDigest } from '../daemon/pipeline/checks/index.js';
import { Attestations, htmlReport, junitReport, reportDocument } from '../daemon/pipeline/reports/index.js';
import { readStatement, STATEMENT_TYPE, writeStatement } from '../daemon/pipeline/reports/statement.js';
import type { Transfer } from '../daemon/pipeline/transfers/index.js';
import { openDatabase } from '../daemon/store/index.js';
import { ManualClock } from './support/clock.js';
import { coded } from './support/errors.js';
import { MemoryJournal } from './support/journal.js';
import { newIdentity } from './support/party.js';
import { until } from './support/until.js';

const VERSION = 'v-a65yax4artz3mb2vi3yhkjhmgnudmlnlfbowziu7ajqr3qljnt4a';
const OTHER_VERSION = `v-b${VERSION.slice(3)}`;
const D = (text: string) => hex(sha256(text));
const ABOUT = {
  transfer: 'trn-aaaaaaaaaaaaaaaaaaaaaaaaaa',
  agreement: 'agr-aaaaaaaaaaaaaaaaaaaaaaaaaa',
  dataset: 'sales <"&',
  provider: orgId('acme.example'),
  consumer: orgId('vendor.example'),
  version: VERSION,
  view: D('view'),
  agreed: { agreement: D('a'), contract: D('c'), policy: D('p') },
  correlation: 'cor-1',
};
const RUN = { software: 'counterfoil test', at: '2030-01-01T00:00:00.000Z' };

const result = fc.record(
  {
    id: fc.string({ minLength: 1, maxLength: 50 }),
    check: fc.constantFrom('range', 'null', 'pii.absent', 'schema.compat', 'hook'),
    columns: fc.array(fc.string(), { maxLength: 3 }),
    status: fc.constantFrom('pass', 'warn', 'fail', 'error', 'skip'),
    severity: fc.constantFrom('error', 'warn', 'info'),
    tested: fc.nat(),
    failed: fc.nat(),
    fraction: fc.constantFrom(0, 0.25, 1),
    threshold: fc.constantFrom(null, 3, 'x', { min: 1 }),
    observed: fc.constantFrom(0, [1, 2], 'y'),
    first: fc.record({ batch: fc.nat(), row: fc.nat() }),
    samples: fc.array(fc.record({ batch: fc.nat(), row: fc.nat(), shape: fc.string() }), { maxLength: 2 }),
    message: fc.string(),
    state: fc.constantFrom(D('1'), D('2')),
  },
  { requiredKeys: ['id', 'check', 'columns', 'status', 'severity', 'tested', 'failed', 'samples', 'message'] },
) as fc.Arbitrary<Result>;

const reportOf = (results: readonly Result[], side: Report['side'] = 'provider'): Report => ({
  ...{ v: 1, subject: { version: VERSION }, side, verdict: overall(results), rows: 7, batches: 2 },
  results,
});

const SAMPLE: Result = {
  ...{ id: 'r<1>', check: 'range', columns: ['a&b'], status: 'fail', severity: 'error', tested: 4, failed: 1 },
  ...{ fraction: 0.25, samples: [{ batch: 0, row: 3, column: 'a&b', shape: '99' }], message: 'bad "one"' },
  state: D('state'),
};

test('a statement is the report in other words: it gives back the same bytes', () => {
  const law = fc.property(fc.uniqueArray(result, { selector: ({ id }) => id, maxLength: 4 }), (results) => {
    const report = reportOf(results);
    const read = readStatement(writeStatement(report, ABOUT, RUN));
    assert.equal(reportDigest(read.report), reportDigest(report));
    assert.equal(read.version, VERSION);
  });
  void fc.assert(law, { numRuns: 60 });
});

test('a statement has what in-toto and OORS ask for', () => {
  const { statement } = readStatement(writeStatement(reportOf([SAMPLE]), ABOUT, RUN));
  assert.equal(statement._type, 'https://in-toto.io/Statement/v1');
  assert.equal(statement.predicateType, 'https://in-toto.io/attestation/test-result/v0.1');
  assert.equal(statement.subject[0]!.name, `${ABOUT.dataset}@${VERSION}`);
  const { result: outcome, failedTests, oors, configuration } = statement.predicate;
  assert.deepEqual([outcome, failedTests, configuration.length], ['FAILED', ['r<1>'], 3]);
  assert.deepEqual([oors.kind, oors.apiVersion, oors.results.length], ['ObservabilityResults', 'v0.1.0', 3]);
  assert.deepEqual(oors.results[2]!.measure, {
    ...{ metric: 'failed', value: 1, unit: 'rows', tested: 4, fraction: 0.25 },
  });
});

test('a statement that contradicts itself is refused', () => {
  const text = Buffer.from(writeStatement(reportOf([SAMPLE]), ABOUT, RUN)).toString('utf8');
  for (const [from, to] of [
    ['"FAILED"', '"PASSED"'],
    ['"status":"fail"', '"status":"pass"'],
    ['"value":1}', '"value":2}'],
    [VERSION, VERSION.replace('v-a', 'v-b')],
    ['"failedTests"', '"failedTest"'],
  ] as const)
    assert.throws(() => readStatement(utf8(text.replace(from, to))), coded('input.invalid'), from);
});

test('a report too large for a message goes without its samples, and says so', () => {
  const samples = Array.from({ length: 20 }, (_, row) => ({
    batch: 0,
    row,
    shape: 'A'.repeat(32),
    masked: '*'.repeat(32),
  }));
  const report = reportOf(Array.from({ length: 500 }, (_, at) => ({ ...SAMPLE, id: `rule ${at}`, samples })));
  const bytes = writeStatement(report, ABOUT, RUN);
  assert.ok(bytes.length < 700_000);
  const { statement } = readStatement(bytes);
  assert.equal(statement.predicate.samplesOmitted, true);
  assert.equal(statement.predicate.report.digest.sha256, reportDigest(report));
});

test('DSSE signs type and payload; every signer is told apart', async (t) => {
  const clock = new ManualClock();
  const [acme, vendor] = [await newIdentity(t, 'acme.example', clock), await newIdentity(t, 'vendor.example', clock)];
  const one = signEnvelope(acme, 'http://example.com/HelloWorld', utf8('hello world'));
  const both = countersign(vendor, one);
  assert.deepEqual([isSignedBy(one, acme.publicKey), isSignedBy(one, vendor.publicKey)], [true, false]);
  assert.deepEqual([isSignedBy(both, acme.publicKey), isSignedBy(both, vendor.publicKey)], [true, true]);
  assert.equal(countersign(acme, both), both);
  assert.equal(isSignedBy({ ...both, payloadType: 'http://example.com/Other' }, acme.publicKey), false);
  assert.deepEqual(readEnvelope(utf8(JSON.stringify(both))), both);
  for (const wrong of ['', '[]', '{"payload":"AA"}', JSON.stringify({ ...both, payload: '%%' })])
    assert.throws(() => readEnvelope(utf8(wrong)), coded('input.invalid'));
});

test('names that the other side chose neither run nor break the page or the XML', () => {
  const evil = '<script>alert(1)</script>"\'&\u0000\u202e]]>';
  const report = reportOf([
    { ...SAMPLE, id: evil, columns: [evil], message: evil, samples: [{ batch: 0, row: 1, column: evil, shape: evil }] },
  ]);
  const transfer = transferOf({ providerReport: JSON.stringify(report) }, { dataset: evil });
  const document = reportDocument(transfer, 'acme.example', [], { with: D('x'), compared: 2, differing: [evil] });
  const [html, xml] = [htmlReport(document), junitReport(document)];
  for (const unsafe of ['<script', '\u0000', '\u202e']) assert.equal(html.includes(unsafe), false);
  assert.match(html, /Content-Security-Policy" content="default-src 'none'/);
  assert.match(html, /counted differently in 1 of 2 rules/);
  for (const unsafe of ['<script', '\u0000']) assert.equal(xml.includes(unsafe), false);
  assert.match(xml, /<testsuites name="&lt;script/);
  assert.match(xml, /tests="1" failures="1" errors="0" skipped="0"/);
});

function transferOf(detail: Transfer['detail'], more: Partial<Transfer> = {}): Transfer {
  return {
    ...{ id: ABOUT.transfer, role: 'provider', peer: ABOUT.consumer, agreement: ABOUT.agreement, dataset: 'sales' },
    ...{ version: VERSION, state: 'receipted', correlation: 'cor-1', createdAt: RUN.at, updatedAt: RUN.at },
    progressedAt: RUN.at,
    ...{ batches: 2, rows: 7, bytes: 9, rowsTotal: 7, bytesTotal: 9, reasons: [], steps: [], detail },
    ...more,
  };
}

const ENTRY = { transfer: ABOUT.transfer, agreement: ABOUT.agreement, version: VERSION, report: D('report') };

/** Two sides with the same transfer, whose messages are handed over at once. */
async function twoSides(t: Parameters<typeof newIdentity>[0], provider: Report, consumer: Report) {
  const clock = new ManualClock();
  const identities = [
    await newIdentity(t, 'acme.example', clock),
    await newIdentity(t, 'vendor.example', clock),
  ] as const;
  const detail = {
    providerReport: JSON.stringify(provider),
    consumerReport: JSON.stringify(consumer),
    viewDigest: D('v'),
  };
  const sides = identities.map((identity, at) => {
    const journal = new MemoryJournal();
    const other = identities[1 - at]!;
    const transfer = transferOf(detail, { role: at === 0 ? 'provider' : 'consumer', peer: other.id });
    const sent: Envelope[] = [];
    const attestations = new Attestations({
      ...{ db: openDatabase(':memory:'), self: identity.id, clock, log: silentLog, journal, signer: identity },
      ...{ software: 'counterfoil test', agreed: () => ABOUT.agreed },
      keysOf: (org) => [org === identity.id ? identity.publicKey : other.publicKey],
      transfers: { find: () => transfer, list: () => [transfer], onChange: () => () => undefined },
      post: (_, { envelope }) => void sent.push(readEnvelope(envelope)),
    });
    return { identity, journal, attestations, sent, transfer };
  });
  for (const { journal, transfer } of sides)
    await journal.record({ peer: transfer.peer }, { type: 'checks.passed', actor: 'gateway', fields: ENTRY });
  return sides as [(typeof sides)[number], (typeof sides)[number]];
}

const hand = (to: Awaited<ReturnType<typeof twoSides>>[number], envelope: Envelope) =>
  to.attestations.handlers['Reports/Attest'](
    { peer: to.transfer.peer, correlation: 'cor-1' },
    { transfer: to.transfer.id, envelope: utf8(JSON.stringify(envelope)) },
  );

test('a difference between the two sides is a finding, in the ledger and in what the consumer signs', async (t) => {
  const mine = reportOf([SAMPLE]);
  const theirs = reportOf([{ ...SAMPLE, state: D('other') }], 'consumer');
  const [acme, vendor] = await twoSides(t, mine, theirs);
  for (const side of [acme, vendor]) side.attestations.resume();
  await until('both signed', () => acme.sent.length > 0 && vendor.sent.length > 0);
  assert.deepEqual(acme.attestations.comparison(ABOUT.transfer)?.differing, ['r<1>']);
  const entry = vendor.journal.entries.find(({ draft }) => draft.type === 'checks.compared');
  assert.deepEqual(entry?.draft.fields?.differing, ['r<1>']);
  const { statement } = readStatement(Buffer.from(vendor.sent[0]!.payload, 'base64'));
  assert.deepEqual(statement.predicate.comparison, {
    ...{ with: { sha256: reportDigest(mine) }, compared: 1, differing: ['r<1>'] },
  });
});

test('a peer cannot sign two reports, one of something else, or in another name', async (t) => {
  const [acme, vendor] = await twoSides(t, reportOf([SAMPLE]), reportOf([SAMPLE], 'consumer'));
  vendor.attestations.resume();
  await until('signed', () => vendor.sent.length > 0);
  const [envelope] = vendor.sent;
  await hand(acme, envelope!);
  assert.equal(acme.sent[0]!.signatures.length, 2);
  await hand(vendor, acme.sent[0]!);
  assert.equal(vendor.attestations.of(ABOUT.transfer)[0]!.signedBy.length, 2);

  const sign = (report: Report, about: object = {}, by = vendor.identity) => {
    const payload = writeStatement(report, { ...ABOUT, dataset: 'sales', ...about }, { ...RUN, at: rfc3339(1) });
    return signEnvelope(by, STATEMENT_TYPE, payload);
  };
  const consumer = reportOf([SAMPLE], 'consumer');
  await assert.rejects(hand(acme, sign(consumer)), coded('peer.evidence', /two different reports/));
  for (const other of [{ dataset: 'other' }, { agreement: 'agr-other' }, { transfer: 'trn-other' }])
    await assert.rejects(hand(acme, sign(consumer, other)), coded('peer.evidence', /something else/));
  const older = sign({ ...consumer, subject: { version: OTHER_VERSION } }, { version: OTHER_VERSION });
  await assert.rejects(hand(acme, older), coded('peer.evidence', /something else/));
  await assert.rejects(hand(acme, sign(consumer, {}, acme.identity)), coded('input.invalid', /not signed by the peer/));
  await assert.rejects(
    hand(acme, sign(reportOf([SAMPLE]))),
    coded('peer.evidence', /another report than this gateway/),
  );
  assert.deepEqual(
    acme.journal.entries
      .filter(({ draft }) => draft.type === 'call.refused')
      .map(({ log, draft }) => [log, draft.actor, draft.fields!.code, draft.fields!.transfer]),
    [
      ['master', 'peer:vendor.example', 'peer.evidence', ABOUT.transfer],
      ['master', 'peer:vendor.example', 'input.invalid', ABOUT.transfer],
    ],
  );
});
