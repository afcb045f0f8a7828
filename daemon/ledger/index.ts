export { decodeEntry } from './entry.js';
export { Ledger, type LedgerOptions } from './ledger.js';
export type { HeadReply, HeadUpdate } from './messages.js';
export { readPeerEntry } from './peer-entry.js';
export type { OwnHead } from './read.js';
export type { LogEvidence, RelationEvidence, StoredPayload } from './relation.js';

export { type LedgerReport, type VerifyOptions, verifyLedger } from './verify.js';
