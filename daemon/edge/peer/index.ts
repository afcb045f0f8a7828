export { encodeRequest } from './codec.js';
export { dialEnrolment } from './enrolment.js';
export type { WireFrame } from './flight/frame.js';
export type { FlightHandlers, StreamContext } from './flight/serve.js';
export { PROTOCOLS } from './hello.js';
export { type NetworkHandlers, PeerNetwork } from './network.js';
