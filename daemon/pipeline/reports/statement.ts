import { z } from 'zod';
import { CounterfoilError, canonicalJson, type Json, LIMITS, type OrgId, utf8 } from '../../foundation/index.js';
import { parseCanonical } from '../../identity/index.js';
import { overall, type Report, reportDigest } from '../checks/index.js';
import { OORS, reportOf, resultsOf, resultsShape } from './oors.js';

/** Media type of an in-toto statement, as DSSE names what it signs. */
export const STATEMENT_TYPE = 'application/vnd.in-toto+json';
const STATEMENT = 'https://in-toto.io/Statement/v1';
const PREDICATE = 'https://in-toto.io/attestation/test-result/v0.1';

/** What a report is about. Digests are lower-case hex. */
export interface ReportSubject {
  transfer: string;
  agreement: string;
  dataset: string;
  provider: OrgId;
  consumer: OrgId;
  version: string;
  /** Digest of the signed view; null where the provider's checks failed and there is none. */
  view: string | null;
  /** Digest of the agreement that both signed, and of its parts that were run. */
  agreed: { agreement: string; contract: string; policy: string };
  correlation: string;
}

/** Rules on which both sides looked at the same rows, and those of them that the two sides counted differently. */
export interface Comparison {
  /** Digest of the other side's report. */
  with: string;
  compared: number;
  differing: readonly string[];
}

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const digests = z.strictObject({ sha256: digest });
const resource = z.strictObject({ name: z.string().max(300), digest: digests });
const names = z.array(z.string());

const shape = z.strictObject({
  _type: z.literal(STATEMENT),
  subject: z.array(resource).min(1).max(2),
  predicateType: z.literal(PREDICATE),
  predicate: z.strictObject({
    result: z.enum(['PASSED', 'WARNED', 'FAILED']),
    configuration: z.array(resource).max(8),
    passedTests: names,
    warnedTests: names,
    failedTests: names,
    report: z.strictObject({ digest: digests, side: z.enum(['provider', 'consumer']), verdict: z.string().max(10) }),
    transfer: z.strictObject({
      id: z.string().max(64),
      agreement: z.string().max(64),
      dataset: z.string().max(LIMITS.datasetNameChars),
      provider: z.string().max(LIMITS.orgIdChars),
      consumer: z.string().max(LIMITS.orgIdChars),
      correlation: z.string().max(64),
    }),
    oors: z.strictObject({
      apiVersion: z.literal(OORS.apiVersion),
      kind: z.literal(OORS.kind),
      id: z.string().max(100),
      observedAt: z.string().max(40),
      source: z.strictObject({ process: z.string(), runID: z.string(), vendor: z.string() }),
      contract: z.strictObject({ contractID: z.string(), standard: z.literal('ODCS'), version: z.string() }),
      results: resultsShape,
    }),
    /** What the consumer found when it compared the states of its checks with those of the provider. */
    comparison: z.strictObject({ with: digests, compared: z.int().min(0), differing: z.array(z.string()) }).optional(),
    /** True where the samples were left out, since the statement would not fit into a message. */
    samplesOmitted: z.boolean().optional(),
  }),
});

export type Statement = z.infer<typeof shape>;

/** Room for signatures, base64 and the message around a statement. */
const MOST_BYTES = Math.floor(LIMITS.controlMessageBytes * 0.7);

/**
 * The machine form of a report: an in-toto statement about the version, predicate test-result, its results in the terms
 * of OORS. Canonical bytes (RFC 8785), ready to be signed.
 */
export function writeStatement(
  report: Report,
  about: ReportSubject,
  run: { software: string; at: string; comparison?: Comparison | undefined },
): Uint8Array {
  const named = reportDigest(report);
  const whole = utf8(canonicalJson(statementOf(report, about, run, { digest: named })));
  if (whole.length <= MOST_BYTES) return whole;
  const short = { ...report, results: report.results.map((result) => ({ ...result, samples: [] })) };
  return utf8(canonicalJson(statementOf(short, about, run, { digest: named, samplesOmitted: true })));
}

function statementOf(
  report: Report,
  about: ReportSubject,
  { software, at, comparison }: Parameters<typeof writeStatement>[2],
  { digest: named, ...notes }: { digest: string; samplesOmitted?: boolean },
): Json {
  const { transfer, agreement, dataset, provider, consumer, version, view, agreed, correlation } = about;
  const of = (...wanted: string[]) =>
    report.results.filter(({ status }) => wanted.includes(status)).map(({ id }) => id);
  return {
    _type: STATEMENT,
    subject: [
      { name: `${dataset}@${version}`, digest: { sha256: versionDigest(version) } },
      ...(view === null ? [] : [{ name: `view of ${transfer}`, digest: { sha256: view } }]),
    ],
    predicateType: PREDICATE,
    predicate: {
      result: RESULTS[report.verdict],
      configuration: [
        { name: `agreement ${agreement}`, digest: { sha256: agreed.agreement } },
        { name: 'effective contract', digest: { sha256: agreed.contract } },
        { name: 'policy', digest: { sha256: agreed.policy } },
      ],
      passedTests: of('pass'),
      warnedTests: of('warn', 'skip'),
      failedTests: of('fail', 'error'),
      report: { digest: { sha256: named }, side: report.side, verdict: report.verdict },
      transfer: { id: transfer, agreement, dataset, provider, consumer, correlation },
      oors: {
        ...OORS,
        id: `${transfer}/${report.side}`,
        observedAt: at,
        source: { process: `${report.side} checks`, runID: transfer, vendor: software },
        contract: { contractID: agreement, standard: 'ODCS', version: agreed.contract.slice(0, 16) },
        results: resultsOf(report, dataset),
      },
      ...(comparison === undefined
        ? {}
        : { comparison: { ...comparison, with: { sha256: comparison.with }, differing: [...comparison.differing] } }),
      ...notes,
    },
  };
}

const RESULTS = { pass: 'PASSED', warn: 'WARNED', skip: 'WARNED', fail: 'FAILED', error: 'FAILED' } as const;

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** A version id is a SHA-256 in base32 behind `v-`; here the same in hex. `input.invalid`. */
function versionDigest(version: string): string {
  let bits = 0n;
  for (const char of version.slice(2)) bits = bits * 32n + BigInt(Math.max(0, BASE32.indexOf(char)));
  // 52 characters are 260 bits: the last four are padding.
  return (bits >> 4n).toString(16).padStart(64, '0');
}

/** The statement that these bytes are, and the report in it. `input.invalid` for anything that contradicts itself. */
export function readStatement(bytes: Uint8Array): { statement: Statement; report: Report; version: string } {
  const parsed = shape.safeParse(parseCanonical(bytes));
  if (!parsed.success) throw unsound(parsed.error);
  const statement = parsed.data;
  const { predicate } = statement;
  const version = statement.subject[0]!.name.slice(predicate.transfer.dataset.length + 1);
  const report = reportOf(predicate.oors.results, {
    subject: { version },
    side: predicate.report.side,
    verdict: predicate.report.verdict as Report['verdict'],
  });
  const sound =
    /^v-[a-z2-7]{52}$/.test(version) &&
    statement.subject[0]!.digest.sha256 === versionDigest(version) &&
    RESULTS[report.verdict] === predicate.result &&
    overall(report.results) === report.verdict &&
    (predicate.samplesOmitted === true || reportDigest(report) === predicate.report.digest.sha256);
  if (!sound) throw unsound();
  return { statement, report, version };
}

const unsound = (cause?: unknown) =>
  new CounterfoilError('input.invalid', 'The signed report of the peer is not one of a check run.', { cause });
