export { Agreements, type CounterInput, type OfferInput, type RequirementsSet } from './agreements.js';
export type { AgreementChange, AgreementOptions } from './context.js';
export { blocked, undecided } from './deny.js';
export type { AgreementDocument } from './document.js';
export type { Conflict, Effective } from './effective.js';
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
  ContractPart,
  Finding,
  MaskBook,
  Narrowed,
  OfferedDataset,
  PeerPort,
  RuleBook,
  RuleJson,
} from './ports.js';
export type { TransferTerms } from './transfer-terms.js';
export type { AgreementDetail, AgreementView } from './view.js';
