type Fields = Readonly<Record<string, unknown>>;

const s = (fields: Fields, name: string): string => (fields[name] === undefined ? '' : String(fields[name]));

const ACTIONS: Readonly<Record<string, string>> = {
  'session.open': 'Somebody signed in',
  'session.end': 'Somebody signed out',
  'user.add administrator': 'An administrator was added',
  'user.add steward': 'A steward was added',
  'user.add auditor': 'An auditor was added',
  'user.remove': 'A user was removed',
  'user.locked': 'A user was locked out after wrong passwords',
  'user.change password': 'A password was changed',
  'token.create': 'An API token was made',
  'token.revoke': 'An API token was revoked',
  'audit.export': 'A bundle was written for the auditor',
  'audit.bundle': 'A bundle was downloaded for the auditor',
  'contract.set': 'A contract was saved',
};

/** Each type of entry in a sentence. What is not here is told by its type. */
const SENTENCES: Readonly<Record<string, (fields: Fields) => string>> = {
  genesis: (f) => `The ledger of ${s(f, 'org')} begins.`,
  'gateway.started': (f) => `The gateway started${f.software === undefined ? '' : ` (${s(f, 'software')})`}.`,
  'gateway.stopped': () => 'The gateway stopped.',
  'admin.action': (f) =>
    `${ACTIONS[s(f, 'action')] ?? s(f, 'action')}${f.target === undefined ? '' : `: ${s(f, 'target')}`}.`,
  'key.added': (f) => `A key for ${s(f, 'use')} was added.`,
  'key.rotated': (f) => `${s(f, 'org')} has another key.`,
  'key.revoked': (f) => `A key of ${s(f, 'org')} was revoked.`,
  'channel.opened': (f) => `The shared log with ${s(f, 'peer')} begins.`,
  'channel.head': (f) => `The log with ${s(f, 'peer')} stands at ${s(f, 'size')} entries.`,
  'ledger.restored': () => 'The ledger was restored from a backup.',
  'restore.acknowledged': (f) => `The restore of ${s(f, 'peer')} was accepted.`,
  'invite.created': (f) => `An invite was made${f.for === undefined ? '' : ` for ${s(f, 'for')}`}.`,
  'invite.revoked': () => 'An invite was revoked.',
  'peer.enrolled': (f) => `${s(f, 'peer')} enrolled: keys were exchanged.`,
  'peer.confirmed': (f) => `The six words with ${s(f, 'peer')} were confirmed by ${s(f, 'by')}.`,
  'peer.suspended': (f) => `${s(f, 'peer')} was suspended by ${s(f, 'by')}.`,
  'peer.resumed': (f) => `${s(f, 'peer')} was resumed by ${s(f, 'by')}.`,
  'peer.revoked': (f) => `${s(f, 'peer')} was revoked by ${s(f, 'by')}.`,
  'peer.evidence': (f) => `Evidence against ${s(f, 'peer')} was kept: ${s(f, 'kind')}.`,
  'call.refused': (f) => `A call (${s(f, 'method')}) was refused: ${s(f, 'code')}.`,
  'dataset.added': (f) => `The dataset ${s(f, 'dataset')} was added.`,
  'finding.overridden': (f) =>
    `${s(f, 'column')} of ${s(f, 'dataset')} is said not to be ${s(f, 'entity')}: ${s(f, 'reason')}`,
  'finding.restored': (f) => `What was said of ${s(f, 'column')} of ${s(f, 'dataset')} was taken back.`,
  'version.published': (f) => `A version of ${s(f, 'dataset')} was published.`,
  'contract.changed': (f) => `The contract of ${s(f, 'dataset')} was changed.`,
  'requirements.set': (f) => `Requirements of ${s(f, 'dataset')} were stated.`,
  'agreement.proposed': (f) => `An agreement on ${s(f, 'dataset') || 'a dataset'} was proposed.`,
  'agreement.countered': (f) => `Revision ${s(f, 'revision')} of an agreement was proposed in answer.`,
  'agreement.agreed': (f) => `Revision ${s(f, 'revision')} of an agreement was signed.`,
  'agreement.rejected': () => 'An agreement was rejected.',
  'agreement.terminated': () => 'An agreement was terminated.',
  'agreement.expired': () => 'An agreement expired.',
};

/** An entry in plain words. */
export function sentence(type: string, entry: Fields): string {
  const fields = (typeof entry.fields === 'object' && entry.fields !== null ? entry.fields : entry) as Fields;
  const known = SENTENCES[type];
  if (known !== undefined) return known(fields);
  const [room, event] = type.split('.');
  const about = ['dataset', 'transfer', 'agreement', 'peer'].find((name) => typeof fields[name] === 'string');
  return `${room}: ${event ?? ''}${about === undefined ? '' : ` (${about} ${s(fields, about)})`}.`;
}
