import type { AdminContext, AdminService } from '../../daemon/edge/index.js';

const AT = '2030-01-01T00:00:00.000Z';
const WORDS = 'apple brick cloud delta eagle flame';
const VERSION = 'v-abc';

const peer = {
  id: 'vendor.example',
  name: 'Vendor',
  state: 'enrolled',
  words: WORDS,
  confirmedHere: false,
  confirmedThere: true,
  fingerprint: 'ab'.repeat(32),
  endpoint: '127.0.0.1:7443',
  connected: true,
  lastSeenAt: AT,
  enrolledAt: AT,
  stateBy: null,
  stateReason: null,
  formerFingerprint: null,
  restored: false,
  evidence: [],
  certificate: { caExpiresAt: AT, caFingerprint: 'cd'.repeat(32) },
  pace: {
    ...{ streams: 8, sendBytesPerSecond: 10_000_000, receiveBytesPerSecond: null, sending: 1, receiving: 0 },
    ...{ windows: ['20:00-06:00 Europe/Amsterdam'], waitsUntil: AT },
  },
  undelivered: 0,
};

const dataset = {
  name: 'flights',
  source: '/data/flights.parquet',
  format: 'parquet',
  query: null,
  createdAt: AT,
  versions: 1,
  latest: VERSION,
};
const shownDataset = { ...dataset, contract: null, columns: [{ name: 'origin', type: 'utf8', nullable: true }] };

const LANDING = {
  ...{ id: 'agr-1', format: 'parquet', compression: 'snappy', rowGroupRows: null, partitionBy: [], chosen: false },
} as const;

const agreement = {
  id: 'agr-1',
  state: 'proposed',
  revision: 1,
  role: 'provider',
  dataset: 'flights',
  peer: 'vendor.example',
  policy: { columns: { email: { op: 'drop' } } },
  conflicts: [],
  notApplied: [],
  waitingFor: 'peer',
  purpose: null,
  basis: null,
  expires: null,
  retain: null,
  follow: null,
  reason: null,
  createdAt: AT,
  updatedAt: AT,
};

const transfer = {
  id: 'trn-1',
  state: 'streaming',
  role: 'provider',
  dataset: 'flights',
  version: VERSION,
  agreement: 'agr-1',
  peer: 'vendor.example',
  rows: 500,
  bytes: 4000,
  rowsTotal: 1000,
  bytesTotal: 8000,
  bytesPerSecond: 4000,
  secondsLeft: 1,
  landed: null,
  keepUntil: null,
  deleted: null,
  reasons: [],
  correlation: 'cor-1',
  startedAt: AT,
  updatedAt: AT,
  final: false,
};
const erasure = {
  id: 'ers-1',
  role: 'provider',
  peer: 'vendor.example',
  agreement: 'agr-1',
  column: 'customer',
  subject: 'ab'.repeat(32),
  state: 'erased',
  rows: 2,
  versions: [{ version: VERSION, transfer: 'trn-1', rows: 2 }],
  correlation: 'cor-1',
  requestedAt: AT,
  erasedAt: AT,
};
export const landedTransfer = { ...transfer, state: 'receipted', rows: 1000, bytes: 8000, secondsLeft: 0, final: true };
export const rejectedTransfer = {
  ...transfer,
  state: 'rejected',
  final: true,
  reasons: [{ code: 'checks.failed', message: 'weekday: "Sunday" is missing\u001b[2J.' }],
};

const settings = { file: '/home/acme/config.yaml', revision: 'r', fields: [], sources: [], warnings: [] };
const session = {
  gateway: { id: 'acme.example', org: 'Acme', software: '0.1.0' },
  setup: false,
  openid: null,
  openidFailure: null,
  user: { name: 'ada', role: 'administrator', via: 'session' },
  session: null,
};
const user = {
  name: 'ada',
  role: 'administrator',
  disabled: false,
  signIn: ['password'],
  createdAt: AT,
  seenAt: null,
  lockedUntil: null,
};
const token = {
  id: 'tok-1',
  label: 'nightly',
  role: 'steward',
  maker: null,
  createdAt: AT,
  expiresAt: null,
  usedAt: null,
  usable: true,
};

