import { landParts } from './land-parts.js';
import { receive } from './receive.js';

export { isLanded, type LandParams, land, landingFolder, putInPlace, stagingFolder } from './land.js';
export type { Held, Incoming, Progress, Received, ReceiveParams } from './receive.js';

/** The receiving side's work, for the worker threads. */
export const receiveJobs = { receive, landParts };
export type ReceiveJobs = typeof receiveJobs;
