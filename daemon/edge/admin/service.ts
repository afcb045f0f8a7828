import type { z } from 'zod';
import type { Principal } from '../../access/index.js';
import type { SessionCookie } from './caller.js';
import type * as access from './schemas/access.js';
import type * as agreements from './schemas/agreements.js';
import type * as audit from './schemas/audit.js';
import type * as contracts from './schemas/contracts.js';
import type * as custody from './schemas/custody.js';
import type * as data from './schemas/data.js';
import type * as datasets from './schemas/datasets.js';
import type * as gateway from './schemas/gateway.js';
import type * as invites from './schemas/invites.js';
import type * as ledger from './schemas/ledger.js';
import type * as overview from './schemas/overview.js';
import type * as peers from './schemas/peers.js';
import type * as personal from './schemas/personal.js';
import type * as presets from './schemas/presets.js';
import type * as settings from './schemas/settings.js';
import type * as transfers from './schemas/transfers.js';

/**
 * Everything an administrator can do, room by room, as the admin HTTP API and through it the CLI and the page offer
 * it. The composition root implements it. Inputs are parsed already; every failure is a CounterfoilError, and the
 * edge turns it into status and body.
 */
export interface AdminService {
  gateway: GatewayAdmin;
  invites: InviteAdmin;
  peers: PeerAdmin;
  datasets: DatasetAdmin;
  agreements: AgreementAdmin;
  transfers: TransferAdmin;
  data: DataAdmin;
  custody: CustodyAdmin;
  ledger: LedgerAdmin;
  audit: AuditAdmin;
  access: AccessAdmin;
}

/** What comes with each call. */
export interface AdminContext {
  /** For the log, the ledger, and the peer. */
  correlation: string;
  /** As in ledger entries: `admin`, or `admin:<name>`. */
  actor: string;
  /** Who calls; null for operations that anyone may call. */
  principal: Principal | null;
  session: SessionCookie;
  /** Aborted when the caller has gone. */
  signal: AbortSignal;
  /** Tells the caller how far a long call is. Cheap, may be called often; the edge thins it out. */
  progress(progress: Progress): void;
}

export interface Progress {
  /** What is being done: `reading`, `checking`, … */
  phase: string;
  done: number;
  /** Undefined when it cannot be known. */
  total?: number;
  unit: 'rows' | 'bytes' | 'batches' | 'entries';
}

type In<S extends z.ZodType> = z.output<S>;
type Call<Q extends z.ZodType, R extends z.ZodType> = (input: In<Q>, context: AdminContext) => Promise<z.input<R>>;

export interface GatewayAdmin {
  status(context: AdminContext): Promise<z.input<typeof gateway.statusReply>>;
  /** Looks at what the running daemon sees: keys, ledger, store, disk, clock, and each peer (or the one named). */
  doctor: Call<typeof gateway.doctorRequest, typeof gateway.doctorReply>;
  /** What waits, what goes on, and what went on in the last days. */
  overview(context: AdminContext): Promise<z.input<typeof overview.overviewReply>>;
  /** Dials the address that peers are told, as they would. */
  reach(context: AdminContext): Promise<z.input<typeof overview.reachReply>>;
  settings(context: AdminContext): Promise<z.input<typeof settings.settingsReply>>;
  /** `config.changed` when somebody else was quicker; `config.invalid` with every fault. A ledger entry for each entry. */
  changeSettings: Call<typeof settings.settingsChangeRequest, typeof settings.settingsReply>;
  setSource: Call<typeof settings.sourceSetRequest, typeof settings.settingsReply>;
  removeSource: Call<typeof settings.sourceRemoveRequest, typeof settings.settingsReply>;
}

export interface InviteAdmin {
  /** Opens the enrolment listener unless `exchange`. `ttl` is milliseconds. */
  create: Call<typeof invites.inviteCreateRequest, typeof invites.inviteCreateReply>;
  /** Takes an invite (`cfi1…`: dials the inviter, or makes a reply text) or a reply to our own (`cfr1…`). */
  accept: Call<typeof invites.inviteAcceptRequest, typeof invites.inviteAcceptReply>;
  list(context: AdminContext): Promise<z.input<typeof invites.inviteListReply>>;
  revoke: Call<typeof invites.inviteRevokeRequest, typeof invites.inviteSchema>;
}

