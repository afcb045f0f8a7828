export type { AdminOptions, Health } from './admin/app.js';
export type { Events, ServerEvent } from './admin/events.js';
export { openApiDocument } from './admin/openapi.js';
export { requestedPolicy } from './admin/policy.js';
export { type AdminServer, startAdminServer } from './admin/server.js';
export type { AdminContext, AdminService, Progress } from './admin/service.js';
export { listenFailure } from './listen.js';
export {
  dialEnrolment,
  encodeRequest,
  type FlightHandlers,
  PeerNetwork,
  PROTOCOLS,
  type WireFrame,
} from './peer/index.js';
