import { CounterfoilError, canonicalJson, hex, type Json, LIMITS, sha256 } from '../../foundation/index.js';
import { presetRules } from '../presets/index.js';
import { flagOf, modeOf, ours } from './custom-properties.js';
import { Faults } from './faults.js';
import { type ContractPolicy, policyOf } from './masks.js';
import { type Path, pathText } from './places.js';
import { columnOf, type Gathered, type NotEvaluated, type Site } from './rules/draft.js';
import { withIds } from './rules/ids.js';
import { tableRules } from './rules/index.js';
import { typeOf } from './rules/types.js';
import { checkShape } from './shape/check.js';
import type { ContractDocument } from './shape/document.js';
import type { LogicalType, Property, Table } from './shape/table.js';
import { type ContractTerms, termsOf } from './terms.js';
import { readYaml, type Source } from './yaml.js';

/** What a contract says of one column. Rules that follow from it are among the rules. */
export interface ContractColumn {
  /** Its name in the data: `physicalName` where the property has one. */
  name: string;
  property: string;
  logicalType?: LogicalType;
  physicalType?: string;
  /** What is asked of its type, in the words of `schema.match`. */
  type?: string;
  required: boolean;
  unique: boolean;
  primaryKey: boolean;
  classification?: string;
  description?: string;
  /** The values allowed, where they are listed. */
  values?: readonly Json[];
}

/** An ODCS document as the gateway uses it. */
export interface Contract {
  id: string;
  version: string;
  apiVersion: string;
  status?: string;
  name?: string;
  /** The whole document as JSON. */
  json: Json;
  /** SHA-256 of the canonical JSON form (RFC 8785) of the whole document, hex. Comments and order are not in it. */
  digest: string;
  /** Name of the entry of `schema` that describes the dataset; undefined when the document has none. */
  table?: string;
  columns: readonly ContractColumn[];
  /** Rules as JSON with distinct ids; docs/CHECKS.md says what each check takes. */
  rules: readonly Json[];
  terms: ContractTerms;
  policy: ContractPolicy;
  /** What is kept and signed but that no check runs, and why. */
  notEvaluated: readonly NotEvaluated[];
}

export interface ParseOptions {
  /** Name of the dataset: which entry of `schema` is meant, where there are several. */
  dataset?: string;
  /** Judges one rule by its check: throws `contract.invalid` with the path it was given in front. */
  checkRule?: (rule: Json, path: string) => unknown;
}

/**
 * Reads an ODCS document, YAML or JSON, of v3.1 or v3.2 (v3.0 where it is the same). `contract.invalid` tells every fault
 * at once, each with its line and path and what is allowed there.
 */
export function parseContract(text: string, options: ParseOptions = {}): Contract {
  const source = readYaml(text);
  const faults = new Faults(source.lineOf);
  const { document, unknown } = checkShape(source, faults);
  const notEvaluated: NotEvaluated[] = [];
  const gathered: Gathered = {
    faults,
    drafts: [],
    lineOf: source.lineOf,
    leave: (path, reason) => notEvaluated.push({ path: pathText(path), line: source.lineOf(path), reason }),
  };
  for (const path of unknown) gathered.leave(path, 'it is not an entry of the standard');
  const top = ours(document.customProperties, [], 'document', gathered);
  const terms = termsOf(document, top, gathered);
  const chosen = chooseTable(document, options.dataset, faults);
  const parts = chosen === undefined ? NO_TABLE : readTable(chosen, top, source, gathered);
  const rules = rulesOf(gathered, options);
  faults.refuse();
  const taken = new Set(rules.map((rule) => (rule as { id?: string }).id));
  const preset = presetRules(terms).filter((rule) => !taken.has((rule as { id: string }).id));
  return {
    id: document.id,
    version: document.version,
    apiVersion: document.apiVersion,
    ...(document.status === undefined ? {} : { status: document.status }),
    ...(document.name === undefined ? {} : { name: document.name }),
    json: source.json,
    digest: hex(sha256(canonicalJson(source.json))),
    ...(chosen === undefined ? {} : { table: chosen.table.name }),
    ...parts,
    rules: [...rules, ...preset],
    terms,
    notEvaluated,
  };
}

