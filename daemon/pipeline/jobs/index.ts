export type { Outgoing } from './channel.js';
export { Jobs } from './pool.js';
export { type JobContext, runTask, type Task } from './runner.js';