export interface PeerAdmin {
  list(context: AdminContext): Promise<z.input<typeof peers.peerListReply>>;
  show: Call<typeof peers.peerRequest, typeof peers.peerSchema>;
  /** `peer.words` when they are not the six words. Case and spacing do not matter. */
  confirm: Call<typeof peers.peerConfirmRequest, typeof peers.peerSchema>;
  suspend: Call<typeof peers.peerChangeRequest, typeof peers.peerSchema>;
  resume: Call<typeof peers.peerChangeRequest, typeof peers.peerSchema>;
  revoke: Call<typeof peers.peerChangeRequest, typeof peers.peerSchema>;
  /** `input.invalid` when the peer has not said that it restored its ledger. */
  acknowledgeRestore: Call<typeof peers.peerRequest, typeof peers.peerSchema>;
}

export interface DatasetAdmin {
  presets(context: AdminContext): Promise<z.input<typeof presets.presetListReply>>;
  /** Long. What a source has, before it becomes a dataset. Rows go to the caller alone. Errors: those of sources. */
  describe: Call<typeof datasets.describeRequest, typeof datasets.describeReply>;
  /** Long. What changed from one version to another, column by column, by digests. */
  compare: Call<typeof datasets.compareRequest, typeof datasets.compareReply>;
  /** What masks there are, and which fit which column. */
  masks: Call<typeof agreements.maskListRequest, typeof agreements.maskListReply>;
  /** Faults are a result, not an error. */
  checkContract: Call<typeof contracts.contractCheckRequest, typeof contracts.contractCheckReply>;
  editContract: Call<typeof contracts.contractEditRequest, typeof contracts.contractEditReply>;
  add: Call<typeof datasets.datasetAddRequest, typeof datasets.datasetShowReply>;
  /** Long: reports progress. */
  profile: Call<typeof datasets.datasetRequest, typeof datasets.profileReply>;
  /** Long: reports progress. */
  publish: Call<typeof datasets.datasetRequest, typeof datasets.publishReply>;
  list(context: AdminContext): Promise<z.input<typeof datasets.datasetListReply>>;
  show: Call<typeof datasets.datasetRequest, typeof datasets.datasetShowReply>;
  contract: Call<typeof datasets.datasetRequest, typeof datasets.contractReply>;
  /** `contract.invalid` with every fault, its line and path. Agreements that exist keep what was signed. */
  setContract: Call<typeof datasets.contractSetRequest, typeof datasets.contractReply>;
  versions: Call<typeof datasets.datasetRequest, typeof datasets.versionsReply>;
  /** What one peer would get: the same masks, on the first rows. Never a value the peer would not see. */
  preview: Call<typeof datasets.previewRequest, typeof datasets.previewReply>;
  overrides: Call<typeof datasets.datasetRequest, typeof personal.overrideListReply>;
  /** Long where nothing is published: the source is read. `input.invalid` when the column does not look so. */
  override: Call<typeof personal.overrideRequest, typeof personal.overrideListReply>;
  withdrawOverride: Call<typeof personal.overrideWithdrawRequest, typeof personal.overrideListReply>;
  /** Long. A synthetic table in a file, stamped as such; `input.invalid` when the file is there already. */
  sample: Call<typeof datasets.sampleRequest, typeof datasets.sampleReply>;
  /** Long: reports progress. */
  identify: Call<typeof datasets.identifyRequest, typeof datasets.identifyReply>;
}

export interface AgreementAdmin {
  /** The consumer's requirements for a dataset of a peer; sent to it, and used when its offers are countered. */
  setRequirements: Call<typeof agreements.requirementsRequest, typeof agreements.requirementsReply>;
  needs(context: AdminContext): Promise<z.input<typeof agreements.needsReply>>;
  /** What an offer would come to; changes nothing. */
  draft: Call<typeof agreements.draftRequest, typeof agreements.draftReply>;
  /** `agreement.blocked` when a column that looks personal has no rule. The policy: `requestedPolicy(input, parseMask)`. */
  offer: Call<typeof agreements.offerRequest, typeof agreements.offerReply>;
  list(context: AdminContext): Promise<z.input<typeof agreements.agreementListReply>>;
  show: Call<typeof agreements.agreementRequest, typeof agreements.agreementShowReply>;
  accept: Call<typeof agreements.agreementRequest, typeof agreements.agreementSchema>;
  reject: Call<typeof agreements.agreementDecideRequest, typeof agreements.agreementSchema>;
  terminate: Call<typeof agreements.agreementDecideRequest, typeof agreements.agreementSchema>;
  counter: Call<typeof agreements.counterRequest, typeof agreements.agreementSchema>;
  /** How what comes under it is written; the consumer's to choose. `landing.unsupported` where it cannot be. */
  landing: Call<typeof agreements.agreementRequest, typeof agreements.landingReply>;
  setLanding: Call<typeof agreements.landingChoice, typeof agreements.landingReply>;
  /** Long. The effective contract run on a version where the data is: verdicts and counts, no data. */
  dryRun: Call<typeof agreements.dryRunRequest, typeof agreements.dryRunReply>;
}

