import type { TransferTerms } from '../../agreement/index.js';
import type { ViewManifest } from '../../columnar/index.js';
import type { Clock, EntryRef, EntryType, Journal, Json, Log, OrgId } from '../../foundation/index.js';
import type { Signer } from '../../identity/index.js';
import type { PeerCaller, PeerMethod, PeerRequest } from '../../peering/index.js';
import type { KeyBox } from '../../store/index.js';
import type { Pace } from '../pace/index.js';
import type { LandParams, ReceiveParams } from '../receive/index.js';
import type { PrepareParams, SendParams } from '../send/index.js';
import type { LandingSettings } from '../sinks/index.js';
import type { Patience } from './drivers.js';
import type { DeliveryBefore } from './kept.js';
import type { Transfer } from './table.js';

/** An Arrow message as Flight carries it between gateways: raw flatbuffer, our record beside it, and the body. */
export interface WireFrame {
  header: Uint8Array;
  metadata: Uint8Array;
  body: Uint8Array;
}

/** A verified entry of the other party. */
export interface PeerEntry {
  type: EntryType;
  /** Where it stands in the peer's log. */
  at: EntryRef;
  refs: readonly EntryRef[];
  fields: { readonly [key: string]: Json | undefined };
}

/** How transfers reach the other gateway. The edge implements it. */
export interface TransferWire {
  call: PeerCaller['call'];
  /** Delivers later, in order, also over a restart; for statements that must arrive. Synchronous, in a transaction. */
  post<M extends PeerMethod>(peer: OrgId, method: M, request: PeerRequest<M>, correlation: string): void;
  /** True when this gateway can dial the peer, and so pull. `peer.unreachable` when there is no way at all. */
  canDial(peer: OrgId): Promise<boolean>;
  get(peer: OrgId, ticket: Uint8Array, options: { correlation: string; signal: AbortSignal }): AsyncIterable<WireFrame>;
  /** Resolves when the peer has taken all frames. */
  put(
    peer: OrgId,
    ticket: Uint8Array,
    frames: AsyncIterable<WireFrame>,
    options: { correlation: string; signal: AbortSignal },
  ): Promise<void>;
}

/** Bounds of transfers that an operator may change; docs/LIMITS.md. */
export interface TransferLimits extends Patience {
  /** A transfer that has achieved nothing for so long is given up. */
  idleMs: number;
  /** Batches between two acknowledgements of the consumer. */
  acknowledgeBatches: number;
  /** Batches that the provider sends ahead of the acknowledgements. */
  batchesUnacknowledged: number;
}

/** What the transfers take from the other rooms; the composition root provides it. */
export interface TransferPorts {
  self: OrgId;
  clock: Clock;
  log: Log;
  journal: Journal;
  signer: Signer;
  keyBox: KeyBox;
  limits: TransferLimits;
  /** Whether the batches of the last delivery under each agreement are kept, so that the next one sends changed rows alone. */
  keepDelivered: boolean;
  /** Absolute paths: masked views, quarantined batches, landed data. */
  folders: { views: string; quarantine: string; landing: string };
  wire: TransferWire;
  /** How much is exchanged with each peer, and when. */
  pace: Pace;
  /** Raw organisation key of a peer for a signature that names its key by this fingerprint (32 bytes). */
  peerKey(peer: OrgId, fingerprint: Uint8Array): Uint8Array;
  /** Throws what forbids exchanging with this peer now: `peer.suspended`, `peer.revoked`, `ledger.unavailable`, … */
  mayExchange(peer: OrgId): void;
  /** The full id of a version of a dataset, the newest when none is named; `version.not_found`. */
  version(dataset: string, version: string | undefined): string;
  /** What the worker needs to receive, check and quarantine the batches of a transfer. */
  receiveParams(
    transfer: Transfer,
    view: ViewManifest,
    terms: TransferTerms,
    before?: DeliveryBefore,
  ): Omit<ReceiveParams, 'columnKeys'>;
  /** How what comes under an agreement is to be written. */
  landAs(terms: TransferTerms): LandingSettings;
  /** What the worker needs to write the quarantined batches beside the landing folder. */
  landParams(transfer: Transfer, view: ViewManifest): LandParams;
  /** What the worker needs to prepare the view of a version, into a file of this path, id and key. */
  prepareParams(
    terms: TransferTerms,
    version: string,
    file: { path: string; id: string; key: Uint8Array },
  ): Promise<PrepareParams>;
  /**
   * What the worker needs to send an offered view from batch `start` on; of the rows of a transfer before, which the
   * consumer holds, only where they are still here.
   */
  sendParams(
    transfer: Transfer,
    view: ViewManifest,
    start: number,
    before?: DeliveryBefore,
  ): Promise<Omit<SendParams, 'link'>>;
  /** Throws `agreement.not_found` or `agreement.not_active`. */
  terms(agreement: string, peer: OrgId): TransferTerms;
  /** The same, where only the right matters: for every batch. */
  mustBeActive(agreement: string, peer: OrgId): void;
  /**
   * Reads a signed entry of the peer's channel log with us: strict form, and the signature of its organisation.
   * `input.invalid` otherwise.
   */
  readEntry(peer: OrgId, body: Uint8Array): PeerEntry;
  /** Sends our head of the channel and gets theirs, each cosigned. */
  exchangeHeads(peer: OrgId): Promise<void>;
}