const entry = { log: 'acme.example/counterfoil/master', seq: 0, ts: AT, type: 'genesis', actor: 'gateway', leaf: 'cd' };
const report = {
  side: 'provider',
  verdict: 'pass',
  rows: 3,
  results: [
    {
      ...{ id: 'c1', check: 'row_count', columns: [], status: 'pass', severity: 'error', tested: 3, failed: 0 },
      message: '3 rows.',
    },
  ],
};
const verified = { ok: true, entries: 3, logs: [{ origin: entry.log, size: 3, root: 'ef' }], faults: [] };

const overrides = {
  dataset: 'flights',
  overrides: [
    ...[{ column: 'note', entity: 'card', verdict: 'contains', by: 'admin', at: AT, reason: 'they are order numbers' }],
  ],
};

/** One sound answer for each operation of the admin API, by room and method. */
const CANNED: Record<string, unknown> = {
  'gateway.status': {
    id: 'acme.example',
    org: 'Acme',
    fingerprint: 'ab'.repeat(32),
    software: '0.1.0',
    home: '/home/acme',
    startedAt: AT,
    ready: true,
    reasons: [],
    warnings: [],
    listen: { peer: '127.0.0.1:7443', enrolment: null, admin: '127.0.0.1:7445' },
    advertise: '127.0.0.1',
    peers: [{ id: 'vendor.example', state: 'active', connected: true }],
    transfers: [],
  },
  'gateway.doctor': { ok: true, findings: [{ area: 'ledger', level: 'ok', message: 'The ledger can be written.' }] },
  'gateway.overview': {
    waiting: [],
    steps: { peers: 1, active: 1, datasets: 1, versions: 1, agreements: 1, delivered: 0 },
    exchanges: [],
    days: [],
    verified: null,
    certificate: { expiresAt: AT, renewsItself: true },
  },
  'gateway.reach': { address: '127.0.0.1:7443', ok: true, message: 'It answers.', hint: null },
  'gateway.settings': settings,
  'gateway.changeSettings': settings,
  'gateway.setSource': settings,
  'gateway.removeSource': settings,
  'invites.create': { id: 'inv-1', invite: 'cfi1abc', expiresAt: AT, for: null, exchange: false },
  'invites.accept': { ...peer, peer: peer.id },
  'invites.list': {
    invites: [
      {
        id: 'inv-1',
        state: 'open',
        createdAt: AT,
        expiresAt: AT,
        for: null,
        forKey: null,
        exchange: false,
        wrongTries: 0,
        usedBy: null,
      },
    ],
  },
  'invites.revoke': {
    id: 'inv-1',
    state: 'revoked',
    createdAt: AT,
    expiresAt: AT,
    for: null,
    forKey: null,
    exchange: false,
    wrongTries: 0,
    usedBy: null,
  },
  'peers.list': { peers: [peer] },
  'peers.show': peer,
  'peers.confirm': { ...peer, state: 'active', confirmedHere: true },
  'peers.suspend': { ...peer, state: 'suspended' },
  'peers.resume': { ...peer, state: 'active' },
  'peers.revoke': { ...peer, state: 'revoked' },
  'peers.acknowledgeRestore': peer,
  'datasets.add': shownDataset,
  'datasets.list': { datasets: [dataset] },
  'datasets.show': shownDataset,
  'datasets.versions': {
    dataset: 'flights',
    versions: [{ version: VERSION, rows: 1000, batches: 1, bytes: 8000, createdAt: AT, parent: null, rowsRoot: 'aa' }],
  },
  'datasets.profile': {
    dataset: 'flights',
    rows: 1000,
    columns: [
      {
        name: 'email',
        type: 'utf8',
        nulls: 0,
        distinct: 1000,
        min: null,
        max: null,
        personal: [
          {
            ...{ column: 'email', entity: 'email', verdict: 'is', confidence: 0.99 },
            ...{ evidence: "header 'email'; 99.8 % valid", override: null },
          },
        ],
      },
    ],
    contract: 'kind: DataContract\n',
  },
  'datasets.contract': {
    dataset: 'flights',
    contract: 'kind: DataContract\n',
    digest: 'dd',
    rules: 3,
    notEvaluated: [{ path: 'schema[0].quality[0]', line: 9, reason: 'it is text for people' }],
  },
  'datasets.setContract': {
    dataset: 'flights',
    contract: 'kind: DataContract\n',
    digest: 'dd',
    rules: 1,
    notEvaluated: [],
  },
  'datasets.describe': { format: 'csv', columns: [], notes: [], rows: [] },
  'datasets.compare': {
    ...{ dataset: 'flights', before: VERSION, after: VERSION },
    ...{ rows: { before: 1, after: 1 }, batches: 1, columns: [] },
  },
  'datasets.masks': { operators: [], columns: [], policy: null },
  'datasets.checkContract': {
    ...{ ok: true, faults: [], document: {}, digest: 'dd', table: 'flights' },
    ...{ rules: [], notEvaluated: [] },
  },
  'datasets.editContract': { contract: 'kind: DataContract\n' },
  'datasets.publish': { dataset: 'flights', version: VERSION, rows: 1000, batches: 1, bytes: 8000, unchanged: false },
  'datasets.preview': {
    dataset: 'flights',
    version: VERSION,
    peer: 'vendor.example',
    agreement: 'agr-1',
    columns: [{ name: 'origin', type: 'utf8', operator: 'keep' }],
    rows: [['SEA'], [null]],
  },
  'datasets.overrides': overrides,
  'datasets.override': overrides,
  'datasets.withdrawOverride': { dataset: 'flights', overrides: [] },
  'datasets.sample': {
    ...{ dataset: 'flights', level: 'contract', version: null, file: '/data/sample.parquet', rows: 10, seed: 1 },
    ...{ columns: [{ name: 'origin', type: 'utf8' }], note: 'A shape sample, not an anonymity guarantee.' },
  },
  'datasets.identify': {
    file: '/data/found.parquet',
    rows: 1000,
    matches: [
      { version: VERSION, dataset: 'flights', agreement: 'agr-1', peer: 'vendor.example', columns: ['origin'] },
    ],
  },
  'agreements.setRequirements': { peer: peer.id, dataset: 'flights', digest: 'dd', agreements: [], conflicts: [] },
  'agreements.needs': { requirements: [] },
  'agreements.draft': {
    ...{ policy: { columns: {} }, blocked: [], overridden: [], columns: [], conflicts: [], notApplied: [] },
    ...{ requirements: false, rules: [], merged: [], onMasked: [] },
  },
  'agreements.offer': { ...agreement, overridden: [] },
  'agreements.list': { agreements: [agreement] },
  'agreements.show': {
    ...agreement,
    notEvaluated: [],
    providerNotEvaluated: [],
    digest: 'dd',
    contract: { rules: [] },
    changes: ['purpose: tests'],
    columns: [],
    rules: [],
    merged: [],
    onMasked: [],
    signatures: [],
    history: [{ at: AT, by: 'acme.example', event: 'proposed', revision: 1 }],
  },
  'agreements.accept': { ...agreement, state: 'active' },
  'agreements.landing': LANDING,
  'agreements.setLanding': { ...LANDING, format: 'csv', compression: null, chosen: true },
  'agreements.reject': { ...agreement, state: 'rejected' },
  'agreements.terminate': { ...agreement, state: 'terminated' },
  'agreements.counter': { ...agreement, state: 'countered', revision: 2 },
  'agreements.dryRun': { id: 'agr-1', version: VERSION, report },
  'transfers.start': transfer,
  'transfers.list': { transfers: [transfer], total: 1 },
  'transfers.show': {
    ...transfer,
    report: { provider: report, consumer: null },
    comparison: { compared: 3, differing: [] },
    view: null,
    wire: null,
    steps: [{ at: AT, state: 'offered' }],
  },
  'transfers.watch': [transfer, landedTransfer],
  'transfers.report': {
    transfer: 'trn-1',
    format: 'html',
    mediaType: 'text/html',
    file: 'trn-1.html',
    content: '<!doctype html>',
  },
  'transfers.cancel': { ...transfer, state: 'cancelled', final: true },
  'transfers.resume': transfer,
  'datasets.presets': { presets: [] },
  'custody.delete': transfer,
  'custody.shred': { dataset: 'flights', version: VERSION, shredded: true },
  'custody.requestErasure': erasure,
  'custody.erasures': { erasures: [erasure] },
  'custody.erasure': { ...erasure, receipt: null },
  'data.decrypt': { folder: '/landed', out: '/opened', columns: ['salary'], rows: 3, files: ['part-00000.parquet'] },
  'ledger.list': { origin: entry.log, size: 1, entries: [{ ...entry, entry: { seq: 0 } }], next: null },
  'ledger.show': { ...entry, entry: { seq: 0 }, body: 'AA==', size: 1, root: 'ef', proof: [] },
  'ledger.verify': verified,
  'ledger.head': { logs: [{ origin: entry.log, size: 3, root: 'ef', checkpoint: null, cosigned: null }] },
  'ledger.compare': {
    ...{ peer: 'vendor.example', missed: null, ours: { size: 1, root: 'ab', seen: 1 } },
    ...{ theirs: { size: 1, shown: 1 }, same: 0, subjects: [] },
  },
  'ledger.declareRestored': { incarnation: 'inc-2', seq: 7, peers: [peer.id] },
  'ledger.rotateKey': {
    ...{ fingerprint: 'cd'.repeat(32), previous: 'ab'.repeat(32), revoked: true },
    ...{ invites: ['inv-1'], told: [peer.id], waiting: [] },
  },
  'audit.bundle': { file: '/nowhere', peer: 'vendor.example', entries: 3, bytes: 0, sha256: 'aa' },
  'audit.export': { file: '/tmp/a.tar', peer: 'vendor.example', entries: 3, bytes: 10_240, sha256: 'aa' },
  'access.session': session,
  'access.signIn': session,
  'access.signOut': { ...session, user: null },
  'access.setUp': session,
  'access.changePassword': session,
  'access.users': { users: [user] },
  'access.addUser': user,
  'access.changeUser': user,
  'access.removeUser': { users: [user] },
  'access.tokens': { tokens: [token] },
  'access.createToken': { ...token, token: 'cft1_secret' },
  'access.revokeToken': { ...token, usable: false },
};

