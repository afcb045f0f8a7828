export type { TransferPorts, TransferWire, WireFrame } from './ports.js';
export { awaitsWord, endsAs, takesReceipt } from './rules.js';
export { Transfers } from './service.js';
export {
  isFinal,
  TRANSFER_EVENTS,
  TRANSFER_STATES,
  TRANSFER_TABLE,
  type TransferEvent,
  type TransferState,
} from './states.js';
export { type Reason, type Transfer, TransferTable } from './table.js';
