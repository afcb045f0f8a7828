import { evaluate, prepare } from './prepare.js';
import { preview } from './preview.js';
import { send } from './send.js';

export { firstRows } from './first-rows.js';
export type { LinkFound } from './link-gauge.js';
export type { Prepared, PrepareParams } from './prepare.js';
export { mustBePromised } from './promised.js';
export type { SendParams } from './send.js';

export const sendJobs = { prepare, evaluate, preview, send };
export type SendJobs = typeof sendJobs;
