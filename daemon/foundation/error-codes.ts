/** gRPC status codes (grpc/grpc doc/statuscodes.md), by name, so that the table below reads. */
const G = {
  cancelled: 1,
  invalid: 3,
  notFound: 5,
  exists: 6,
  denied: 7,
  exhausted: 8,
  precondition: 9,
  aborted: 10,
  range: 11,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  dataLoss: 15,
  unauthenticated: 16,
} as const;

interface Row {
  grpc: number;
  http: number;
  exit: 1 | 2 | 3;
  hint: string;
}

const refused = (hint: string): Row => ({ grpc: G.precondition, http: 409, exit: 1, hint });
const input = (hint: string): Row => ({ grpc: G.invalid, http: 422, exit: 2, hint });
const missing = (hint: string): Row => ({ grpc: G.notFound, http: 404, exit: 2, hint });
const denied = (hint: string): Row => ({ grpc: G.denied, http: 403, exit: 1, hint });
const unreachable = (hint: string): Row => ({ grpc: G.unavailable, http: 503, exit: 3, hint });
const tooLarge = (hint: string): Row => ({ grpc: G.exhausted, http: 413, exit: 2, hint });
const corrupt = (hint: string): Row => ({ grpc: G.dataLoss, http: 422, exit: 1, hint });
const fault = (hint: string): Row => ({ grpc: G.internal, http: 500, exit: 1, hint });

