export { Agreements } from './agreements.js';

export { refuseUndecided } from './deny.js';
export type { AgreementDocument } from './document.js';

export {
  AGREEMENT_EVENTS,
  AGREEMENT_STATES,
  AGREEMENT_TABLE,
  type AgreementEvent,
  type AgreementState,
} from './machine.js';
export { type ColumnRule, overContract, type Policy } from './policy.js';
export type {
  CatalogPort,
  Changed,
  Finding,
  MaskBook,
  Narrowed,
  OfferedDataset,
  RuleBook,
  RuleJson,
} from './ports.js';
export { nextRun } from './schedule.js';
export type { TransferTerms } from './transfer-terms.js';
export { tellRule } from './tryout.js';
export type { AgreementDetail, AgreementView } from './view.js';
