export { type KeyHolder, keyNamed } from './keys.js';
export {
  PEER_EVENTS,
  PEER_STATES,
  PEER_TABLE,
  type PeerEvent,
  type PeerFlags,
  type PeerState,
  stateOf,
  stepPeer,
} from './machine.js';
export { Meeting } from './meeting.js';
export * from './messages.js';
export { Outbox, type OutboxMessage } from './outbox.js';
export { Peers, refuseUnless } from './peers.js';
export { SealingKeys } from './sealing.js';
export type { Peer } from './table.js';
export { Turns } from './turns.js';