/** Every code, its status in each protocol, and its standing advice. Sorted; codes are never renamed or reused. */
export const ERROR_TABLE = {
  'admin.forbidden': denied('Ask an administrator of this gateway to do it, or to change your role.'),
  'admin.host': denied('Use the address of the admin API by number: http://127.0.0.1:PORT.'),
  'admin.locked': {
    grpc: G.exhausted,
    http: 429,
    exit: 2,
    hint: 'Wait, or ask an administrator to set a new password.',
  },
  'admin.origin': denied('Open the page of this gateway itself and do it there.'),
  'admin.password': {
    grpc: G.unauthenticated,
    http: 401,
    exit: 2,
    hint: 'Try again; after several wrong tries nobody can sign in under that name for a while.',
  },
  'admin.too_many': { grpc: G.exhausted, http: 429, exit: 3, hint: 'Wait a moment and try again.' },
  'admin.unauthorised': {
    grpc: G.unauthenticated,
    http: 401,
    exit: 2,
    hint: 'Send the token of keys/admin.token as a bearer token, or run the CLI as the user that owns the home folder.',
  },
  'agreement.blocked': refused(
    'Give each column it names a rule: --mask COL=OP, --drop COL, or --mask COL=keep to keep it as it is.',
  ),
  'agreement.conflict': refused('Settle the conflicts that "agreement show" lists, then offer again.'),
  'agreement.expired': refused('Make a new offer with a later --expires.'),
  'agreement.invalid': input('Correct the part of the agreement that the message names.'),
  'agreement.not_active': denied('Run "agreement show" to see its state; only an active agreement gives access.'),
  'agreement.not_found': missing('Run "agreement list" to see the agreements of this gateway.'),
  'agreement.signature': denied('The document or its signature was changed. Ask the peer to send the offer again.'),
  'agreement.state': refused('Run "agreement show" to see what can be done in its present state.'),
  'anchor.failed': unreachable(
    'Check anchors.authority and anchors.authorityCa in config.yaml, and whether the authority can be reached.',
  ),
  'anchor.stale': refused(
    'Check that the peer, witness or authority that it names can be reached: "doctor". It goes on as soon as it answers.',
  ),
  'batch.corrupt': corrupt(
    'The bytes changed between the two gateways. Start the transfer again; if it happens again, check the provider.',
  ),
  'batch.invalid': corrupt(
    'The peer sent something that is not a sound Arrow record batch. Ask its operator to upgrade or check the gateway.',
  ),
  'batch.too_large': tooLarge('Shorten the value that the message names, or drop the column.'),
  'bundle.invalid': input('Ask for the bundle again, made with "audit export".'),
  cancelled: { grpc: G.cancelled, http: 409, exit: 1, hint: 'It was cancelled. Start it again when ready.' },
  'checks.failed': refused('See the reasons, correct the data or the contract, publish, and start again.'),
  'config.changed': refused('Look at what they have written, and make your change again.'),
  'config.invalid': input('Correct the entry of config.yaml that the message names.'),
  'config.missing': missing(
    'Make a home with "counterfoil init --home DIR --id ORG_ID --org NAME", or point --home at one.',
  ),
  'config.permissions': input('Run chmod 600 on the file it names: only its owner may read a key.'),
  'contract.changed': refused('Look at it as it is now, and make your change again.'),
  'contract.invalid': input('Correct the contract at the line it names.'),
  'daemon.unreachable': unreachable('Start the gateway with "counterfoil start --home DIR".'),
  'dataset.exists': {
    grpc: G.exists,
    http: 409,
    exit: 2,
    hint: 'Choose another name, or use the dataset that is there.',
  },
  'dataset.not_found': missing('Run "dataset list" to see the datasets of this gateway.'),
  'erasure.not_found': missing('Run "erasure list" to see the erasures of this gateway.'),
  'evidence.invalid': corrupt(
    'Nothing was taken over. If it happens again, ask the operator of the peer to run "ledger verify".',
  ),
  'home.exists': {
    grpc: G.exists,
    http: 409,
    exit: 2,
    hint: 'Choose another folder, or start the gateway that is there.',
  },
  'home.in_use': refused('Another daemon runs on this home. Stop it first.'),
  'input.invalid': input('Correct the value that the message names.'),
  internal: fault('Look for the correlation id in the log of this gateway and report it.'),
  'invite.bound': denied('Ask for an invite made for your organisation.'),
  'invite.clock': input('Check the clock of this machine and of the one that made the invite.'),
  'invite.expired': input('Ask for a new invite.'),
  'invite.invalid': input('Copy the whole text again, from "cfi1" to its end.'),
  'invite.not_found': missing('Ask for a new invite.'),
  'invite.revoked': denied('It was withdrawn. Ask for a new invite.'),
  'invite.used': refused('An invite works once. Ask for a new one.'),
  'key.invalid': fault('Restore keys/ from the backup of this home.'),
  'landing.unsupported': refused('Let it land in another format, or partition by other columns, and start it again.'),
  'ledger.behind': fault(
    'Restore a newer backup. If there is none: start with --restore, wait until the peers were reached, then run "ledger declare-restored".',
  ),
  'ledger.corrupt': fault('Run "ledger verify" and restore ledger.db from a backup.'),
  'ledger.unavailable': fault(
    'Nothing is exchanged without a ledger. Free disk space or repair the disk, then start the gateway again.',
  ),
  'ledger.unconfirmed': unreachable(
    'It goes on as soon as the peer has said which head of this log it holds. Check that the peer can be reached.',
  ),
  'limit.exceeded': tooLarge('See docs/LIMITS.md for the bound it names and how to change it.'),
  not_found: missing('Check the id.'),
  'openid.failed': {
    grpc: G.unauthenticated,
    http: 401,
    exit: 2,
    hint: 'Sign in again from the page of this gateway. If it happens again, an administrator finds the reason in its log.',
  },
  'openid.role': denied('Ask whoever runs the provider for a group that admin.oidc.roles of config.yaml names.'),
  'openid.unreachable': unreachable('Try again, or sign in with a password; check admin.oidc.issuer of config.yaml.'),
  'openid.user': denied('Ask an administrator of this gateway to look at its users.'),
  'peer.error': fault('The peer reported a failure. Give its operator the correlation id.'),
  'peer.evidence': {
    grpc: G.aborted,
    http: 409,
    exit: 1,
    hint: 'The peer signed something that contradicts what it signed before. Keep the evidence folder, and talk to its operator by another way.',
  },
  'peer.exists': {
    grpc: G.exists,
    http: 409,
    exit: 2,
    hint: 'This organisation is already a peer. Revoke it first to enrol it anew.',
  },
  'peer.not_active': denied(
    'Run "peer show" to see its state. Both sides confirm the six words before anything is exchanged.',
  ),
  'peer.not_found': missing('Run "peer list" to see the peers of this gateway.'),
  'peer.restored': refused(
    'Ask its operator what happened; if the restore was meant, run "peer acknowledge-restore P".',
  ),
  'peer.revoked': denied('One side ended this relation. A new invite is needed.'),
  'peer.state': refused('Run "peer show" to see its state.'),
  'peer.suspended': denied('One side suspended this relation. It goes on after "peer resume" on that side.'),
  'peer.tls': denied(
    'The other side does not present the certificate that was exchanged at enrolment. Run "doctor --peer P".',
  ),
  'peer.unreachable': unreachable(
    'Check that the other gateway runs and that its address can be reached: "doctor --peer P".',
  ),
  'peer.words': denied('The six words differ. Stop, and compare both screens: someone may be in between.'),
  'pii.unmasked': refused('Mask or drop the columns that it names, or keep them by an explicit rule.'),
  'port.in_use': {
    grpc: G.exists,
    http: 409,
    exit: 2,
    hint: 'Stop the other program, or give another port in config.yaml.',
  },
  'protocol.version': { grpc: G.precondition, http: 409, exit: 1, hint: 'Upgrade the older of the two gateways.' },
  'schema.mismatch': corrupt('The peer sent other columns than it promised. Ask its operator.'),
  'setup.done': refused('Sign in; an administrator can add users.'),
  'sink.failed': fault('Free space or give rights on the landing folder, then run "transfer resume".'),
  'source.changed': refused('The source was written to while it was read. Publish again when it is at rest.'),
  'source.invalid': input('Correct the source file at the place it names.'),
  'source.missing': missing('Check the path or address of the source.'),
  'source.permission': denied('Give the user of the daemon the right to read the source.'),
  'store.corrupt': fault(
    'The stored version does not decrypt to what was published. Publish it again from its source.',
  ),
  'store.full': {
    grpc: G.exhausted,
    http: 507,
    exit: 1,
    hint: 'Free disk space and try again; nothing was left half-done.',
  },
  'store.newer': fault('This home was written by a newer release. Start that release.'),
  'stream.incomplete': corrupt('The stream ended early. It is resumed when the peers meet again.'),
  'stream.order': corrupt('The peer broke the order of a stream. Ask its operator to check the gateway.'),
  'token.exists': {
    grpc: G.exists,
    http: 409,
    exit: 2,
    hint: 'Choose another label, or revoke the token that is there.',
  },
  'transfer.idle': refused(
    'Check why the other gateway did nothing ("doctor --peer P"), then start the transfer again.',
  ),
  'transfer.not_found': missing('Run "transfer list" to see the transfers of this gateway.'),
  'transfer.rejected': refused(
    'The consumer did not accept the delivery. See the reasons; its signed rejection is in the ledger.',
  ),
  'transfer.state': refused('Run "transfer show" to see its state.'),
  'transfer.waiting': refused('It goes on by itself; "peer show" says what is set for the peer.'),
  'type.unsupported': input('Convert the column it names before publishing, or leave it out with --query.'),
  usage: { grpc: G.invalid, http: 400, exit: 2, hint: 'Run the command with --help.' },
  'user.exists': { grpc: G.exists, http: 409, exit: 2, hint: 'Choose another name, or change the user that is there.' },
  'user.last': refused('Make somebody else an administrator first.'),
  'user.not_found': missing('Run "user list" to see the users of this gateway.'),
  'version.not_found': missing('Run "dataset versions NAME" to see the versions.'),
  'view.mismatch': corrupt(
    'What arrived is not what was signed. Keep the evidence; ask the provider to publish and send again.',
  ),
} as const satisfies Record<string, Row>;

export type ErrorCode = keyof typeof ERROR_TABLE;
