import type { z } from 'zod';
import type { Batch, Field, Schema } from '../../columnar/index.js';
import { CounterfoilError, type Json, printable } from '../../foundation/index.js';
import type { DetectorFactory } from './detector.js';
import { type CommonRule, commonShape, parseStrict, type Rule } from './rule.js';
import type { Sample } from './samples.js';
import type { KeySet } from './values/key-set.js';

/** The rows of one batch as a check sees them. */
export interface Rows {
  batch: Batch;
  /** Number of the batch's first row within the whole version or view. */
  firstRow: number;
  /** One byte a row: 1 where the rule's `where` holds. Absent when it has none. */
  selected?: Uint8Array;
  /** One byte a row, set to 1 by a check that fails on that row. Present for rules that set rows aside. */
  bad?: Uint8Array;
}

/**
 * What a check knows after some rows. Any split of the rows into batches, merged in any order, ends in the same bytes:
 * so batches are checked in parallel and the two sides of an exchange can compare what they saw.
 */
export interface CheckState {
  update(rows: Rows): void;
  merge(other: this): void;
  /** Canonical bytes: equal states, equal bytes. */
  serialise(): Uint8Array;
  /** SHA-256 where the state is too large for `serialise` to be wanted for comparing. */
  digest?(): Uint8Array;
  /** Gives back files and memory. */
  dispose?(): void;
}

/** What a check says at the end. `passed` is before severity; zero tested rows are for the run to judge. */
export interface Outcome {
  passed: boolean;
  /** Rows, cells, groups or buckets looked at, and how many of them failed. */
  tested: number;
  failed: number;
  /** A sentence; no value of a column, only names and numbers, and names that the contract itself lists. */
  message: string;
  threshold?: Json;
  observed?: Json;
  samples?: readonly Sample[];
}

/** A rule bound to a schema, ready to run. */
export interface BoundCheck<S extends CheckState = CheckState> {
  init(): S;
  deserialise(bytes: Uint8Array): S;
  verdict(state: S): Outcome;
  /** True once no further row can make the rule pass, so that the run may end early. */
  hopeless?(state: S): boolean;
}

/** What the version before this one left behind, for the checks that compare with it. */
export interface Previous {
  schema?: Schema;
  rows?: number;
  /** The serialised state of a rule, by its id, from the run over that version. */
  states?: Readonly<Record<string, Uint8Array>>;
}

/** Keys of other versions that `foreign_key` rules refer to, read beforehand, by the id of the rule; or why there are none. */
export type References = ReadonlyMap<string, KeySet | CounterfoilError>;

export interface BindContext {
  schema: Schema;
  detector?: DetectorFactory;
  /** Milliseconds since the epoch: what `freshness` measures from. */
  now: number;
  /** A private folder for what does not fit in memory. */
  tmp: string;
  /** Keys that one exact check may hold in memory. Default `LIMITS.tallyKeysInMemory`. */
  tallyKeys?: number;
  previous?: Previous;
  references?: References;
  /** What external rules came to, by id; looked at only in the verdict. */
  outcomes?: ReadonlyMap<string, Outcome | CounterfoilError>;
}

/** A field with its position in every batch. */
export interface Place extends Field {
  at: number;
}

export type Family = 'shape' | 'values' | 'completeness' | 'distribution' | 'privacy' | 'own';

/** How two rules of one check on the same columns combine: the parameters of the stricter, or what contradicts. */
export type Meet = { params: Readonly<Record<string, Json | undefined>> } | { conflict: string } | undefined;

/** What docs/CHECKS.md says about a check. */
export interface Description {
  summary: string;
  /** What is counted as tested and as failed. */
  counts: string;
  nulls: string;
  empty: string;
  notes?: string;
  parameters: Readonly<Record<string, string>>;
  example: { readonly [key: string]: Json };
}

/** What a check must find unchanged in its columns to mean the same on a masked view. */
export type Need = 'values' | 'equality' | 'nulls' | 'nothing';

