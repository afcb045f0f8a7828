export { Access } from './access.js';
export type { OpenId } from './openid.js';
export { mayAs, type Principal, ROLES, type Role } from './roles.js';
export type { SessionTimes } from './sessions.js';
