export type { AdminContext, AdminService, Progress } from './admin/service.js';
