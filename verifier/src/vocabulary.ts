/**
 * The entries that a ledger may hold, as docs/LEDGER.md lists them: `where` the type may stand, its fields with their
 * kinds (`?` marks one that may be left out), the role in which it is signed, and whether it must answer another entry.
 */
export interface TypeRule {
  where: 'master' | 'channel' | 'any';
  fields: string;
  role?: 'provider' | 'consumer';
  answers?: true;
}

export const TYPES: Readonly<Record<string, TypeRule>> = {
  genesis: { where: 'master', fields: 'org:org name:text? key:key software:text?' },
  'gateway.started': { where: 'master', fields: 'software:text?' },
  'gateway.stopped': { where: 'master', fields: 'reason:text?' },
  'admin.action': { where: 'any', fields: 'action:name target:text? outcome:name? correlation:id? digest:digest?' },
  'key.added': { where: 'any', fields: 'key:key use:name expires:time?' },
  'key.rotated': { where: 'any', fields: 'org:org old:key new:key oldSignature:signature newSignature:signature' },
  'key.revoked': { where: 'any', fields: 'org:org key:key reason:text?' },
  'channel.opened': { where: 'any', fields: 'peer:org key:key peerKey:key genesis:digest' },
  'channel.head': { where: 'any', fields: 'peer:org origin:origin size:count root:digest' },
  'ledger.restored': {
    where: 'any',
    fields: 'origin:origin size:count root:digest previous:id lostSize:count? lostRoot:digest? refilled:count? by:name',
  },
  'restore.acknowledged': {
    where: 'any',
    fields: 'peer:org origin:origin restored:digest keptSize:count lostSize:count? by:name',
  },
  'payload.erased': { where: 'any', fields: 'commits:digests basis:text requester:text' },
  'time.token': { where: 'any', fields: 'origin:origin size:count root:digest token:digest authority:text time:time' },
  'witness.head': { where: 'any', fields: 'origin:origin size:count root:digest witness:org time:time' },
  'invite.created': { where: 'master', fields: 'invite:id expires:time for:org?' },
  'invite.revoked': { where: 'master', fields: 'invite:id reason:text?' },
  'peer.enrolled': { where: 'any', fields: 'peer:org key:digest ca:digest invite:id?' },
  'peer.confirmed': { where: 'any', fields: 'peer:org by:name reason:text?' },
  'peer.suspended': { where: 'any', fields: 'peer:org by:name reason:text?' },
  'peer.resumed': { where: 'any', fields: 'peer:org by:name reason:text?' },
  'peer.revoked': { where: 'any', fields: 'peer:org by:name reason:text?' },
  'peer.evidence': { where: 'any', fields: 'peer:org kind:name digest:digest origin:origin?' },
  'call.refused': {
    where: 'any',
    fields: 'method:name code:name peer:org? correlation:id? agreement:id? transfer:id?',
  },
  'dataset.added': { where: 'master', fields: 'dataset:name source:digest? contract:digest?' },
  'finding.overridden': { where: 'master', fields: 'dataset:name column:name entity:name verdict:name reason:text' },
  'finding.restored': { where: 'master', fields: 'dataset:name column:name entity:name reason:text?' },
  'version.published': {
    where: 'any',
    fields: 'dataset:name version:id rows:count batches:count rowsRoot:digest? report:digest? parent:id?',
  },
  'version.shredded': { where: 'any', fields: 'dataset:name version:id reason:text?' },
  'requirements.set': { where: 'any', fields: 'dataset:name digest:digest peer:org?' },
  'agreement.proposed': {
    where: 'channel',
    fields: 'agreement:id revision:count digest:digest policy:digest contract:digest dataset:name?',
  },
  'agreement.countered': {
    where: 'channel',
    fields: 'agreement:id revision:count digest:digest policy:digest contract:digest dataset:name?',
  },
  'agreement.signed': {
    where: 'channel',
    fields: 'agreement:id revision:count digest:digest policy:digest contract:digest dataset:name?',
  },
  'agreement.rejected': { where: 'channel', fields: 'agreement:id revision:count reason:text?' },
  'agreement.terminated': { where: 'channel', fields: 'agreement:id revision:count reason:text?' },
  'agreement.expired': { where: 'channel', fields: 'agreement:id revision:count reason:text?' },
  'agreement.blocked': { where: 'any', fields: 'dataset:name agreement:id? peer:org? columns:names code:name?' },
  'checks.passed': { where: 'any', fields: 'transfer:id agreement:id version:id report:digest aside:count?' },
  'checks.failed': { where: 'any', fields: 'transfer:id agreement:id version:id report:digest reasons:codes?' },
  'checks.compared': {
    where: 'channel',
    fields: 'transfer:id agreement:id version:id provider:digest consumer:digest compared:count differing:names?',
  },
  'transfer.offered': {
    where: 'channel',
    fields: 'transfer:id agreement:id version:id view:digest rows:count batches:count rowsRoot:digest correlation:id?',
  },
  'transfer.accepted': { where: 'channel', fields: 'transfer:id agreement:id version:id view:digest correlation:id?' },
  'transfer.refused': { where: 'channel', fields: 'transfer:id agreement:id version:id reasons:codes correlation:id?' },
  'transfer.acknowledged': { where: 'channel', fields: 'transfer:id batches:count root:digest rows:count?' },
  'acknowledgement.recorded': {
    where: 'channel',
    fields: 'transfer:id view:digest batches:count rows:count bytes:count root:digest at:time signature:signature',
  },
  'transfer.sent': {
    where: 'channel',
    fields:
      'transfer:id agreement:id version:id view:digest rows:count batches:count rowsRoot:digest policy:digest correlation:id?',
    role: 'provider',
  },
  'transfer.landed': {
    where: 'channel',
    fields:
      'transfer:id agreement:id version:id view:digest rows:count batches:count rowsRoot:digest report:digest policy:digest correlation:id? aside:count?',
    role: 'consumer',
    answers: true,
  },
  'transfer.rejected': {
    where: 'channel',
    fields: 'transfer:id agreement:id version:id view:digest? report:digest? reasons:codes correlation:id?',
    role: 'consumer',
  },
  'transfer.cancelled': {
    where: 'channel',
    fields: 'transfer:id agreement:id version:id reasons:codes correlation:id?',
  },
  'transfer.failed': { where: 'channel', fields: 'transfer:id agreement:id version:id reasons:codes correlation:id?' },
  'receipt.recorded': { where: 'channel', fields: 'transfer:id verdict:name correlation:id?', answers: true },
  'data.deleted': { where: 'channel', fields: 'agreement:id version:id? transfer:id? rows:count? reason:text?' },
  'data.erased': { where: 'channel', fields: 'agreement:id subject:digest versions:ids rows:count correlation:id?' },
};
