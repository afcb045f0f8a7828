import type { JobContext } from '../jobs/index.js';
import { fileDigest, landParts } from './land-parts.js';
import { receive } from './receive.js';

export { isLanded, type LandParams, land, landingFolder, putInPlace, stagingFolder } from './land.js';
export type { Held, Incoming, Progress, Received, ReceiveParams } from './receive.js';

/** The receiving side's work, for the worker threads. */
export const receiveJobs = {
  receive,
  landParts,
  fileDigest: async ({ path }: { path: string }, _: JobContext) => fileDigest(path),
};
export type ReceiveJobs = typeof receiveJobs;
