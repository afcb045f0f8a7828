import { concat, fromBase64, fromUtf8, utf8 } from './bytes.js';
import type { FaultList } from './faults.js';
import { type Fields, isObject, objectsIn, type Value } from './json.js';
import { fingerprint, type KeyTimeline } from './keys.js';
import { verifySignature } from './note.js';
import type { Party } from './party.js';

const STATEMENT_TYPE = 'application/vnd.in-toto+json';
const MOST_SIGNATURES = 8;

/**
 * The signed check reports of a bundle, DSSE envelopes around in-toto statements: each is signed by the side that ran
 * the checks, with a key of its ledger, and says of the report what the report itself says. A signature of neither
 * party, or one that does not hold, is a fault; a missing countersignature is not, since it may be on its way.
 */
export function checkAttestations(party: Party, faults: FaultList): void {
  const { bundle, org, peer, keys, peerKeys } = party;
  const timelines: Readonly<Record<string, KeyTimeline>> = { [org]: keys, [peer]: peerKeys };
  for (const [path, bytes] of bundle.documents) {
    const [kind, name = ''] = path.split('/');
    if (kind !== 'attestation') continue;
    const complain = (what: string, culprit: string | null = null) =>
      faults.add('moved', null, null, `The signed report ${name} of ${bundle.name} ${what}.`, culprit);
    try {
      const { statement, signers } = openEnvelope(bytes, timelines);
      const { report, transfer } = predicateOf(statement);
      const side = report.side === 'provider' ? transfer.provider : transfer.consumer;
      if (object(report.digest).sha256 !== name) complain('is of another report than its name says');
      else if (!signers.includes(String(side))) complain(`is not signed by ${String(side)}, who ran the checks`);
      const document = bundle.documents.get(`report/${name}`);
      if (document !== undefined && !agrees(statement, parsed(document)))
        complain('says something else than the report itself', String(side));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      complain(error.message);
    }
  }
}

interface Opened {
  statement: Fields;
  /** Organisations of this relation whose signatures hold. */
  signers: string[];
}

function openEnvelope(bytes: Uint8Array, timelines: Readonly<Record<string, KeyTimeline>>): Opened {
  const { payloadType, payload, signatures } = parsed(bytes);
  if (payloadType !== STATEMENT_TYPE || typeof payload !== 'string' || !Array.isArray(signatures))
    throw new RangeError('is not an envelope');
  const body = fromBase64(payload);
  const type = utf8(STATEMENT_TYPE);
  const message = concat(utf8(`DSSEv1 ${type.length} `), type, utf8(` ${body.length} `), body);
  const signers = objectsIn(signatures)
    .slice(0, MOST_SIGNATURES)
    .map(({ keyid, sig }) => {
      const made = Object.entries(timelines).find(([, timeline]) =>
        timeline.spans.some(
          ({ key }) => fingerprint(key) === keyid && verifySignature(key, message, fromBase64(String(sig))),
        ),
      );
      if (made === undefined) throw new RangeError('has a signature that is of neither party');
      return made[0];
    });
  return { statement: parsed(body), signers };
}

function predicateOf(statement: Fields): { report: Fields; transfer: Fields } {
  const { report, transfer } = object(statement.predicate);
  return { report: object(report), transfer: object(transfer) };
}

function object(value: Value | undefined): Fields {
  if (isObject(value)) return value;
  throw new RangeError('is not a statement about a report');
}

/** Statement and report tell the same verdict, and of each rule the same counts. */
function agrees(statement: Fields, document: Fields): boolean {
  const { report, oors } = object(statement.predicate);
  const told = object(report);
  const results = objectsIn(document.results);
  const checks = objectsIn(isObject(oors) ? oors.results : undefined).filter(({ type }) => type === 'check');
  return (
    told.verdict === document.verdict &&
    told.side === document.side &&
    checks.length === results.length &&
    results.every(({ id, status, tested, failed }, at) => {
      const check = checks[at]!;
      const measure = object(check.measure);
      return check.id === id && check.status === status && measure.tested === tested && measure.value === failed;
    })
  );
}

/** JSON that is not of the ledger's profile: shares of rows have fractions. */
function parsed(bytes: Uint8Array): Fields {
  try {
    return object(JSON.parse(fromUtf8(bytes)) as Value);
  } catch (error) {
    throw error instanceof RangeError ? error : new RangeError('is not JSON');
  }
}
