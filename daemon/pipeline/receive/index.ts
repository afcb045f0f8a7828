import { land } from './land.js';
import { receive } from './receive.js';

export { isLanded, type LandParams, landingFolder, putInPlace, stagingFolder } from './land.js';
export type { Held, Incoming, Progress, ReceiveParams } from './receive.js';

/** The receiving side's work, for the worker threads. */
export const receiveJobs = { receive, land };
export type ReceiveJobs = typeof receiveJobs;
