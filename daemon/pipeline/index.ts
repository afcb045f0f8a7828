export type { Beside, Reference } from './beside/index.js';
export { type Report, referringRules, ruleBook } from './checks/index.js';
export { custodyJobs, Deletions, deadlineOf, Erasures } from './custody/index.js';
export { clearScratch, openSource, probeSource } from './engine/index.js';
export { type JobContext, Jobs, runTask, type Task } from './jobs/index.js';
export { type MaskKeys, maskBook, OPERATORS, parseMask, planMasks, preserves } from './masks/index.js';
export { Pace } from './pace/index.js';
export { receiveJobs } from './receive/index.js';
export {
  Attestations,
  htmlReport,
  junitReport,
  type ReportDocument,
  reportDocument,
} from './reports/index.js';
export { SAMPLE_NOTE, sampleJobs } from './sample/index.js';
export { blankSeal, newSeal, openFolder } from './sealed/index.js';
export { firstRows, sendJobs } from './send/index.js';
export {
  type LandedManifest,
  type LandingSettings,
  Landings,
  mustCarry,
  openLanded,
  readManifest,
} from './sinks/index.js';
export {
  isFinal,
  type Transfer,
  type TransferPorts,
  type TransferState,
  Transfers,
  type TransferWire,
} from './transfers/index.js';
