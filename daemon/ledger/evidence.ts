import { join } from 'node:path';
import {
  base64,
  CounterfoilError,
  canonicalJson,
  equalBytes,
  fromBase64,
  type OrgId,
  pathSegment,
  privateFolder,
  writeFileAtomic,
} from '../foundation/index.js';
import { type Core, documentDigest } from './core.js';
import { type Checkpoint, openCheckpoint } from './note.js';
import { verifyConsistency } from './proof.js';

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

/** Keeps a document of evidence in the ledger and as a file, records it, and gives the error to throw. */
export async function keepEvidence(
  core: Core,
  peer: OrgId,
  kind: string,
  origin: string,
  document: string,
): Promise<CounterfoilError> {
  const digest = documentDigest(document);
  privateFolder(core.evidenceFolder);
  const file = join(core.evidenceFolder, `${kind}-${pathSegment(peer)}-${digest.slice(0, 16)}.json`);
  writeFileAtomic(file, document);
  core.guard(() => core.tables.addEvidence({ time: core.clock.now(), peer, kind, digest, document }));
  const fields = { peer, kind, digest, origin };
  await core.commit.submit(core.master, { type: 'peer.evidence', actor: `peer:${peer}`, fields });
  return new CounterfoilError('peer.evidence', `${peer} signed two heads of ${origin} that cannot both be true.`, {
    hint: `The proof is in ${file}; it needs nothing else. Keep it, stop exchanging, and talk to the operator of ${peer}.`,
  });
}
