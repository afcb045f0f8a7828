import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { verifyBundles } from '@counterfoil/verifier';
import { fileSource } from '@counterfoil/verifier/node';
import { ACME, asAdmin, contractOf, Exchange, type Party, VENDOR } from './support/exchange.js';
import { until } from './support/until.js';

interface Machine {
  comparison: { compared: number; differing: string[] } | null;
  reports: {
    side: string;
    verdict: string;
    signedBy: { org: string }[];
    envelope: { payload: string; signatures: { keyid: string; sig: string }[] } | null;
    statement: { predicate: { failedTests: string[]; oors: { results: { id: string; status: string }[] } } } | null;
  }[];
}

const machine = async (party: Party, id: string): Promise<Machine> =>
  JSON.parse((await party.admin.transfers.report({ id, format: 'json' }, asAdmin)).content) as Machine;

const bothSigned = async (party: Party, id: string, reports: number): Promise<Machine> => {
  await until(`${reports} reports signed by both, at ${party.id}`, async () => {
    const found = await machine(party, id);
    return found.reports.length === reports && found.reports.every(({ signedBy }) => signedBy.length === 2);
  });
  return machine(party, id);
};

const CSV = `name,amount\n${Array.from({ length: 50 }, (_, row) => `Secretname${row},${row}`).join('\n')}\n`;

test('a transfer ends with both reports signed by both sides, compared, and in the bundle', async (t) => {
  const exchange = await Exchange.open(t);
  const rules = [
    '{ id: enough, check: row_count, min: 10 }',
    '{ id: small, check: range, columns: [amount], max: 40, severity: warn }',
  ];
  await exchange.publish('sales', CSV, contractOf('sales', rules));
  const agreement = await exchange.agree({ dataset: 'sales', policy: { columns: { name: { op: 'keep' } } } });
  const { acme } = await exchange.transfer(agreement.id);
  assert.equal(acme.state, 'receipted');
  for (const party of [exchange.acme, exchange.vendor]) {
    const { reports, comparison } = await bothSigned(party, acme.id, 2);
    assert.deepEqual(
      reports.map(({ side, verdict }) => [side, verdict]),
      [
        ['provider', 'warn'],
        ['consumer', 'warn'],
      ],
    );
    assert.deepEqual(comparison, { ...comparison, compared: 2, differing: [] });
    assert.ok((await party.types(party === exchange.acme ? VENDOR : ACME)).includes('checks.compared'));
  }
  const shown = await exchange.vendor.admin.transfers.show({ id: acme.id }, asAdmin);
  assert.deepEqual(shown.comparison, { compared: 2, differing: [] });

  const bundles = await Promise.all(
    [exchange.acme, exchange.vendor].map(async (party, at) => {
      const out = join(exchange.folder, `${at}.tar`);
      await party.admin.audit.export({ peer: party === exchange.acme ? VENDOR : ACME, out }, asAdmin);
      return out;
    }),
  );
  assert.ok(readFileSync(bundles[0]!).includes('documents/attestation/'));
  const verdict = await verifyBundles(bundles.map((file) => fileSource(file)));
  assert.deepEqual([verdict.ok, verdict.faults], [true, []]);

  const bytes = readFileSync(bundles[0]!);
  const at = bytes.indexOf('"payload":"');
  bytes[at + 40]! ^= 1;
  const forged = exchange.file('forged.tar', bytes);
  const { ok, faults } = await verifyBundles([fileSource(forged)]);
  assert.equal(ok, false);
  assert.ok(faults.some(({ message }) => /The signed report [0-9a-f]{64} of/.test(message)));
});

test('a refusal and a rejection reach the other side signed, with reasons and without a value', async (t) => {
  const exchange = await Exchange.open(t);
  const strict = contractOf('sales', ['{ id: no-b, check: regex, columns: [name], pattern: "^Public" }']);
  await exchange.publish('sales', CSV, strict);
  const refusing = await exchange.agree({ dataset: 'sales', policy: { columns: { name: { op: 'keep' } } } });
  const refused = await exchange.transfer(refusing.id);
  assert.deepEqual([refused.acme.state, refused.vendor.state], ['refused', 'refused']);
  const told = await bothSigned(exchange.vendor, refused.acme.id, 1);
  assert.deepEqual(told.reports[0]!.statement!.predicate.failedTests, ['no-b']);
  assert.equal(
    (await exchange.vendor.admin.transfers.show({ id: refused.acme.id }, asAdmin)).report.provider?.verdict,
    'fail',
  );

  await exchange.publish('orders', CSV.replaceAll('Secretname', 'Private'));
  const own = contractOf('orders', ['{ id: cheap, check: range, columns: [amount], max: 40, side: consumer }']);
  await exchange.vendor.admin.agreements.setRequirements({ peer: ACME, dataset: 'orders', contract: own }, asAdmin);
  const rejecting = await exchange.agree({ dataset: 'orders', policy: { columns: { name: { op: 'keep' } } } });
  const rejected = await exchange.transfer(rejecting.id);
  assert.deepEqual([rejected.acme.state, rejected.vendor.state], ['rejected', 'rejected']);
  const { reports } = await bothSigned(exchange.acme, rejected.acme.id, 2);
  assert.deepEqual(
    reports.map(({ verdict }) => verdict),
    ['pass', 'fail'],
  );
  assert.equal(rejected.acme.reasons[0]!.code, 'check.range');

  for (const format of ['json', 'junit', 'html'] as const) {
    for (const [party, id] of [
      [exchange.acme, rejected.acme.id],
      [exchange.vendor, refused.acme.id],
    ] as const) {
      const { content } = await party.admin.transfers.report({ id, format }, asAdmin);
      const said = content + payloads(content, format);
      assert.doesNotMatch(said, /Secretname|Private\d/);
      assert.match(content, format === 'junit' ? /<failure type="check\.|<failure type="re|<failure type="ra/ : /fail/);
    }
  }
});

/** What the envelopes of the machine form hold. */
const payloads = (content: string, format: string): string =>
  format !== 'json'
    ? ''
    : (JSON.parse(content) as Machine).reports
        .map(({ envelope }) => Buffer.from(envelope?.payload ?? '', 'base64').toString('utf8'))
        .join('\n');
