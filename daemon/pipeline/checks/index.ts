export { ruleBook } from './book.js';
export type { CheckState, Outcome } from './define.js';
export type { DetectorFactory, PersonalFinding } from './detector.js';
export { bindRule, CHECKS, externalRules, parseRule, referringRules } from './registry.js';
export { compareReports, overall, type Report, type Result, reasons, reportDigest, type Status } from './report.js';
export { type CheckOptions, type CheckRun, compileChecks } from './run.js';
export { stateDigest } from './state.js';
export { KeySet } from './values/key-set.js';
export { bindCondition } from './where/evaluate.js';
