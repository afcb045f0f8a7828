export type { PeerEntry, TransferPorts, TransferWire, WireFrame } from './ports.js';
export { Transfers } from './service.js';
export type { PipelineJobs } from './shared.js';
export { isFinal, TRANSFER_EVENTS, TRANSFER_STATES, TRANSFER_TABLE, type TransferState } from './states.js';
export { type Reason, type Transfer, TransferTable } from './table.js';
