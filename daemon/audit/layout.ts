import { CounterfoilError, canonicalJson, type Json, LIMITS, rfc3339, utf8 } from '../foundation/index.js';
import type { LogEvidence, RelationEvidence, StoredPayload } from '../ledger/index.js';

/** A file of a bundle, made when it is asked for. */
export interface BundleFile {
  path: string;
  content(): Uint8Array;
}

/**
 * A document that entries name by its digest. `version` is named by its id, the others by lower-case hex; an
 * `attestation` (a signed report) by the digest of its report.
 */
export type DocumentKind = 'agreement' | 'attestation' | 'contract' | 'policy' | 'report' | 'version' | 'view';

/** Finds a document by the digest that entries give; undefined where it is not kept. */
export type DocumentSource = (kind: DocumentKind, name: string) => Uint8Array | undefined;

const TILE = 256;
const LINES = 500;

/** Path of a tile or entry bundle (C2SP tlog-tiles): the index in groups of three digits, `.p/<width>` when it is partial. */
function tilePath(index: number, width: number): string {
  let path = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  }
  return width === TILE ? path : `${path}.p/${width}`;
}

/** A log in tlog-tiles layout under a prefix: checkpoint, earlier heads, tiles of hashes, and its entries. */
export function* logFiles(prefix: string, log: LogEvidence): Generator<BundleFile> {
  yield { path: `${prefix}/checkpoint`, content: () => utf8(log.checkpoint) };
  yield* headFiles(prefix, log.heads);
  for (let level = 0, width = log.size; width > 0; level++, width = Math.floor(width / TILE)) {
    for (const [index, count] of parts(width)) {
      yield { path: `${prefix}/tile/${level}/${tilePath(index, count)}`, content: () => log.tile(level, index, count) };
    }
  }
  for (const [index, count] of parts(log.size)) {
    const content = () => entryBundle(log.bodies(index * TILE, index * TILE + count));
    yield { path: `${prefix}/tile/entries/${tilePath(index, count)}`, content };
  }
}

function* parts(width: number): Generator<[index: number, count: number]> {
  for (let index = 0; index * TILE < width; index++) yield [index, Math.min(TILE, width - index * TILE)];
}

/** Entry bundle of tlog-tiles: each entry after its length as u16, big-endian. */
function entryBundle(bodies: Iterable<Uint8Array>): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const body of bodies) {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(body.length);
    pieces.push(length, body);
  }
  return Buffer.concat(pieces);
}

/** Signed heads, one canonical JSON object a line. */
export function headFiles(prefix: string, heads: LogEvidence['heads']): BundleFile[] {
  return lineFiles(
    `${prefix}/heads`,
    heads.map(({ note, proof, held }) => ({
      note,
      proof: proof.map((hash) => Buffer.from(hash).toString('base64')),
      ...(held !== undefined && { held: rfc3339(held) }),
    })),
  );
}

function lineFiles(folder: string, rows: readonly Json[]): BundleFile[] {
  const count = Math.ceil(rows.length / LINES);
  return Array.from({ length: count }, (_, i) => ({
    path: `${folder}/${i}.jsonl`,
    content: () =>
      utf8(
        rows
          .slice(i * LINES, (i + 1) * LINES)
          .map((row) => `${canonicalJson(row)}\n`)
          .join(''),
      ),
  }));
}

/** What the master log discloses: entries of this relation and of keys, each with its inclusion proof. */
export function disclosedFiles(evidence: RelationEvidence): BundleFile[] {
  const rows = [...evidence.disclosed()].map(({ seq, body, proof }) => ({
    body: Buffer.from(body).toString('utf8'),
    proof: proof.map((hash) => Buffer.from(hash).toString('base64')),
    seq,
  }));
  return lineFiles('master/entries', rows);
}

/** Heads of the master log with the time-stamps over their notes. */
export function timestampFiles({ timestamps }: RelationEvidence): BundleFile[] {
  return lineFiles(
    'master/time',
    timestamps.map(({ note, proof, token }) => ({
      note,
      proof: proof.map((hash) => Buffer.from(hash).toString('base64')),
      token: Buffer.from(token).toString('base64'),
    })),
  );
}

/** Payloads that may be shown: salt, then the bytes. */
export function payloadFile({ commit, stored }: StoredPayload): BundleFile | undefined {
  if (stored === undefined) return undefined;
  return { path: `payloads/${commit}`, content: () => Buffer.concat([stored.salt, stored.body]) };
}

/** The field in which entries name a document of each kind. */
const NAMED: Readonly<Record<DocumentKind, string>> = {
  agreement: 'digest',
  attestation: 'report',
  contract: 'contract',
  policy: 'policy',
  report: 'report',
  version: 'version',
  view: 'view',
};

/** The documents that the entries of a relation name and that are kept, each once. */
export function* documentFiles(evidence: RelationEvidence, source: DocumentSource): Generator<BundleFile> {
  const seen = new Set<string>();
  for (const log of [evidence.channel, evidence.copy]) {
    for (const body of log?.bodies(0, log.size) ?? []) {
      for (const [kind, name] of namedDocuments(body)) {
        const path = `documents/${kind}/${name}`;
        if (seen.has(path)) continue;
        seen.add(path);
        const bytes = source(kind, name);
        if (bytes !== undefined) yield { path, content: () => bytes };
      }
    }
  }
}

function namedDocuments(body: Uint8Array): [DocumentKind, string][] {
  const entry = readable(body);
  return (Object.entries(NAMED) as [DocumentKind, string][])
    .filter(([kind]) => kind !== 'agreement' || String(entry.type).startsWith('agreement.'))
    .map(([kind, field]) => [kind, entry[field]] as const)
    .filter(
      (named): named is [DocumentKind, string] => typeof named[1] === 'string' && /^[a-z0-9-]{1,80}$/.test(named[1]),
    );
}

/** The object of an entry; an empty one where it is damaged, which the verifier will say. */
function readable(body: Uint8Array): { readonly [key: string]: unknown } {
  try {
    return JSON.parse(Buffer.from(body.subarray(body.indexOf(10) + 1)).toString('utf8')) as { [key: string]: unknown };
  } catch {
    return {};
  }
}

/** Refuses what a bundle cannot carry. */
export function assertFits(files: number): void {
  if (files > LIMITS.bundleFiles) {
    throw new CounterfoilError('limit.exceeded', `The bundle would have ${files} files, more than a verifier reads.`);
  }
}
