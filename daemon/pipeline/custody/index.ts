import { eraseRows } from './erase-rows.js';

export { Deletions, deadlineOf } from './deletions.js';
export { Erasures } from './erasures.js';

/** What is done to landed files, for the worker threads. */
export const custodyJobs = { eraseRows };
export type CustodyJobs = typeof custodyJobs;
