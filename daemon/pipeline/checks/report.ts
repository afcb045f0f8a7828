import { canonicalJson, type Json, sha256, utf8 } from '../../foundation/index.js';

export type Status = 'pass' | 'warn' | 'fail' | 'error' | 'skip';

/** A place in the data: index of the batch, and of the row within it. */
export interface Locator {
  batch: number;
  row: number;
}

/** A failing value by place and outline, never the value itself. */
export interface ReportedSample extends Locator {
  column?: string;
  masked?: string;
  shape?: string;
}

export interface Result {
  id: string;
  check: string;
  columns: readonly string[];
  status: Status;
  severity: 'error' | 'warn' | 'info';
  tested: number;
  failed: number;
  /** failed / tested to six decimals; absent when nothing was tested. */
  fraction?: number;
  threshold?: Json;
  observed?: Json;
  first?: Locator;
  samples: readonly ReportedSample[];
  message: string;
  /** SHA-256 of the check's state, in hex: equal on both sides when both saw the same rows. */
  state?: string;
}

/** What running the rules of a contract over a version or a view gave. docs/CHECKS.md specifies the form. */
export interface Report {
  v: 1;
  subject: { readonly version?: string; readonly view?: string };
  side: 'provider' | 'consumer';
  verdict: Status;
  /** Rows that were looked at, those that were set aside among them. */
  rows: number;
  /** Rows that were set aside; absent when none were. */
  aside?: number;
  batches: number;
  results: readonly Result[];
}

/** The verdict over all results. An error is never a pass, whatever the severity; `info` results do not weigh. */
export function overall(results: readonly Result[]): Status {
  if (results.some((result) => result.status === 'error')) return 'error';
  if (results.some((result) => result.status === 'fail')) return 'fail';
  return results.some((result) => result.status === 'warn' && result.severity !== 'info') ? 'warn' : 'pass';
}

/** The canonical bytes (RFC 8785) of a report: what its digest and signature are over. */
const reportBytes = (report: Report): Uint8Array => utf8(canonicalJson(report as unknown as Json));

/** SHA-256 of the canonical bytes, in hex: what ledger entries name a report by. */
export const reportDigest = (report: Report): string => Buffer.from(sha256(reportBytes(report))).toString('hex');

/** Why a delivery is refused or rejected: one reason for each rule that failed or could not be evaluated. */
export function reasons(report: Report): { code: string; message: string }[] {
  return report.results
    .filter((result) => result.status === 'fail' || result.status === 'error')
    .map((result) => ({ code: `check.${result.check}`, message: `${result.id}: ${result.message}` }));
}

/**
 * The rules that both sides ran to the end over the same rows, and those on which they counted differently: then one of
 * the two gateways is at fault, or says what it did not see.
 */
export function compareReports(mine: Report, theirs: Report): { compared: number; differing: string[] } {
  const other = new Map(theirs.results.map((result) => [result.id, result.state]));
  const both = mine.results.filter(({ id, state }) => state !== undefined && other.get(id) !== undefined);
  return {
    compared: both.length,
    differing: both.filter(({ id, state }) => other.get(id) !== state).map(({ id }) => id),
  };
}