export interface CheckDefinition {
  name: string;
  family: Family;
  describe: Description;
  needs: Need;
  /** True where the rule means the same for each of its columns, so that some can be left out. */
  independent: boolean;
  /** True where something beside the batches evaluates it, and its outcome is handed to the run. */
  external: boolean;
  /** True where it compares with its own state over the version before. */
  compares: boolean;
  /** True where it sorts a key of every row, and so takes memory and disk. */
  tallies: boolean;
  /** False where a failing row cannot be named, so `quarantine-rows` makes no sense. */
  perRow: boolean;
  /** Names of the check's own parameters. */
  parameters: readonly string[];
  parse(json: unknown, path: string): Rule;
  bind(rule: Rule, context: BindContext): BoundCheck;
  meet?(mine: Rule, theirs: Rule): Meet;
}

interface Spec<S extends z.ZodRawShape, C extends CheckState> {
  name: string;
  family: Family;
  describe: Description;
  perRow?: boolean;
  /** Default: `values`. */
  needs?: Need;
  independent?: boolean;
  external?: boolean;
  compares?: boolean;
  tallies?: boolean;
  /** How many columns the rule names. */
  columns: 'none' | 'one' | 'some' | 'optional';
  params: S;
  /** Faults that the shape cannot say, such as a minimum over the maximum. */
  refine?(params: Typed<S>, columns: readonly string[]): string | undefined;
  bind(rule: Typed<S>, fields: readonly Place[], context: BindContext): BoundCheck<C>;
  meet?(mine: Typed<S>, theirs: Typed<S>): Meet;
}

type Typed<S extends z.ZodRawShape> = CommonRule & z.infer<z.ZodObject<S>>;

/** A check from its parts; the registry holds these. */
export function defineCheck<S extends z.ZodRawShape, C extends CheckState>(spec: Spec<S, C>): CheckDefinition {
  const shape = { ...commonShape, ...spec.params };
  const parse = (json: unknown, path: string): Typed<S> => {
    const rule = parseStrict(shape, json, path) as Typed<S>;
    const fault = wrongColumns(spec.columns, rule.columns ?? []) ?? spec.refine?.(rule, rule.columns ?? []);
    if (fault !== undefined) throw new CounterfoilError('contract.invalid', `${path}: ${fault}.`);
    if (rule.onFail === 'quarantine-rows' && spec.perRow !== true) {
      throw new CounterfoilError(
        'contract.invalid',
        `${path}.onFail: ${spec.name} fails on the data as a whole, so no rows can be set aside; use abort or warn.`,
      );
    }
    return rule;
  };
  return {
    name: spec.name,
    family: spec.family,
    describe: spec.describe,
    needs: spec.needs ?? 'values',
    independent: spec.independent ?? (spec.perRow === true && spec.columns === 'some'),
    external: spec.external === true,
    compares: spec.compares === true,
    tallies: spec.tallies === true,
    perRow: spec.perRow === true,
    parameters: Object.keys(spec.params),
    parse: (json, path) => parse(json, path) as Rule,
    bind: (rule, context) => {
      const typed = parse(rule, `rule ${printable(rule.id)}`);
      return spec.bind(typed, fieldsOf(typed, context.schema), context);
    },
    ...(spec.meet === undefined
      ? {}
      : { meet: (mine, theirs) => spec.meet!(parse(mine, mine.id), parse(theirs, theirs.id)) }),
  };
}

function wrongColumns(wanted: 'none' | 'one' | 'some' | 'optional', given: readonly string[]): string | undefined {
  if (wanted === 'none' && given.length > 0) return 'this check takes no columns';
  if (wanted === 'one' && given.length !== 1) return 'columns must name exactly one column';
  if (wanted === 'some' && given.length === 0) return 'columns must name at least one column';
  if (new Set(given).size !== given.length) return 'columns names one of them twice';
  return undefined;
}

/** The schema's field of a name, or `contract.invalid`. */
export function placeOf(schema: Schema, name: string): Place {
  const at = schema.fields.findIndex((field) => field.name === name);
  if (at >= 0) return { ...schema.fields[at]!, at };
  throw new CounterfoilError('contract.invalid', `There is no column ${printable(name)}.`);
}

const fieldsOf = (rule: CommonRule, schema: Schema): Place[] =>
  (rule.columns ?? []).map((name) => placeOf(schema, name));

/** A rule that does not fit the column it names: `contract.invalid` with the type that is there. */
export function unfit(field: Field, need: string): CounterfoilError {
  return new CounterfoilError(
    'contract.invalid',
    `Column ${printable(field.name)} is of type ${field.type.name}; ${need}.`,
  );
}
