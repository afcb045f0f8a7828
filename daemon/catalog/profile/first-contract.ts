import { stringify } from 'yaml';
import type { DataType } from '../../columnar/index.js';
import { base32, sha256 } from '../../foundation/index.js';
import type { ColumnProfile, TableProfile } from './table.js';

const LOGICAL: Partial<Record<DataType['name'], string>> = {
  bool: 'boolean',
  int: 'integer',
  float: 'number',
  decimal: 'number',
  utf8: 'string',
  date: 'date',
  time: 'time',
  timestamp: 'timestamp',
  list: 'array',
  fixed_size_list: 'array',
  struct: 'object',
};

/** A key is called like one and has a value of its own in every row. */
const KEY_NAME = /(^|[^a-z])(id|key|uuid|guid|code|number|no|nr)$/i;

/**
 * A first contract, which the rows that were looked at keep: ODCS v3.1, YAML text. It says the types, what is never null and
 * what is unique; it holds no values, so that it can be shown to a peer.
 */
export function firstContract(dataset: string, { schema, rows, columns }: TableProfile): string {
  const properties = columns.map((column, at) => propertyOf(column, schema.fields[at]!.type, rows));
  const contract = {
    apiVersion: 'v3.1.0',
    kind: 'DataContract',
    id: `urn:counterfoil:dataset:${base32(sha256(dataset)).slice(0, 26)}`,
    version: '0.1.0',
    status: 'draft',
    name: dataset,
    schema: [
      {
        name: dataset,
        logicalType: 'object',
        physicalType: 'table',
        ...(properties.length > 0 ? { properties } : {}),
        ...(rows > 0 ? { quality: [{ id: 'rows', metric: 'rowCount', mustBeGreaterThan: 0 }] } : {}),
      },
    ],
  };
  return stringify(contract, { lineWidth: 0 });
}

function propertyOf({ name, type, nulls, distinct, personal }: ColumnProfile, { name: kind }: DataType, rows: number) {
  const logicalType = LOGICAL[kind];
  const isKey = rows > 0 && nulls === 0 && distinct === rows && KEY_NAME.test(name.replace(/([a-z])([A-Z])/g, '$1 $2'));
  const entities = [...new Set(personal.map(({ entity }) => entity))];
  return {
    name,
    ...(logicalType === undefined ? {} : { logicalType }),
    physicalType: type,
    ...(rows > 0 && nulls === 0 ? { required: true } : {}),
    ...(isKey ? { unique: true } : {}),
    ...(entities.length > 0 ? { classification: 'personal', tags: entities } : {}),
  };
}