type Answer = (input: unknown, context: AdminContext) => unknown;

/** What the edge asked for: operation and parsed input. */
export interface Asked {
  operation: string;
  input: unknown;
}

/**
 * An AdminService that answers each operation with one sound reply, or with what `answers` says, and keeps what it
 * was asked. For tests of the edge and of the command line alone; the gateway's own tests use the real one.
 */
export function cannedAdmin(answers: Record<string, Answer> = {}): { service: AdminService; asked: Asked[] } {
  const asked: Asked[] = [];
  const method = (operation: string) => {
    return (...given: [AdminContext] | [unknown, AdminContext]): unknown => {
      const [input, context] = given.length === 1 ? [undefined, given[0]] : given;
      asked.push({ operation, input });
      const answer = answers[operation];
      if (operation === 'transfers.watch') return answer?.(input, context) ?? stream(CANNED[operation] as unknown[]);
      return Promise.resolve().then(() => (answer === undefined ? CANNED[operation] : answer(input, context)));
    };
  };
  const rooms = new Map<string, Record<string, unknown>>();
  for (const operation of Object.keys(CANNED)) {
    const [room, name] = operation.split('.') as [string, string];
    rooms.set(room, { ...rooms.get(room), [name]: method(operation) });
  }
  return { service: Object.fromEntries(rooms) as unknown as AdminService, asked };
}

export async function* stream(items: readonly unknown[]): AsyncGenerator<unknown> {
  yield* items;
}
