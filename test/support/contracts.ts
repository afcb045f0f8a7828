import { type Contract, type ParseOptions, parseContract } from '../../daemon/catalog/index.js';
import type { Json } from '../../daemon/foundation/index.js';
import { parseRule } from '../../daemon/pipeline/checks/index.js';

/** The beginning of a contract. */
export const head = (apiVersion = 'v3.1.0'): string => `apiVersion: ${apiVersion}
kind: DataContract
id: orders
version: 1.0.0
status: active
`;

/** Lines with so many spaces more in front. */
const indented = (text: string, spaces: number): string => text.replaceAll(/^(?=.)/gm, ' '.repeat(spaces));

/** A contract with one table; the columns are YAML list items, `table` further entries of the table. */
export function contractOf(columns: string, table = '', apiVersion = 'v3.1.0'): string {
  return `${head(apiVersion)}schema:
  - name: orders
${columns === '' ? '' : `    properties:\n${indented(columns.trim(), 6)}\n`}${indented(table.trim(), 4)}
`;
}

/** Reads a contract as the gateway does, its rules judged by the checks. */
export const read = (text: string, options: ParseOptions = {}): Contract =>
  parseContract(text, { checkRule: parseRule, ...options });

type Rule = Record<string, Json>;

/** The rules of a contract, but for the one about its columns. */
export const rulesOf = (text: string): Rule[] =>
  (read(text).rules as unknown as Rule[]).filter(({ check }) => check !== 'schema.match');

/** The only rule that a quality entry of column x gives, without its id and columns. */
export function ruleOf(quality: string, apiVersion?: string): Rule {
  const rules = rulesOf(contractOf(`- name: x\n  quality:\n    - ${quality}`, '', apiVersion));
  if (rules.length !== 1) throw new Error(`${rules.length} rules`);
  const { id: _id, columns: _columns, ...rest } = rules[0]!;
  return rest;
}
