export { ruleBook } from './book.js';
export type { BindContext, BoundCheck, CheckDefinition, CheckState, Meet, Outcome, Previous, Rows } from './define.js';
export type { DetectorFactory, PersonalDetector, PersonalFinding } from './detector.js';
export { bindRule, CHECKS, checkNamed, externalRules, parseRule, referringRules } from './registry.js';
export {
  disagreements,
  type Locator,
  overall,
  type Report,
  type ReportedSample,
  type Result,
  reasons,
  reportBytes,
  reportDigest,
  type Status,
} from './report.js';
export type { CommonRule, Rule } from './rule.js';
export { type BatchVerdict, type CheckOptions, type CheckRun, compileChecks } from './run.js';
export { stateDigest } from './state.js';
export { KeySet } from './values/key-set.js';
export { conditionColumns } from './where/evaluate.js';
