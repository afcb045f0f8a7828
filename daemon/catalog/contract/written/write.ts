import { Document, isCollection, isScalar, type Node, type Scalar, visit, type YAMLMap, type YAMLSeq } from 'yaml';
import { CounterfoilError, type Json, LIMITS, printable } from '../../../foundation/index.js';
import type { KnownColumn, KnownDataset } from './known.js';
import { grouped, looksUnique, type WrittenProperty, writtenProperty } from './property.js';

/**
 * A first contract as YAML, with comments that tell a person what was seen and what can be said. The data it was made
 * from keeps it: types, nulls, a key, lists of few values, numbers that are never negative, personal data where it is.
 */
export function writeContract(known: KnownDataset): string {
  for (const detail of ['all', 'types', 'table'] as const) {
    const text = written(known, detail);
    if (Buffer.byteLength(text) <= LIMITS.contractBytes) return text;
  }
  throw new CounterfoilError('limit.exceeded', `A contract has at most ${LIMITS.contractBytes} bytes.`);
}

/** With `types` what is said of columns is their types and nulls, a line each; with `table` they are left out. */
function written(all: KnownDataset, detail: 'all' | 'types' | 'table'): string {
  const known: KnownDataset = {
    ...all,
    columns: detail === 'table' ? [] : all.columns.map(detail === 'all' ? (x) => x : bare),
  };
  const key = known.columns.find((column) => column.nulls === 0 && looksUnique(column, known.rows));
  const properties = known.columns.map((column) => writtenProperty(column, known, column === key));
  const document = new Document(contractOf(known, properties), { aliasDuplicateObjects: false, compat: 'yaml-1.1' });
  document.commentBefore = lines(heading(known, properties));
  const status = document.get('status', true) as Node;
  status.comment = ' draft until people have agreed on it, then active';
  const items = document.getIn(['schema', 0, 'properties'], true) as YAMLSeq<YAMLMap> | undefined;
  items?.items.forEach((item, at) => {
    const { notes } = properties[at]!;
    if (notes.length > 0 && detail === 'all') item.commentBefore = lines(notes);
    if (detail === 'types') item.flow = true;
    else if (at > 0) item.spaceBefore = true;
  });
  document.comment = lines(suggestions(known));
  visit(document, { Seq: (_, list) => compact(list) });
  visit(document, { Scalar: quoteInFlow });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false, blockQuote: false });
}

function heading({ dataset, rows, columns }: KnownDataset, properties: readonly WrittenProperty[]): string[] {
  const text = `${grouped(rows)} row${rows === 1 ? '' : 's'}`;
  const listsValues = properties.some(({ entry }) => entry.quality !== undefined || entry.enum !== undefined);
  return [
    `First contract of ${printable(dataset)}, written from ${text}. All of it holds for them:`,
    'change what is to hold for those to come. docs/CONTRACTS.md tells what can be said here.',
    ...(columns.some(isPersonal)
      ? ['Columns that look personal need a rule in an offer (a mask, drop or keep), but for places that many share.']
      : []),
    ...(listsValues ? ['Values that are listed are told to each peer that is offered the data.'] : []),
  ];
}

/** A column with what a contract on thousands of columns has room for. */
const bare = ({ name, type, nulls, personal = [] }: KnownColumn): KnownColumn => ({
  ...{ name, type, nulls },
  personal: personal.map(({ column = name, entity, verdict }) => ({ column, entity, verdict, evidence: '' })),
});

const isPersonal = ({ personal = [] }: KnownColumn): boolean => personal.length > 0;

/** Characters that a list of values may take on one line. */
const LINE_CHARS = 100;

/** A short list of plain values goes on one line. */
function compact(list: YAMLSeq): void {
  const values = list.items.map((item) => (isScalar(item) ? String(item.value) : undefined));
  if (values.includes(undefined) || values.join(', ').length > LINE_CHARS) return;
  list.flow = true;
}

/** Readers of YAML 1.1 take more characters for signs within brackets than those of 1.2. */
function quoteInFlow(_: unknown, scalar: Scalar, path: readonly unknown[]): void {
  if (typeof scalar.value !== 'string' || /^[\p{L}\p{N}_][\p{L}\p{N}_ .-]*$/u.test(scalar.value)) return;
  if (path.some((node) => isCollection(node) && node.flow === true)) scalar.type = 'QUOTE_DOUBLE';
}

const lines = (texts: readonly string[]): string => texts.map((text) => (text === '' ? '' : ` ${text}`)).join('\n');

function contractOf(known: KnownDataset, properties: readonly WrittenProperty[]): Json {
  return {
    apiVersion: known.apiVersion ?? 'v3.1.0',
    kind: 'DataContract',
    id: known.dataset,
    name: known.dataset,
    version: '1.0.0',
    status: 'draft',
    ...(known.organisation === undefined ? {} : { team: { name: known.organisation } }),
    schema: [
      {
        name: known.dataset,
        physicalType: 'table',
        ...(properties.length === 0 ? {} : { properties: properties.map(({ entry }) => entry) }),
        quality: tableQuality(known),
        ...(known.rows === 0 ? { customProperties: [{ property: 'allowEmpty', value: true }] } : {}),
      },
    ],
  };
}

function tableQuality({ rows, columns }: KnownDataset): Json[] {
  const count = { metric: 'rowCount', dimension: 'completeness' };
  const looked = columns.some((column) => column.personal !== undefined);
  const found = columns.filter(isPersonal);
  const kinds = new Map<string, Set<string>>();
  for (const { name, personal } of found)
    for (const { column = name, entity } of personal!) kinds.set(column, (kinds.get(column) ?? new Set()).add(entity));
  const allow = Object.fromEntries([...kinds].map(([column, each]) => [column, [...each]]));
  return [
    rows === 0 ? { ...count, mustBeGreaterOrEqualTo: 0 } : { ...count, mustBeGreaterThan: 0 },
    ...(looked
      ? [
          {
            type: 'custom',
            name: 'personal-data-where-declared',
            description: 'Personal data is only in the columns where it is known to be.',
            severity: 'warning',
            engine: 'counterfoil',
            implementation: { check: 'pii.only_in', allow },
          },
        ]
      : []),
  ];
}

/** What a person may add, as YAML to copy. */
function suggestions({ columns }: KnownDataset): string[] {
  const isTime = ({ type }: KnownColumn): boolean => type.name === 'date' || type.name === 'timestamp';
  const time = columns.find(isTime);
  const terms = [
    'purpose',
    'evaluation of a fraud model',
    'retention',
    '30d',
    ...(columns.some(isPersonal) ? ['legalBasis', 'gdpr:6.1.f'] : []),
  ];
  const pairs = terms.flatMap((text, at) => [at % 2 === 0 ? `  - property: ${text}` : `    value: ${text}`]);
  const check =
    time === undefined
      ? '{check: row_count_change, minPercent: -50}'
      : `{check: time_coverage, column: ${printable(time.name)}, unit: day}`;
  return [
    'What the data may be used for can be said too:',
    '',
    'customProperties:',
    ...pairs,
    '',
    'And every check of docs/CHECKS.md, under quality of the table:',
    '',
    '  - type: custom',
    '    engine: counterfoil',
    `    implementation: ${check}`,
  ];
}
