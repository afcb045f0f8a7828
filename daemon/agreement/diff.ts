import { own, printable } from '../foundation/index.js';
import type { AgreementDocument } from './document.js';
import { sayRule } from './effective.js';
import type { ColumnRule } from './policy.js';
import { same } from './verify.js';

/** What changed from one revision to the next, a line each, for a person to read before signing. */
export function diffRevisions(before: AgreementDocument, after: AgreementDocument): string[] {
  return [
    ...termLines(before, after),
    ...policyLines(before, after),
    ...columnLines(before, after),
    ...ruleLines(before, after),
    ...conflictLines(before, after),
  ];
}

function termLines(before: AgreementDocument, after: AgreementDocument): string[] {
  const names = ['purpose', 'basis', 'expires', 'retain', 'follow'] as const;
  return names.flatMap((name) =>
    before[name] === after[name] ? [] : [`${name}: ${say(before[name])} → ${say(after[name])}`],
  );
}

const say = (value: string | null | undefined): string =>
  value === null || value === undefined ? 'none' : printable(value, 200);

function policyLines(before: AgreementDocument, after: AgreementDocument): string[] {
  const columns = new Set([...Object.keys(before.policy.columns), ...Object.keys(after.policy.columns)]);
  const lines = [...columns].sort().flatMap((column) => {
    const [was, is] = [own(before.policy.columns, column), own(after.policy.columns, column)];
    return same(was ?? null, is ?? null) ? [] : [`column ${printable(column, 60)}: ${sayMask(was)} → ${sayMask(is)}`];
  });
  const { where: was } = before.policy;
  const { where: is } = after.policy;
  return was === is ? lines : [...lines, `rows where: ${say(was)} → ${say(is)}`];
}

function sayMask(rule: ColumnRule | undefined): string {
  if (rule === undefined) return 'kept';
  const { op, ...parameters } = rule;
  const list = Object.entries(parameters).map(([key, value]) => `${key}=${printable(String(value), 60).slice(1, -1)}`);
  return list.length === 0 ? op : `${op}(${list.join(', ')})`;
}

function columnLines(before: AgreementDocument, after: AgreementDocument): string[] {
  const types = (document: AgreementDocument) =>
    new Map(
      (document.schema as unknown as { fields: { name: string; type: unknown }[] }).fields.map((field) => [
        field.name,
        field.type,
      ]),
    );
  const [was, is] = [types(before), types(after)];
  return [
    ...[...is.keys()].filter((name) => !was.has(name)).map((name) => `column ${printable(name, 60)} is sent now`),
    ...[...was.keys()].filter((name) => !is.has(name)).map((name) => `column ${printable(name, 60)} is no longer sent`),
    ...[...is]
      .filter(([name, type]) => was.has(name) && !same(was.get(name), type))
      .map(([name]) => `column ${printable(name, 60)} has another type`),
  ];
}

function ruleLines(before: AgreementDocument, after: AgreementDocument): string[] {
  const rules = (document: AgreementDocument) =>
    new Map(document.contract.effective.rules.map((rule) => [rule.id, rule]));
  const [was, is] = [rules(before), rules(after)];
  const lines: string[] = [];
  for (const [id, rule] of is) {
    const old = was.get(id);
    if (old === undefined) lines.push(`+ ${printable(id, 60)}: ${sayRule(rule)}`);
    else if (!same(old, rule)) lines.push(`~ ${printable(id, 60)}: ${sayRule(old)} → ${sayRule(rule)}`);
  }
  for (const [id, rule] of was) if (!is.has(id)) lines.push(`- ${printable(id, 60)}: ${sayRule(rule)}`);
  return lines;
}

function conflictLines(before: AgreementDocument, after: AgreementDocument): string[] {
  const list = (document: AgreementDocument) =>
    document.contract.effective.conflicts.map(({ path, message }) => `${printable(path, 60)}: ${message}`);
  const [was, is] = [list(before), list(after)];
  return [
    ...is.filter((line) => !was.includes(line)).map((line) => `! ${line}`),
    ...was.filter((line) => !is.includes(line)).map((line) => `settled: ${line}`),
  ];
}
