import { CounterfoilError, canonicalJson, hex, type Json, LIMITS, sha256 } from '../../foundation/index.js';
import { addLibraryRule, sharedOf } from './library.js';
import { ContractNode } from './node.js';
import { type ContractColumn, readColumn } from './properties.js';
import { type NotEvaluated, RuleList } from './rules.js';
import { readYaml } from './yaml.js';

/** An ODCS document as far as it is understood here. The text itself is what is kept: nothing of it is lost. */
export interface Contract {
  id: string;
  version: string;
  apiVersion: string;
  status: string | undefined;
  name: string | undefined;
  /** The whole document as JSON. */
  json: Json;
  /** SHA-256 of its canonical JSON form, hex. */
  digest: string;
  /** Name of the table that it describes. */
  table: string | undefined;
  columns: readonly ContractColumn[];
  /** Rules as JSON for the checks. */
  rules: readonly Json[];
  notEvaluated: readonly NotEvaluated[];
  /** `customProperties`: purpose, legalBasis, retention and the like. */
  properties: Readonly<Record<string, Json>>;
  /** `customProperties` of columns, by column. */
  columnProperties: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}

export interface ParseOptions {
  /** The table to read, of a contract that describes several. */
  dataset?: string;
  /** Looks at a rule as the checks do; its `contract.invalid` then comes with the line of the contract. */
  checkRule?: (rule: Json, path: string) => unknown;
}

const API_VERSION = /^v3\.[0-2](\.\d+)?$/;
const ENGINE = 'counterfoil';

/** Reads an ODCS contract or requirements, v3.0 to v3.2. `contract.invalid` with line and path. */
export function parseContract(text: string, options: ParseOptions = {}): Contract {
  const document = readYaml(text);
  const root = new ContractNode(document, document.json);
  const kind = root.get('kind').neededText();
  if (kind !== 'DataContract') throw root.get('kind').fault(`${JSON.stringify(kind)} is not DataContract`);
  const apiVersion = root.get('apiVersion').neededText();
  if (!API_VERSION.test(apiVersion)) {
    throw root.get('apiVersion').fault(`${JSON.stringify(apiVersion)} is not read; versions v3.0 to v3.2 are`);
  }
  const id = root.get('id').neededText();
  const version = root.get('version').neededText();
  const list = new RuleList();
  const table = tableOf(root, options.dataset);
  const columns = table === undefined ? [] : readTable(list, table);
  if (list.rules.length > LIMITS.rulesPerContract) {
    throw root.fault(`it has ${list.rules.length} rules; at most ${LIMITS.rulesPerContract} are evaluated`);
  }
  if (options.checkRule !== undefined) checkRules(list, options.checkRule);
  return {
    id,
    version,
    apiVersion,
    status: root.get('status').text(),
    name: root.get('name').text(),
    json: document.json,
    digest: digestOf(root),
    table: table?.get('name').text(),
    columns,
    rules: list.rules.map(({ rule }) => JSON.parse(JSON.stringify(rule)) as Json),
    notEvaluated: list.notEvaluated,
    properties: customProperties(root),
    columnProperties: table === undefined ? {} : propertiesByColumn(table),
  };
}

function tableOf(root: ContractNode, dataset: string | undefined): ContractNode | undefined {
  const tables = root.get('schema').items();
  if (tables.length <= 1) return tables[0];
  const names = (table: ContractNode) => [table.get('name').text(), table.get('physicalName').text()];
  const named = tables.find((table) => dataset !== undefined && names(table).includes(dataset));
  if (named !== undefined) return named;
  throw root.get('schema').fault(`it describes ${tables.length} tables, and none is called like the dataset`);
}

