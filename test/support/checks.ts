import { tmpdir } from 'node:os';
import type { Batch, DataType, Schema } from '../../daemon/columnar/index.js';
import { type CheckOptions, compileChecks, type Report, type Result } from '../../daemon/pipeline/checks/index.js';
import { columnOf } from './columns.js';

export const INT64: DataType = { name: 'int', bits: 64, signed: true };
export const INT32: DataType = { name: 'int', bits: 32, signed: true };
export const FLOAT: DataType = { name: 'float', bits: 64 };
export const TEXT: DataType = { name: 'utf8' };
export const BOOL: DataType = { name: 'bool' };
export const DATE: DataType = { name: 'date', unit: 'd' };
export const MOMENT: DataType = { name: 'timestamp', unit: 'us', tz: 'UTC' };
export const NAIVE: DataType = { name: 'timestamp', unit: 'ms' };
export const MONEY: DataType = { name: 'decimal', precision: 15, scale: 2 };

/** Days since 1970 of a date text. */
export const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 86_400_000;
/** Microseconds since 1970 of an RFC 3339 text. */
export const micros = (text: string): bigint => BigInt(Date.parse(text)) * 1000n;

export type TableOf = Record<string, { type: DataType; values: readonly unknown[] }>;

export function tableOf(columns: TableOf): { schema: Schema; batch: Batch } {
  const entries = Object.entries(columns);
  const rows = entries[0]?.[1].values.length ?? 0;
  return {
    schema: { fields: entries.map(([name, { type }]) => ({ name, type, nullable: true })) },
    batch: { rows, columns: entries.map(([, { type, values }]) => columnOf(type, values)) },
  };
}

export const OPTIONS: CheckOptions = { side: 'provider', now: Date.parse('2026-06-15T12:00:00Z'), tmp: tmpdir() };

/** The report of rules over one batch of plain values. */
export function reportOn(columns: TableOf, rules: readonly unknown[], options: Partial<CheckOptions> = {}): Report {
  const { schema, batch } = tableOf(columns);
  const run = compileChecks(rules, schema, { ...OPTIONS, ...options });
  run.update(batch, 0);
  return run.finish();
}

/** The one result of one rule; its id is filled in. */
export function resultOf(columns: TableOf, rule: Record<string, unknown>, options: Partial<CheckOptions> = {}): Result {
  return reportOn(columns, [{ id: 'r', ...rule }], options).results[0]!;
}
