export { type KeptEvidence, Ledger, type LedgerOptions } from './ledger.js';
export type { HeadHeld, HeadReply, HeadUpdate } from './messages.js';
export { type PeerEntry, readPeerEntry } from './peer-entry.js';
export type { OwnHead, ShownEntry } from './read.js';
export type { LogEvidence, RelationEvidence, StoredPayload } from './relation.js';
export type { Handshake } from './restore.js';
export { type LedgerReport, type VerifyOptions, verifyLedger } from './verify.js';
