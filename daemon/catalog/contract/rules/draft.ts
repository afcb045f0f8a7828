import type { Json } from '../../../foundation/index.js';
import type { Faults } from '../faults.js';
import type { Path } from '../places.js';

/** A rule as JSON, before it has its id. docs/CHECKS.md says what each check takes. */
export type RuleBody = { readonly check: string } & { readonly [parameter: string]: Json | undefined };

/** A part of a contract that is kept and written again, but that no check runs. */
export interface NotEvaluated {
  path: string;
  line: number;
  reason: string;
}

export interface Draft {
  path: Path;
  body: RuleBody;
  /** The id or name that the contract gives it. */
  given?: string | undefined;
  /** What it is called otherwise, such as `email.required`. */
  usual: string;
  /** Its column, to tell rules of one given name apart. */
  column?: string | undefined;
}

/** What is gathered from a contract. */
export interface Gathered {
  faults: Faults;
  drafts: Draft[];
  /** Something that is there and not run, and why. */
  leave(path: Path, reason: string): void;
  lineOf(path: Path): number;
}

/** The table that rules are about: its name in ids, and the names its columns have in the data. */
export interface Site {
  table: string;
  /** Name of a property, to the name of its column in the data (`physicalName` where there is one). */
  columns: ReadonlyMap<string, string>;
  /** Whether rules pass on a table without rows. */
  allowEmpty: boolean;
}

/** The column of a property; names that are not a property are taken as columns, for the data to judge. */
export const columnOf = (site: Site, property: string): string => site.columns.get(property) ?? property;

/** Adds a rule with what all rules of the site share. */
export function addRule(gathered: Gathered, site: Site, draft: Draft): void {
  const body: RuleBody =
    site.allowEmpty && draft.body.allowEmpty === undefined ? { ...draft.body, allowEmpty: true } : draft.body;
  gathered.drafts.push({ ...draft, body });
}
