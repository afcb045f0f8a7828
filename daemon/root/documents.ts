import type { AgreementDocument, Agreements } from '../agreement/index.js';
import type { DocumentSource } from '../audit/index.js';
import { viewDigest } from '../columnar/index.js';
import { canonicalJson, fromBase64, hex, type Json, type OrgId, sha256, utf8 } from '../foundation/index.js';
import type { Attestations, Transfers } from '../pipeline/index.js';

/** The documents of one relation that ledger entries name by digest, for the auditor's bundle. No rows, no keys. */
export function relationDocuments(
  peer: OrgId,
  agreements: Agreements,
  transfers: Transfers,
  attestations: Attestations,
): DocumentSource {
  const documents = new Map<string, Uint8Array>();
  const add = (kind: string, name: string, bytes: Uint8Array) => documents.set(`${kind} ${name}`, bytes);
  const addByHash = (kind: string, bytes: Uint8Array) => add(kind, hex(sha256(bytes)), bytes);
  for (const bytes of agreements.documents(peer)) {
    addByHash('agreement', bytes);
    const { policy, contract } = JSON.parse(Buffer.from(bytes).toString('utf8')) as AgreementDocument;
    addByHash('policy', utf8(canonicalJson(policy as unknown as Json)));
    addByHash('contract', utf8(canonicalJson(contract.effective as unknown as Json)));
  }
  for (const { id, version, detail } of transfers.list().filter((transfer) => transfer.peer === peer)) {
    if (detail.view !== undefined) {
      const bytes = fromBase64(detail.view.document);
      add('view', viewDigest(JSON.parse(Buffer.from(bytes).toString('utf8'))), bytes);
    }
    if (detail.versionManifest !== undefined) add('version', version, fromBase64(detail.versionManifest));
    for (const report of [detail.providerReport, detail.consumerReport])
      if (report !== undefined) addByHash('report', utf8(report));
    for (const { statement, envelope } of attestations.of(id))
      add('attestation', statement.predicate.report.digest.sha256, utf8(canonicalJson(envelope as unknown as Json)));
  }
  return (kind, name) => documents.get(`${kind} ${name}`);
}
