import type { EntryType } from '../foundation/index.js';

/**
 * What a field may hold. A `?` behind a kind marks a field that may be left out. docs/LEDGER.md repeats this list.
 * `digest` 64 hex digits · `id` printable ASCII without spaces · `org` organisation id · `name` and `text` one line of
 * text · `count` whole number from 0 · `flag` boolean · `key` base64 of 32 bytes · `signature` base64 of 64 bytes ·
 * `time` RFC 3339 UTC with milliseconds · `origin` of a log · the plurals are lists.
 */
export type FieldKind =
  | 'digest'
  | 'digests'
  | 'id'
  | 'ids'
  | 'org'
  | 'name'
  | 'names'
  | 'text'
  | 'count'
  | 'flag'
  | 'key'
  | 'signature'
  | 'time'
  | 'origin'
  | 'codes';

/** The role in which an organisation signs an entry of its own. */
export type SigningRole = 'provider' | 'consumer';

export interface EntryRule {
  /** Where entries of the type may stand. */
  log: 'master' | 'channel' | 'any';
  fields: Readonly<Record<string, FieldKind | `${FieldKind}?`>>;
  /** Set where the entry carries its own signature. */
  signs?: SigningRole;
  /** `required` where the entry answers one of the other party. Otherwise `refs` may be given. */
  refs?: 'required';
}

const view = {
  transfer: 'id',
  agreement: 'id',
  version: 'id',
  view: 'digest',
  rows: 'count',
  batches: 'count',
  rowsRoot: 'digest',
} as const;
const ending = { transfer: 'id', agreement: 'id', version: 'id', reasons: 'codes', correlation: 'id?' } as const;
const revision = {
  agreement: 'id',
  revision: 'count',
  digest: 'digest',
  policy: 'digest',
  contract: 'digest',
  dataset: 'name?',
} as const;
const agreementEnd = { agreement: 'id', revision: 'count', reason: 'text?' } as const;
const peerStep = { peer: 'org', by: 'name', reason: 'text?' } as const;
const head = { origin: 'origin', size: 'count', root: 'digest' } as const;

