import { join } from 'node:path';
import {
  base64,
  CounterfoilError,
  canonicalJson,
  equalBytes,
  fromBase64,
  LIMITS,
  type OrgId,
  pathSegment,
  privateFolder,
  writeFileAtomic,
} from '../foundation/index.js';
import { type Core, documentDigest } from './core.js';
import { type Checkpoint, openCheckpoint } from './note.js';
import { verifyConsistency } from './proof.js';
import type { EvidenceRow } from './tables.js';

export interface Fork {
  origin: string;
  key: Uint8Array;
  /** Signed notes of the same log and key. */
  smaller: string;
  larger: string;
  /** What the root at the smaller size is in the tree of the larger note, and the consistency proof that shows it. */
  rootAtSmaller: Uint8Array;
  proof: readonly Uint8Array[];
}

/** A fork as a document that needs nothing else: two signed notes that cannot both be true. */
export function forkDocument(fork: Fork): string {
  return canonicalJson({
    kind: 'counterfoil/fork/1',
    origin: fork.origin,
    key: base64(fork.key),
    smaller: fork.smaller,
    larger: fork.larger,
    rootAtSmaller: base64(fork.rootAtSmaller),
    proof: fork.proof.map(base64),
  });
}

/** Whether a fork document proves what it says; nothing but the document is needed. */
export function provesFork(document: string): boolean {
  try {
    const fork = JSON.parse(document) as { [key: string]: string } & { proof: string[] };
    const key = fromBase64(fork.key!);
    const smaller = openCheckpoint(fork.smaller!, key);
    const larger = openCheckpoint(fork.larger!, key);
    const shown = fromBase64(fork.rootAtSmaller!);
    if (smaller.origin !== fork.origin || larger.origin !== fork.origin || equalBytes(shown, smaller.root))
      return false;
    return reaches(smaller, larger, shown, fork.proof.map(fromBase64));
  } catch {
    return false;
  }
}

function reaches(smaller: Checkpoint, larger: Checkpoint, shown: Uint8Array, proof: Uint8Array[]): boolean {
  return verifyConsistency(smaller.size, larger.size, proof, shown, larger.root);
}

/** A signed head that its signer could not prove to extend the one it signed before. */
export function unprovenDocument(head: {
  origin: string;
  key: Uint8Array;
  held: string;
  shown: string;
  oldSize: number;
  proof: readonly Uint8Array[];
}): string {
  const { origin, key, held, shown, oldSize, proof } = head;
  return canonicalJson({
    kind: 'counterfoil/unproven-head/1',
    ...{ origin, key: base64(key), held, shown, oldSize },
    proof: proof.slice(0, LIMITS.proofHashes).map(base64),
  });
}

/** What a peer signed and what cannot be true: `contradicts` says why. */
export interface Contradiction {
  peer: OrgId;
  /** Raw Ed25519 key that signed. */
  key: Uint8Array;
  /** An entry carries its signature itself; a document of another kind comes with it. */
  what: { entry: Uint8Array } | { kind: string; document: Uint8Array; signature: Uint8Array };
  contradicts: string;
}

export function contradictionDocument({ peer, key, what, contradicts }: Contradiction): string {
  const signed =
    'entry' in what
      ? { entry: base64(what.entry) }
      : { of: what.kind, document: base64(what.document), signature: base64(what.signature) };
  return canonicalJson({ kind: 'counterfoil/contradiction/1', peer, key: base64(key), ...signed, contradicts });
}

/** What is kept as evidence: the kind in its file name, and the sentence for people. */
export interface Misbehaviour {
  kind: 'fork' | 'unproven-head' | 'contradiction';
  origin: string;
  document: string;
  message: string;
}

/**
 * Keeps a document of evidence in the ledger and as a file, records it, tells the gateway, and gives the error to
 * throw. What is known already is not kept twice, and of one peer only so much that it cannot fill the disk.
 */
export async function keepEvidence(core: Core, peer: OrgId, what: Misbehaviour): Promise<CounterfoilError> {
  const { kind, origin, document, message } = what;
  const digest = documentDigest(document);
  const file = evidenceFile(core, { kind, peer, digest });
  const known = core.tables.evidence(peer);
  if (known.length < LIMITS.evidencePerPeer && !known.some((row) => row.digest === digest)) {
    privateFolder(core.evidenceFolder);
    writeFileAtomic(file, document);
    core.guard(() => core.tables.addEvidence({ time: core.clock.now(), peer, kind, digest, document }));
    const fields = { peer, kind, digest, origin };
    await core.commit.submit(core.master, { type: 'peer.evidence', actor: `peer:${peer}`, fields });
  }
  core.onEvidence(peer, message);
  return new CounterfoilError('peer.evidence', message, {
    hint: `The proof is in ${file}; it needs nothing else. Keep it, and talk to the operator of ${peer} by another way.`,
  });
}

/** Where a document of evidence is. */
export const evidenceFile = (
  core: Core,
  { kind, peer, digest }: Pick<EvidenceRow, 'kind' | 'peer' | 'digest'>,
): string => join(core.evidenceFolder, `${kind}-${pathSegment(peer)}-${digest.slice(0, 16)}.json`);
