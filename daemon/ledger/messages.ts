/** The evidence messages of proto/counterfoil/v1, as this room gives and takes them. All hashes are 32 bytes. */

/** A signed head with what the receiver needs to follow it from the head it holds. */
export interface HeadUpdate {
  origin: string;
  /** The size that the sender believes the receiver holds. */
  oldSize: number;
  /** RFC 6962 consistency proof from `oldSize`; empty when that is 0. */
  proof: Uint8Array[];
  /** C2SP signed note. */
  checkpoint: Uint8Array;
  /** Entry bodies [oldSize, size) of a channel log; none for a master log. */
  entries: Uint8Array[];
}

export interface HeadReply {
  origin: string;
  /** The size that the replying side holds now. */
  size: number;
  /** C2SP cosignature line over the checkpoint of that size; empty when the update did not follow from what is held. */
  cosignature: Uint8Array;
}

/** What one side holds of the other's logs. Checkpoints are empty, sizes 0, when nothing is held. */
export interface HeadHeld {
  checkpoint: Uint8Array;
  size: number;
  /** Entries of the channel log that the holder can give back. */
  mirrored: number;
  masterCheckpoint: Uint8Array;
  masterSize: number;
}

export type LogKind = 'channel' | 'master';