/** Every entry type and its fields. To add a type: here, in EntryType of the journal port, in docs/LEDGER.md and in the verifier. */
export const VOCABULARY: Readonly<Record<EntryType, EntryRule>> = {
  genesis: { log: 'master', fields: { org: 'org', name: 'text?', key: 'key', software: 'text?' } },
  'gateway.started': { log: 'master', fields: { software: 'text?' } },
  'gateway.stopped': { log: 'master', fields: { reason: 'text?' } },
  'admin.action': {
    log: 'any',
    fields: { action: 'name', target: 'text?', outcome: 'name?', correlation: 'id?', digest: 'digest?' },
  },
  'key.added': { log: 'any', fields: { key: 'key', use: 'name', expires: 'time?' } },
  'key.rotated': {
    log: 'any',
    fields: { org: 'org', old: 'key', new: 'key', oldSignature: 'signature', newSignature: 'signature' },
  },
  'key.revoked': { log: 'any', fields: { org: 'org', key: 'key', reason: 'text?' } },
  'channel.opened': { log: 'any', fields: { peer: 'org', key: 'key', peerKey: 'key', genesis: 'digest' } },
  'channel.head': { log: 'any', fields: { peer: 'org', ...head } },
  'ledger.restored': {
    log: 'any',
    fields: { ...head, previous: 'id', lostSize: 'count?', lostRoot: 'digest?', refilled: 'count?', by: 'name' },
  },
  'restore.acknowledged': {
    log: 'any',
    fields: { peer: 'org', origin: 'origin', restored: 'digest', keptSize: 'count', lostSize: 'count?', by: 'name' },
  },
  'payload.erased': { log: 'any', fields: { commits: 'digests', basis: 'text', requester: 'text' } },
  'time.token': { log: 'any', fields: { ...head, token: 'digest', authority: 'text', time: 'time' } },
  'witness.head': { log: 'any', fields: { ...head, witness: 'org', time: 'time' } },
  'invite.created': { log: 'master', fields: { invite: 'id', expires: 'time', for: 'org?' } },
  'invite.revoked': { log: 'master', fields: { invite: 'id', reason: 'text?' } },
  'peer.enrolled': { log: 'any', fields: { peer: 'org', key: 'digest', ca: 'digest', invite: 'id?' } },
  'peer.confirmed': { log: 'any', fields: peerStep },
  'peer.suspended': { log: 'any', fields: peerStep },
  'peer.resumed': { log: 'any', fields: peerStep },
  'peer.revoked': { log: 'any', fields: peerStep },
  'peer.evidence': { log: 'any', fields: { peer: 'org', kind: 'name', digest: 'digest', origin: 'origin?' } },
  'call.refused': {
    log: 'any',
    fields: { method: 'name', code: 'name', peer: 'org?', correlation: 'id?', agreement: 'id?', transfer: 'id?' },
  },
  'dataset.added': { log: 'master', fields: { dataset: 'name', source: 'digest?', contract: 'digest?' } },
  'finding.overridden': {
    log: 'master',
    fields: { dataset: 'name', column: 'name', entity: 'name', verdict: 'name', reason: 'text' },
  },
  'finding.restored': { log: 'master', fields: { dataset: 'name', column: 'name', entity: 'name', reason: 'text?' } },
  'version.published': {
    log: 'any',
    fields: {
      dataset: 'name',
      version: 'id',
      rows: 'count',
      batches: 'count',
      rowsRoot: 'digest?',
      report: 'digest?',
      parent: 'id?',
    },
  },
  'version.shredded': { log: 'any', fields: { dataset: 'name', version: 'id', reason: 'text?' } },
  'requirements.set': { log: 'any', fields: { dataset: 'name', digest: 'digest', peer: 'org?' } },
  'agreement.proposed': { log: 'channel', fields: revision },
  'agreement.countered': { log: 'channel', fields: revision },
  'agreement.signed': { log: 'channel', fields: revision },
  'agreement.rejected': { log: 'channel', fields: agreementEnd },
  'agreement.terminated': { log: 'channel', fields: agreementEnd },
  'agreement.expired': { log: 'channel', fields: agreementEnd },
  'agreement.blocked': {
    log: 'any',
    fields: { dataset: 'name', agreement: 'id?', peer: 'org?', columns: 'names', code: 'name?' },
  },
  'checks.passed': {
    log: 'any',
    fields: { transfer: 'id', agreement: 'id', version: 'id', report: 'digest', aside: 'count?' },
  },
  'checks.failed': {
    log: 'any',
    fields: { transfer: 'id', agreement: 'id', version: 'id', report: 'digest', reasons: 'codes?' },
  },
  'checks.compared': {
    log: 'channel',
    fields: {
      transfer: 'id',
      agreement: 'id',
      version: 'id',
      provider: 'digest',
      consumer: 'digest',
      compared: 'count',
      differing: 'names?',
    },
  },
  'transfer.offered': { log: 'channel', fields: { ...view, correlation: 'id?' } },
  'transfer.accepted': {
    log: 'channel',
    fields: { transfer: 'id', agreement: 'id', version: 'id', view: 'digest', correlation: 'id?' },
  },
  'transfer.refused': { log: 'channel', fields: ending },
  'transfer.acknowledged': {
    log: 'channel',
    fields: { transfer: 'id', batches: 'count', root: 'digest', rows: 'count?' },
  },
  'acknowledgement.recorded': {
    log: 'channel',
    fields: {
      transfer: 'id',
      view: 'digest',
      batches: 'count',
      rows: 'count',
      bytes: 'count',
      root: 'digest',
      at: 'time',
      signature: 'signature',
    },
  },
  'transfer.sent': { log: 'channel', signs: 'provider', fields: { ...view, policy: 'digest', correlation: 'id?' } },
  'transfer.landed': {
    log: 'channel',
    signs: 'consumer',
    refs: 'required',
    fields: { ...view, report: 'digest', policy: 'digest', correlation: 'id?', aside: 'count?' },
  },
  'transfer.rejected': {
    log: 'channel',
    signs: 'consumer',
    fields: {
      transfer: 'id',
      agreement: 'id',
      version: 'id',
      view: 'digest?',
      report: 'digest?',
      reasons: 'codes',
      correlation: 'id?',
    },
  },
  'transfer.cancelled': { log: 'channel', fields: ending },
  'transfer.failed': { log: 'channel', fields: ending },
  'receipt.recorded': {
    log: 'channel',
    refs: 'required',
    fields: { transfer: 'id', verdict: 'name', correlation: 'id?' },
  },
  'data.deleted': {
    log: 'channel',
    fields: { agreement: 'id', version: 'id?', transfer: 'id?', rows: 'count?', reason: 'text?' },
  },
  'data.erased': {
    log: 'channel',
    fields: { agreement: 'id', subject: 'digest', versions: 'ids', rows: 'count', correlation: 'id?' },
  },
};