const NO_TABLE = { columns: [], policy: { columns: {} } };

interface Chosen {
  table: Table;
  path: Path;
}

/** The entry of `schema` that is meant: the only one, or the one named as the dataset. */
function chooseTable(
  { schema = [] }: ContractDocument,
  dataset: string | undefined,
  faults: Faults,
): Chosen | undefined {
  const named = schema.findIndex(
    ({ name, physicalName }) => dataset !== undefined && (name === dataset || physicalName === dataset),
  );
  const at = schema.length === 1 ? 0 : named;
  if (at >= 0) return { table: schema[at]!, path: ['schema', at] };
  if (schema.length === 0) return undefined;
  const names = schema.slice(0, LIMITS.namesPerMessage).map(({ name }) => name);
  const wanted = dataset === undefined ? 'the dataset is not named' : `none is named ${dataset}`;
  faults.add(['schema'], `has ${schema.length} tables and ${wanted}: ${names.join(', ')}`);
  faults.refuse();
  return undefined;
}

function readTable({ table, path }: Chosen, top: ReturnType<typeof ours>, source: Source, gathered: Gathered) {
  const { faults } = gathered;
  const own = ours(table.customProperties, path, 'table', gathered);
  const properties = table.properties ?? [];
  const columns = new Map(properties.map((property) => [property.name!, property.physicalName ?? property.name!]));
  const site: Site = {
    table: table.name,
    columns,
    allowEmpty: flagOf(top.allowEmpty, gathered) || flagOf(own.allowEmpty, gathered),
  };
  twice(
    properties.map(({ name }) => name!),
    path,
    faults,
  );
  if (faults.count === 0)
    twice(
      properties.map(({ name }) => columns.get(name!)!),
      path,
      faults,
    );
  tableRules(table, path, site, modeOf(own.schemaMatch, gathered), gathered, source.document);
  const placed = properties.map((property, at) => ({
    property,
    path: [...path, 'properties', at],
    column: columns.get(property.name!)!,
  }));
  const policy = policyOf(placed, [own.policy, top.policy], (name) => columnOf(site, name), gathered);
  return { columns: placed.map(({ property, column }) => expectation(property, column)), policy };
}

function twice(names: readonly string[], path: Path, faults: Faults): void {
  const seen = new Set<string>();
  names.forEach((name, at) => {
    if (seen.has(name))
      faults.add([...path, 'properties', at], `describes the column ${JSON.stringify(name)} a second time`);
    seen.add(name);
  });
}

function expectation(property: Property, column: string): ContractColumn {
  const type = typeOf(property);
  const { logicalType, physicalType, classification, description } = property;
  return {
    name: column,
    property: property.name!,
    ...(logicalType === undefined ? {} : { logicalType }),
    ...(physicalType === undefined ? {} : { physicalType }),
    ...(type === undefined ? {} : { type }),
    required: property.required === true || property.primaryKey === true,
    unique: property.unique === true,
    primaryKey: property.primaryKey === true,
    ...(classification === undefined ? {} : { classification }),
    ...(description === undefined ? {} : { description }),
    ...(property.enum === undefined ? {} : { values: property.enum.map(({ value }) => value) }),
  };
}

/** The rules with their ids, each judged where somebody is there to judge. */
function rulesOf({ drafts, faults }: Gathered, { checkRule }: ParseOptions): Json[] {
  if (drafts.length > LIMITS.rulesPerContract) {
    faults.add(['schema'], `comes to ${drafts.length} rules; a contract has at most ${LIMITS.rulesPerContract}`);
    return [];
  }
  return withIds(drafts).map(({ draft, rule }) => {
    if (checkRule !== undefined) {
      try {
        checkRule(rule, '');
      } catch (error) {
        const { code, message } = CounterfoilError.from(error);
        if (code !== 'contract.invalid') throw error;
        faults.add(draft.path, `is not a rule: ${message.replace(/^\.?/, '').replace(/\.$/, '')}`);
      }
    }
    return rule;
  });
}
