import type { Schema } from '../columnar/index.js';
import type { Json } from '../foundation/index.js';
import type { KeyHolder } from '../peering/index.js';
import type { ColumnRule, Policy } from './policy.js';
import type { TermsInput } from './terms.js';

/** A rule of a contract as JSON, its defaults filled in. docs/CHECKS.md says what each check takes. */
export interface RuleJson {
  readonly id: string;
  readonly check: string;
  readonly columns?: readonly string[];
  readonly severity: 'error' | 'warn' | 'info';
  readonly side: 'provider' | 'consumer' | 'both';
  readonly source: 'provider' | 'consumer';
  readonly [parameter: string]: unknown;
}

/** What becomes of the columns that a rule looks at: the operator of each masked or dropped one, by name. */
export type Changed = ReadonlyMap<string, string>;

/** What a rule comes to on a view: as it is, for fewer columns, or not at all; and why. */
export interface Narrowed {
  rule: RuleJson | undefined;
  /** The columns that are left out, and in words why. */
  left?: { columns: readonly string[]; reason: string };
}

/** What the checks know of rules. The pipeline implements it. */
export interface RuleBook {
  /** `contract.invalid` with the path of the fault. */
  parse(json: unknown, path: string): RuleJson;
  /** The stricter of two rules, what contradicts, or undefined when both are to be kept. */
  meet(mine: RuleJson, theirs: RuleJson): { rule: RuleJson } | { conflict: string } | undefined;
  narrow(rule: RuleJson, changed: Changed): Narrowed;
  /** Rules that this schema can never satisfy: a missing column, another type. In words. */
  unfit(rules: readonly RuleJson[], schema: Schema): { rule: string; message: string }[];
}

/** What the masks know of policies. The pipeline implements it. */
export interface MaskBook {
  /** A rule with its defaults filled in; `agreement.invalid`. */
  parse(rule: ColumnRule, column: string): ColumnRule;
  /** The schema that a peer gets under a policy; `agreement.invalid`. */
  view(schema: Schema, policy: Policy): Schema;
  /** The rule that a field of a view says was applied to it, undefined for an unmasked one. */
  applied(metadata: Readonly<Record<string, string>> | undefined): ColumnRule | undefined;
}

/** What looks personal in a dataset, by the catalog's profile. No values. */
export interface Finding {
  /** The column, or the field in it: `address.street`. */
  column: string;
  /** The column of the table that it is in, where `column` names a field. */
  root?: string;
  /** A person has said that it is none, and why. */
  override?: { by: string; reason: string };
  entity: string;
  verdict: 'is' | 'contains';
  confidence: number;
  evidence: string;
}

/** The rules of a contract or of requirements, and the digest of the document that they come from. */
export interface ContractPart {
  /** SHA-256 of the canonical JSON form of the ODCS document, hex. */
  digest: string;
  rules: readonly Json[];
  /** What is kept and signed, but that no check looks at. */
  notEvaluated?: readonly { path: string; reason: string }[];
}

export interface OfferedDataset {
  schema: Schema;
  contract: ContractPart;
  findings: readonly Finding[];
  /** Masks and rows by its contract; an offer may say otherwise column by column. */
  policy?: Policy;
  /** What its contract says of purpose, legal basis and retention; an offer may say otherwise. */
  terms?: TermsInput;
}

/** What agreements take from the catalog. */
export interface CatalogPort {
  /** A dataset of this gateway as it would be offered now; `dataset.not_found`. */
  dataset(name: string): Promise<OfferedDataset>;
  /** What an ODCS document says of a dataset; `contract.invalid` with line and path. */
  parseContract(text: string, dataset: string): ContractPart;
}

/** Peers as agreements see them. */
export interface PeerPort {
  /** `peer.not_found`, `peer.not_active`, `peer.suspended`, `peer.revoked`. */
  active(id: string): KeyHolder;
}
