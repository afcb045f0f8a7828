export { Ledger, type LedgerOptions } from './ledger.js';
export type { HeadHeld, HeadReply, HeadUpdate } from './messages.js';
export type { Handshake } from './restore.js';
