import type { AgreementDocument, Agreements } from '../agreement/index.js';
import type { DocumentSource } from '../audit/index.js';
import { canonicalJson, hex, type Json, type OrgId, sha256, utf8 } from '../foundation/index.js';
import type { Attestations, Transfers } from '../pipeline/index.js';

/** The documents of one relation that ledger entries name by digest, for the auditor's bundle. No rows, no keys. */
export function relationDocuments(
  peer: OrgId,
  agreements: Agreements,
  transfers: Transfers,
  attestations: Attestations,
): DocumentSource {
  /** Read again when it is asked for: together they may be large. */
  const documents = new Map<string, () => Uint8Array | undefined>();
  const add = (kind: string, name: string, read: () => Uint8Array | undefined) =>
    documents.set(`${kind} ${name}`, read);
  const addByHash = (kind: string, bytes: Uint8Array) => add(kind, hex(sha256(bytes)), () => bytes);
  for (const bytes of agreements.documents(peer)) {
    addByHash('agreement', bytes);
    const { policy, contract } = JSON.parse(Buffer.from(bytes).toString('utf8')) as AgreementDocument;
    addByHash('policy', utf8(canonicalJson(policy as unknown as Json)));
    addByHash('contract', utf8(canonicalJson(contract.effective as unknown as Json)));
  }
  for (const { id, version, detail } of transfers.list().filter((transfer) => transfer.peer === peer)) {
    if (detail.viewDigest !== undefined) {
      add('view', detail.viewDigest, () => transfers.document(id, 'view'));
      add('version', version, () => transfers.document(id, 'version'));
    }
    for (const report of [detail.providerReport, detail.consumerReport])
      if (report !== undefined) addByHash('report', utf8(report));
    for (const { statement, envelope } of attestations.of(id))
      add('attestation', statement.predicate.report.digest.sha256, () =>
        utf8(canonicalJson(envelope as unknown as Json)),
      );
  }
  return (kind, name) => documents.get(`${kind} ${name}`)?.();
}
