import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type Report, verifyBundles } from '@counterfoil/verifier';
import { fileSource } from '@counterfoil/verifier/node';
import type { OrgId } from '../../daemon/foundation/index.js';
import { decodeEntry, type EntryObject, encodeEntry } from '../../daemon/ledger/entry.js';
import { entriesOf, entryFile, repack } from './cheat.js';
import type { LedgerParty } from './ledgers.js';
import { bundleOf, finishedRelation } from './relation.js';

export const LOG = 'acme.example/counterfoil/peer/vendor.example';
export const ENTRIES = 'channel/tile/entries/000.p/7';
export const TILE = 'channel/tile/0/000.p/7';

export async function verify(files: string[], now: number, policy?: string): Promise<Report> {
  return verifyBundles(files.map(fileSource), policy === undefined ? { now } : { now, policy });
}

/** Verifies both bundles as they are now, and expects a fault of a class at a place, by a culprit. */
export async function expectFault(
  t: TestContext,
  [a, b]: readonly [LedgerParty, LedgerParty],
  expected: { class: RegExp; log?: string | null; seq?: number | null; culprit?: OrgId | null },
): Promise<Report> {
  const report = await verify([await bundleOf(t, a, b), await bundleOf(t, b, a)], a.clock.now());
  expectIn(report, expected);
  return report;
}

export function expectIn(
  report: Report,
  expected: { class: RegExp; log?: string | null; seq?: number | null; culprit?: OrgId | null },
): void {
  assert.equal(report.ok, false);
  assert.equal(report.verdict, 'tampered');
  const found = report.faults.some(
    (fault) =>
      expected.class.test(fault.class) &&
      (expected.log === undefined || fault.log === expected.log) &&
      (expected.seq === undefined || fault.seq === expected.seq) &&
      (expected.culprit === undefined || fault.culprit === expected.culprit),
  );
  assert.ok(found, `${expected.class} not in ${JSON.stringify(report.faults, undefined, 1)}`);
}

/** A bundle of the provider that someone without its key has changed. */
export async function changed(t: TestContext, change: (files: Map<string, Buffer>) => void): Promise<Report> {
  const [a, b] = await finishedRelation(t);
  const file = await bundleOf(t, a, b);
  repack(file, change);
  return verify([file], a.clock.now());
}

/** The same, with the key: the manifest is signed anew. */
export async function resealed(
  t: TestContext,
  change: (files: Map<string, Buffer>, a: LedgerParty) => void,
): Promise<Report> {
  const [a, b] = await finishedRelation(t);
  const file = await bundleOf(t, a, b);
  repack(file, (files) => change(files, a), a.key);
  return verify([file], a.clock.now());
}

export const changeEntries = (change: (bodies: Buffer[]) => Uint8Array[]) => (files: Map<string, Buffer>) => {
  files.set(ENTRIES, entryFile(change(entriesOf(files.get(ENTRIES)!))));
};
export const asMallory = (body: Uint8Array): Uint8Array =>
  encodeEntry({ ...decodeEntry(body), actor: 'admin:mallory' });
export const at = <T>(list: T[], place: number, change: (item: T) => T): T[] =>
  list.map((item, i) => (i === place ? change(item) : item));
export const mallory = (entry: EntryObject): EntryObject => ({ ...entry, actor: 'admin:mallory' });
