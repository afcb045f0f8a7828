import type { OrgId } from '../foundation/index.js';
import type { Signed } from '../identity/index.js';

/**
 * The messages of proto/counterfoil/v1, as handlers get them and callers give them. Bytes are Uint8Array, 64-bit
 * numbers are JavaScript numbers. A nested message that was not sent is null.
 */
type Optional<T> = T | null | undefined;
type Empty = Record<string, never>;

export interface HelloRequest {
  protocolMajor: number;
  protocolMinor: number;
  software: string;
  welcome?: Optional<Signed>;
  endpoint: string;
  /** How the sender's organisation keys followed each other, oldest first: canonical JSON of each handover. */
  handovers?: Uint8Array[];
}

export interface HelloReply extends HelloRequest {
  peerState: string;
}

export interface HeadUpdate {
  origin: string;
  oldSize: number;
  proof: Uint8Array[];
  checkpoint: Uint8Array;
  entries: Uint8Array[];
}

export interface HeadReply {
  origin: string;
  size: number;
  cosignature: Uint8Array;
}

export interface HeadExchange {
  reply?: Optional<HeadReply>;
  head?: Optional<HeadUpdate>;
}

export interface HeadHeld {
  checkpoint: Uint8Array;
  size: number;
  mirrored: number;
  masterCheckpoint: Uint8Array;
  masterSize: number;
}

export interface WireEntryRef {
  log: string;
  seq: number;
  leaf: Uint8Array;
}

export interface EntryEvidence {
  transfer: string;
  body: Uint8Array;
  at?: Optional<WireEntryRef>;
  report: Uint8Array;
}

export interface TransferOffer {
  transfer: string;
  correlation: string;
  agreement: string;
  view?: Optional<Signed>;
  versionManifest: Uint8Array;
  columnKeys: Record<string, Uint8Array>;
  providerReport: Uint8Array;
  offered?: Optional<WireEntryRef>;
}

export interface TransferStatus {
  transfer: string;
  agreement: string;
  correlation: string;
  state: string;
  version: string;
  rows: number;
  bytes: number;
  rowsTotal: number;
  bytesTotal: number;
  reasons: Uint8Array;
}

/** Every unary call between peers: what is asked and what is answered. */
export interface PeerMethods {
  'Peering/Hello': { request: HelloRequest; reply: HelloReply };
  'Peering/Heartbeat': { request: { head?: Optional<HeadUpdate> }; reply: HeadExchange };
  'Peering/Notify': { request: { notice?: Optional<Signed> }; reply: Empty };
  'Peering/SealingKey': { request: Empty; reply: { key?: Optional<Signed> } };
  'Catalog/List': {
    request: Empty;
    reply: { entries: { agreement: string; dataset: string; versions: string[] }[] };
  };
  'Agreements/Require': { request: Signed; reply: Empty };
  'Agreements/Propose': { request: Signed; reply: Empty };
  'Agreements/Decide': { request: Signed; reply: Empty };
  'Agreements/DryRun': { request: { agreement: string; version: string }; reply: { report: Uint8Array } };
  'Transfers/Request': {
    request: { agreement: string; version: string };
    reply: { transfer: string; correlation: string; version: string };
  };
  'Transfers/Offer': { request: TransferOffer; reply: Empty };
  'Transfers/Push': { request: { transfer: string; start: number; before: string; rate: number }; reply: Empty };
  'Transfers/Report': { request: TransferStatus; reply: TransferStatus };
  'Transfers/Cancel': { request: { transfer: string; reason: string }; reply: Empty };
  'Transfers/Acknowledge': { request: Signed; reply: Empty };
  'Transfers/Sent': { request: EntryEvidence; reply: Empty };
  'Transfers/Receipt': { request: EntryEvidence; reply: Empty };
  'Reports/Attest': { request: { transfer: string; envelope: Uint8Array }; reply: Empty };
  'Custody/Deleted': { request: Signed; reply: Empty };
  'Custody/Erase': { request: Signed; reply: Empty };
  'Custody/Erased': { request: Signed; reply: Empty };
  'Evidence/Exchange': { request: HeadUpdate; reply: HeadExchange };
  'Evidence/Acknowledge': { request: HeadReply; reply: Empty };
  'Evidence/Held': { request: Empty; reply: HeadHeld };
  'Evidence/Entries': { request: { from: number; to: number }; reply: { entries: Uint8Array[] } };
}

export type PeerMethod = keyof PeerMethods;
export type PeerRequest<M extends PeerMethod> = PeerMethods[M]['request'];
export type PeerReply<M extends PeerMethod> = PeerMethods[M]['reply'];

/** Who calls, as the peer listener established it from the certificate: never from what the request says. */
export interface PeerContext {
  readonly peer: OrgId;
  readonly correlation: string;
}

export type PeerHandler<M extends PeerMethod> = (
  context: PeerContext,
  request: PeerRequest<M>,
) => Promise<PeerReply<M>>;

/** What the rooms answer to peers. A method that is left out is answered with `protocol.version`. */
export type PeerHandlers = { readonly [M in PeerMethod]?: PeerHandler<M> };

export interface CallOptions {
  correlation?: string | undefined;
  /** Milliseconds; `LIMITS.callTimeoutMs` unless given. */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** How the rooms call a peer: directly, or through the Link that it keeps open. `peer.unreachable` when neither works. */
export interface PeerCaller {
  call<M extends PeerMethod>(
    peer: OrgId,
    method: M,
    request: PeerRequest<M>,
    options?: CallOptions,
  ): Promise<PeerReply<M>>;
}