function readTable(list: RuleList, table: ContractNode): ContractColumn[] {
  const properties = table.get('properties').items();
  const columns = properties.map((property) => readColumn(list, property));
  const seen = new Set<string>();
  columns.forEach(({ name }, at) => {
    if (seen.has(name)) throw properties[at]!.fault(`there are two columns ${JSON.stringify(name)}`);
    seen.add(name);
  });
  if (columns.length > 0) {
    const fields = columns.map(({ name, type }) => ({ name, ...(type === undefined ? {} : { type }) }));
    list.add(table.get('properties'), 'schema', { check: 'schema.match', mode: 'superset', fields });
  }
  const keys = properties
    .map((property, at) => ({
      property,
      name: columns[at]!.name,
      place: property.get('primaryKeyPosition').number() ?? at + 1,
    }))
    .filter(({ property }) => property.get('primaryKey').flag())
    .sort((one, other) => one.place - other.place);
  if (keys.length > 0) {
    list.add(table, 'primaryKey', { check: 'unique', columns: keys.map(({ name }) => name) });
  }
  addQuality(list, table.get('quality'), { column: undefined, name: table.get('name').text() ?? 'table' });
  properties.forEach((property, at) => {
    addQuality(list, property.get('quality'), { column: columns[at]!.name, name: columns[at]!.name });
  });
  return columns;
}

function addQuality(list: RuleList, quality: ContractNode, target: { column: string | undefined; name: string }): void {
  for (const node of quality.items()) {
    const type = node.get('type').text() ?? 'library';
    if (type === 'library') addLibraryRule(list, node, target);
    else if (type === 'custom' && node.get('engine').text() === ENGINE) addOwnRule(list, node, target);
    else if (type === 'custom')
      list.skip(node, `the engine ${JSON.stringify(node.get('engine').neededText())} is not run here`);
    else if (type === 'sql') list.skip(node, 'SQL of a database is not run here');
    else if (type === 'text') list.skip(node, 'it is for people to read');
    else
      throw node.get('type').fault(`${JSON.stringify(type)} is no type of rule; there are text, library, sql, custom`);
  }
}

/** A check of ours, as an object or as YAML text. Under a property it is about that column unless it names others. */
function addOwnRule(
  list: RuleList,
  node: ContractNode,
  { column, name }: { column: string | undefined; name: string },
): void {
  const implementation = node.get('implementation');
  const given =
    typeof implementation.json === 'string' ? embedded(implementation, implementation.json) : implementation.members();
  const { id: ownId, check, ...parameters } = given as { [key: string]: Json };
  if (typeof check !== 'string') throw implementation.fault('a rule names its check');
  const id = typeof ownId === 'string' ? ownId : (node.get('id').text() ?? node.get('name').text());
  const columns = column === undefined || 'columns' in given ? {} : { columns: [column] };
  list.add(node, id ?? `${name}.${check}`, { check, ...columns, ...sharedOf(node), ...parameters }, id !== undefined);
}

function embedded(node: ContractNode, text: string): { readonly [key: string]: Json | undefined } {
  try {
    const inner = readYaml(text);
    return new ContractNode(inner, inner.json).members();
  } catch (error) {
    throw node.fault(
      `its text is not an object: ${(error as Error).message.replace(/^The contract, |\.$/g, '')}`,
      error,
    );
  }
}

function checkRules(list: RuleList, checkRule: NonNullable<ParseOptions['checkRule']>): void {
  for (const { rule, from } of list.rules) {
    try {
      checkRule(JSON.parse(JSON.stringify(rule)) as Json, 'rule');
    } catch (error) {
      if (!(error instanceof CounterfoilError) || error.code !== 'contract.invalid') throw error;
      throw from.fault(error.message.replace(/\.$/, ''), error);
    }
  }
}

function digestOf(root: ContractNode): string {
  try {
    return hex(sha256(canonicalJson(root.json!)));
  } catch (error) {
    throw root.fault('it holds a number or text that JSON cannot carry exactly', error);
  }
}

function customProperties(node: ContractNode): Record<string, Json> {
  const entries = node.get('customProperties').items();
  return Object.fromEntries(
    entries.map((entry) => [entry.get('property').neededText(), entry.get('value').json ?? null]),
  );
}

function propertiesByColumn(table: ContractNode): Record<string, Record<string, Json>> {
  const entries = table
    .get('properties')
    .items()
    .flatMap((property): [string, Record<string, Json>][] => {
      const own = customProperties(property);
      const name = property.get('physicalName').text() ?? property.get('name').neededText();
      return Object.keys(own).length === 0 ? [] : [[name, own]];
    });
  return Object.fromEntries(entries);
}
