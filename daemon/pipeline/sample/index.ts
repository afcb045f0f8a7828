import { sample } from './sample.js';

export { SAMPLE_NOTE } from './sample.js';

/** Synthetic tables, for the worker threads. */
export const sampleJobs = { sample };
