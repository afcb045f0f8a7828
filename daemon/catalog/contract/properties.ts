import type { Json } from '../../foundation/index.js';
import type { ContractNode } from './node.js';
import type { RuleList } from './rules.js';

/** A column as the contract describes it. */
export interface ContractColumn {
  name: string;
  /** ODCS logical type, and the exact type where `physicalType` is one of ours. */
  logicalType: string | undefined;
  type: string | undefined;
  required: boolean;
  classification: string | undefined;
}

const LOGICAL_TYPES = ['string', 'date', 'timestamp', 'time', 'number', 'integer', 'object', 'array', 'boolean'];
const EXACT_TYPE =
  /^(u?int(8|16|32|64)|float(16|32|64)|decimal\(\d+,-?\d+\)|utf8|fixed_size_binary\(\d+\)|date(32|64)|(time|duration|timestamp)\[(s|ms|us|ns)(,.+)?\]|(list|fixed_size_list|struct|extension)<.+>)$/;

/** Words of JSON Schema for formats that have another name here. */
const FORMATS: Readonly<Record<string, string>> = {
  email: 'email',
  uri: 'uri',
  hostname: 'hostname',
  ipv4: 'ipv4',
  ipv6: 'ipv6',
  uuid: 'uuid',
  date: 'date',
  time: 'time',
  'date-time': 'date-time',
};

/** Reads a property of the table and adds the rules that its attributes stand for. */
export function readColumn(list: RuleList, node: ContractNode): ContractColumn {
  const name = node.get('physicalName').text() ?? node.get('name').neededText();
  const logicalType = node.get('logicalType').text();
  if (logicalType !== undefined && !LOGICAL_TYPES.includes(logicalType)) {
    throw node
      .get('logicalType')
      .fault(`${JSON.stringify(logicalType)} is no logical type; there are ${LOGICAL_TYPES.join(', ')}`);
  }
  const physical = node.get('physicalType').text()?.replaceAll(/\s/g, '');
  const isExact = physical !== undefined && EXACT_TYPE.test(physical);
  const column: ContractColumn = {
    name,
    logicalType,
    type: isExact ? physical : logicalType,
    required: node.get('required').flag() || node.get('primaryKey').flag(),
    classification: node.get('classification').text(),
  };
  const columns = [name];
  if (column.required) list.add(node, `${name}.required`, { check: 'null', columns });
  if (node.get('unique').flag()) list.add(node, `${name}.unique`, { check: 'unique', columns });
  const allowed = node
    .get('enum')
    .items()
    .map((item) => allowedValue(item));
  if (allowed.length > 0) list.add(node.get('enum'), `${name}.enum`, { check: 'in_set', columns, values: allowed });
  const options = node.get('logicalTypeOptions');
  if (options.isThere) addOptions(list, options, name, logicalType);
  return column;
}

/** An entry of `enum`: a value, or an object that has one. */
function allowedValue(item: ContractNode): Json {
  const value = typeof item.json === 'object' ? item.get('value').json : item.json;
  if (value === undefined || value === null) throw item.fault('a value is expected here');
  return value;
}

/** What `logicalTypeOptions` may hold, and what becomes of it. The rest is kept and listed as not evaluated. */
function addOptions(list: RuleList, options: ContractNode, name: string, logicalType: string | undefined): void {
  const columns = [name];
  const known = new Set<string>(['timezone', 'defaultTimezone']);
  const number = (key: string): number | undefined => {
    known.add(key);
    return options.get(key).number();
  };
  const length = (min: string, max: string): void => {
    const bounds = withoutMissing({ min: number(min), max: number(max) });
    if (Object.keys(bounds).length > 0) list.add(options, `${name}.length`, { check: 'length', columns, ...bounds });
  };
  if (logicalType === 'array') length('minItems', 'maxItems');
  if (logicalType === 'string') {
    length('minLength', 'maxLength');
    known.add('pattern');
    const pattern = options.get('pattern').text();
    if (pattern !== undefined)
      list.add(options.get('pattern'), `${name}.pattern`, { check: 'regex', columns, pattern });
    const format = options.get('format').text();
    if (format !== undefined && Object.hasOwn(FORMATS, format)) {
      known.add('format');
      list.add(options.get('format'), `${name}.format`, { check: 'format', columns, format: FORMATS[format]! });
    }
  }
  const range = rangeOf(options, known);
  if (range !== undefined) list.add(options, `${name}.range`, { check: 'range', columns, ...range });
  for (const key of Object.keys(options.members())) {
    if (!known.has(key)) list.skip(options.get(key), `the option ${JSON.stringify(key)} is not checked`);
  }
}

/** Bounds. `exclusiveMinimum` is a bound itself, or, as some write it, the mark that `minimum` is exclusive. */
function rangeOf(options: ContractNode, known: Set<string>): { [parameter: string]: Json | undefined } | undefined {
  const range: { [parameter: string]: Json } = {};
  for (const [side, plain, exclusive, flag] of [
    ['min', 'minimum', 'exclusiveMinimum', 'exclusiveMin'],
    ['max', 'maximum', 'exclusiveMaximum', 'exclusiveMax'],
  ] as const) {
    const bound = boundOf(options.get(plain));
    const strict = options.get(exclusive);
    if (bound !== undefined) range[side] = bound;
    if (typeof strict.json === 'boolean') {
      if (strict.json && bound !== undefined) range[flag] = true;
    } else if (strict.isThere) {
      if (bound !== undefined) throw strict.fault(`give ${plain} or ${exclusive}, not both`);
      range[side] = boundOf(strict)!;
      range[flag] = true;
    }
    known.add(plain);
    known.add(exclusive);
  }
  return Object.keys(range).length === 0 ? undefined : range;
}

function boundOf(node: ContractNode): string | number | undefined {
  if (!node.isThere) return undefined;
  if (typeof node.json === 'string') return node.json.replace(/^(\d{4}-\d{2}-\d{2}) (\d)/, '$1T$2');
  return node.number();
}

const withoutMissing = (members: Record<string, number | undefined>): Record<string, number> =>
  Object.fromEntries(Object.entries(members).filter((member): member is [string, number] => member[1] !== undefined));