export interface TransferAdmin {
  /** Returns as soon as the transfer has an id; `watch` follows it. Without a version: the newest. */
  start: Call<typeof transfers.transferStartRequest, typeof transfers.transferSchema>;
  list: Call<typeof transfers.transferListRequest, typeof transfers.transferListReply>;
  show: Call<typeof transfers.transferRequest, typeof transfers.transferShowReply>;
  /** The transfer now, then at every change of state or progress; ends after a final state. */
  watch(
    input: In<typeof transfers.transferRequest>,
    context: AdminContext,
  ): AsyncIterable<z.input<typeof transfers.transferSchema>>;
  /** What both sides checked, as a document: machine form, JUnit XML or an HTML page. */
  report: Call<typeof transfers.transferReportRequest, typeof transfers.transferReportReply>;
  cancel: Call<typeof transfers.transferCancelRequest, typeof transfers.transferSchema>;
  resume: Call<typeof transfers.transferRequest, typeof transfers.transferSchema>;
}

/** Data that came from peers. */
export interface DataAdmin {
  /** Long. Only this gateway holds the key; the ledger says that it was used. */
  decrypt: Call<typeof data.decryptRequest, typeof data.decryptReply>;
}

/** What becomes of data after it has landed, and of versions. */
export interface CustodyAdmin {
  /** `transfer.state` when nothing of it lies here. */
  delete: Call<typeof custody.deleteRequest, typeof transfers.transferSchema>;
  shred: Call<typeof custody.shredRequest, typeof custody.shredReply>;
  requestErasure: Call<typeof custody.erasureRequest, typeof custody.erasureSchema>;
  erasures(context: AdminContext): Promise<z.input<typeof custody.erasureListReply>>;
  erasure: Call<typeof custody.erasureIdRequest, typeof custody.erasureShowReply>;
}

export interface LedgerAdmin {
  list: Call<typeof ledger.ledgerListRequest, typeof ledger.ledgerListReply>;
  show: Call<typeof ledger.ledgerShowRequest, typeof ledger.ledgerShowReply>;
  /** Long: reports progress. Faults are a result, not an error. */
  verify: Call<typeof ledger.ledgerVerifyRequest, typeof ledger.ledgerVerifyReply>;
  head: Call<typeof ledger.ledgerVerifyRequest, typeof ledger.ledgerHeadReply>;
  /** Exchanges heads with the peer first. */
  compare: Call<typeof ledger.ledgerCompareRequest, typeof ledger.ledgerCompareReply>;
  /** `input.invalid` when no signed head is missing. */
  declareRestored(context: AdminContext): Promise<z.input<typeof ledger.ledgerDeclareReply>>;
  rotateKey: Call<typeof ledger.ledgerRotateRequest, typeof ledger.ledgerRotateReply>;
}

export interface AuditAdmin {
  /** Long: reports progress. */
  export: Call<typeof audit.auditExportRequest, typeof audit.auditExportReply>;
  /** The same as a file to be sent and removed. */
  bundle: Call<typeof audit.auditBundleRequest, typeof audit.auditExportReply>;
}

export interface AccessAdmin {
  session(context: AdminContext): Promise<z.input<typeof access.sessionReply>>;
  /** `admin.password`, `admin.locked`. */
  signIn: Call<typeof access.signInRequest, typeof access.sessionReply>;
  signOut(context: AdminContext): Promise<z.input<typeof access.sessionReply>>;
  /** `setup.done` once there is a user. */
  setUp: Call<typeof access.setupRequest, typeof access.sessionReply>;
  changePassword: Call<typeof access.ownPasswordRequest, typeof access.sessionReply>;
  users(context: AdminContext): Promise<z.input<typeof access.userListReply>>;
  addUser: Call<typeof access.userAddRequest, typeof access.userSchema>;
  /** `user.last` where no administrator would be left. */
  changeUser: Call<typeof access.userChangeRequest, typeof access.userSchema>;
  removeUser: Call<typeof access.userRequest, typeof access.userListReply>;
  tokens(context: AdminContext): Promise<z.input<typeof access.tokenListReply>>;
  createToken: Call<typeof access.tokenCreateRequest, typeof access.tokenCreateReply>;
  revokeToken: Call<typeof access.tokenRequest, typeof access.tokenSchema>;
}
