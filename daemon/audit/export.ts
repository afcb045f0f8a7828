import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Clock,
  CounterfoilError,
  canonicalJson,
  diskError,
  hex,
  type Json,
  type OrgId,
  rfc3339,
  sha256,
  syncFolder,
  utf8,
} from '../foundation/index.js';
import type { Ledger, LedgerReport, RelationEvidence } from '../ledger/index.js';
import {
  assertFits,
  type BundleFile,
  type DocumentSource,
  disclosedFiles,
  documentFiles,
  headFiles,
  logFiles,
  payloadFile,
  timestampFiles,
} from './layout.js';
import { tarEnd, tarHeader, tarPadding } from './tar.js';

export interface ExportOptions {
  ledger: Pick<Ledger, 'evidenceFor' | 'signNote'>;
  peer: OrgId;
  /** The .tar to write; replaced as a whole. */
  out: string;
  clock: Clock;
  software?: string;
  /** Documents that entries name: agreements, views, reports. Without it the bundle has digests only. */
  documents?: DocumentSource;
  /** Shows the bytes kept beside entries too. */
  payloads?: boolean;
  /** What `verifyLedger` found before; goes into the manifest as it is. */
  selfCheck?: LedgerReport;
}

export interface ExportedBundle {
  file: string;
  entries: number;
  bytes: number;
  /** SHA-256 of the file, hex. */
  sha256: string;
}

/**
 * Writes the auditor's bundle of the relation with one peer: a .tar as docs/AUDITOR.md and docs/LEDGER.md describe it.
 * Errors: `peer.not_found`, `ledger.unconfirmed`, `store.full`, `limit.exceeded`.
 */
export async function exportBundle(options: ExportOptions): Promise<ExportedBundle> {
  const created = options.clock.now() - 1; // all that is dated up to then is in the evidence that is read now
  const evidence = options.ledger.evidenceFor(options.peer);
  const files = [...bundleFiles(evidence, options)];
  assertFits(files.length);
  const listed: Json[] = [];
  for (const { path, content } of files) {
    const bytes = content();
    listed.push({ path, sha256: hex(sha256(bytes)), size: bytes.length });
    await nextTurn();
  }
  const manifest = utf8(canonicalJson({ ...manifestOf(evidence, created, options), files: listed }));
  const statement = `${evidence.org}/counterfoil/bundle\n${hex(sha256(manifest))}\n`;
  const note = utf8(options.ledger.signNote('bundle', statement));
  const written = await write(options.out, [
    { path: 'manifest.json', content: () => manifest },
    { path: 'manifest.note', content: () => note },
    ...files,
  ]);
  return { file: options.out, entries: evidence.channel.size + (evidence.copy?.size ?? 0), ...written };
}

function* bundleFiles(evidence: RelationEvidence, options: ExportOptions): Generator<BundleFile> {
  yield { path: 'keys.json', content: () => utf8(canonicalJson({ keys: evidence.keys })) };
  const { checkpoint, heads } = evidence.master;
  yield { path: 'master/checkpoint', content: () => utf8(checkpoint) };
  yield* headFiles('master', heads);
  yield* timestampFiles(evidence);
  yield* disclosedFiles(evidence);
  yield* logFiles('channel', evidence.channel);
  if (evidence.copy !== undefined) yield* logFiles('peer', evidence.copy);
  yield* headFiles('peer-master', evidence.peerMaster);
  if (options.documents !== undefined) yield* documentFiles(evidence, options.documents);
  if (options.payloads !== true) return;
  for (const payload of evidence.payloads()) {
    const file = payloadFile(payload);
    if (file !== undefined) yield file;
  }
}

function manifestOf(
  evidence: RelationEvidence,
  created: number,
  options: ExportOptions,
): { [key: string]: Json | undefined } {
  const head = (log: { origin: string; size: number; root: Uint8Array }) => {
    return { origin: log.origin, size: log.size, root: hex(log.root) };
  };
  return {
    v: 1,
    kind: 'counterfoil/bundle/1',
    org: evidence.org,
    peer: evidence.peer,
    created: rfc3339(created),
    software: options.software,
    incarnation: evidence.incarnation,
    logs: {
      channel: head(evidence.channel),
      master: head(evidence.master),
      ...(evidence.copy === undefined ? {} : { peer: head(evidence.copy) }),
    },
    payloads: [...evidence.payloads()].map(({ commit, stored }) => {
      return { commit, state: stored === undefined ? 'erased' : options.payloads === true ? 'included' : 'withheld' };
    }),
    selfCheck: options.selfCheck && { faults: options.selfCheck.faults as unknown as Json, ok: options.selfCheck.ok },
  };
}

async function write(out: string, files: readonly BundleFile[]): Promise<{ bytes: number; sha256: string }> {
  const temporary = `${out}.${randomBytes(6).toString('hex')}.tmp`;
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    const fd = openSync(temporary, 'wx', 0o600);
    const put = (piece: Uint8Array) => {
      for (let done = 0; done < piece.length; ) done += writeSync(fd, piece, done);
      hash.update(piece);
      bytes += piece.length;
    };
    try {
      for (const { path, content } of files) {
        const body = content();
        for (const piece of [tarHeader(path, body.length), body, tarPadding(body.length)]) put(piece);
        await nextTurn();
      }
      put(tarEnd());
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, out);
    syncFolder(dirname(out));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw cannotWrite(error, out);
  }
  return { bytes, sha256: hash.digest('hex') };
}

function cannotWrite(error: unknown, out: string): unknown {
  const named = diskError(error);
  const code = (error as NodeJS.ErrnoException).code;
  return named === error && (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR')
    ? new CounterfoilError('input.invalid', `The bundle cannot be written to ${out}.`, { cause: error })
    : named;
}
