export type { Reachability } from './calls.js';
export { encodeRequest } from './codec.js';
export { dialEnrolment } from './enrolment.js';
export type { ReceivedFrame, WireFrame } from './flight/frame.js';
export type { FlightHandlers, StreamContext } from './flight/serve.js';
export { PROTOCOLS } from './hello.js';
export { type NetworkHandlers, type NetworkOptions, PeerNetwork } from './network.js';
