export type { AdminOptions, Health } from './admin/app.js';
export type { Events, ServerEvent } from './admin/events.js';
export { openApiDocument } from './admin/openapi.js';
export { requestedPolicy } from './admin/policy.js';
export { startAdminServer } from './admin/server.js';
export type { AdminContext, AdminService, Progress } from './admin/service.js';

export {
  dialEnrolment,
  encodeRequest,
  type NetworkHandlers,
  PeerNetwork,
  PROTOCOLS,
} from './peer/index.js';
