import { z } from 'zod';
import { type Json, LIMITS } from '../../foundation/index.js';
import type { Path } from './places.js';
import type { Gathered } from './rules/draft.js';
import type { SchemaMode } from './rules/index.js';
import { said, unknownEntry } from './shape/check.js';
import type { ContractDocument } from './shape/document.js';
import type { Property } from './shape/table.js';

/** What happens to a column: an operator of docs/PRIVACY.md with its parameters. The agreement judges it. */
export interface MaskRule {
  readonly op: string;
  readonly [parameter: string]: Json | undefined;
}

/** What a contract says beside its rules, in `customProperties`. Undefined where it says nothing. */
export interface ContractTerms {
  purpose?: string;
  /** Code such as `gdpr:6.1.b`. */
  legalBasis?: string;
  /** Condition of Art. 9(2) GDPR for special categories, such as `gdpr:9.2.j`. */
  art9Condition?: string;
  /** What a transfer to a third country rests on, such as `scc` or `adequacy`. */
  transferMechanism?: string;
  /** `30d` or `12h`: how long the consumer may keep what landed. */
  retention?: string;
  presets?: readonly string[];
}

/** Custom properties that we read, by where they stand. */
const OURS = {
  document: [
    'purpose',
    'legalBasis',
    'art9Condition',
    'transferMechanism',
    'retention',
    'presets',
    'policy',
    'allowEmpty',
  ],
  table: ['policy', 'allowEmpty', 'schemaMatch'],
  column: ['mask', 'allowEmpty'],
} as const;

interface Custom {
  property: string;
  value?: unknown;
  vendor?: string | undefined;
}

type Found = Partial<Record<string, { value: unknown; path: Path }>>;

/** Ours among the custom properties of an element, by name; `legal_basis` and `Legal-Basis` are read as `legalBasis`. */
export function ours(list: unknown, path: Path, where: keyof typeof OURS, { faults }: Gathered): Found {
  const found: Found = {};
  ((list ?? []) as Custom[]).forEach(({ property, value, vendor }, at) => {
    const bare = property.replace(/^counterfoil[.:]/i, '');
    const plain = plainName(bare);
    const name = (OURS[where] as readonly string[]).find((each) => plainName(each) === plain);
    const place = [...path, 'customProperties', at];
    const marked = vendor?.toLowerCase() === 'counterfoil' || /^counterfoil[.:]/i.test(property);
    if (name === undefined) {
      if (marked)
        faults.add([...place, 'property'], unknownEntry(bare, OURS[where]).replace('of the standard', 'of ours'));
    } else if (found[name] !== undefined) faults.add([...place, 'property'], `is there twice: ${name}`);
    else found[name] = { value, path: [...place, 'value'] };
  });
  return found;
}

const plainName = (name: string): string => name.toLowerCase().replaceAll(/[-_ ]/g, '');

/** The terms of the document; what is not in the form it should be is a fault. */
export function termsOf(document: ContractDocument, found: Found, gathered: Gathered): ContractTerms {
  const terms: ContractTerms = {};
  for (const name of ['purpose', 'legalBasis', 'art9Condition', 'transferMechanism'] as const) {
    const value = textOf(found[name], LIMITS.purposeChars, gathered);
    if (value !== undefined) terms[name] = value;
  }
  const retention = found.retention === undefined ? slaRetention(document) : ownRetention(found.retention, gathered);
  if (retention !== undefined) terms.retention = retention;
  const presets = presetsOf(found.presets, gathered);
  if (presets !== undefined) terms.presets = presets;
  return terms;
}

function textOf(entry: Found[string], most: number, { faults }: Gathered): string | undefined {
  if (entry === undefined) return undefined;
  const { value, path } = entry;
  if (typeof value === 'string' && value.trim() !== '' && value.length <= most) return value;
  faults.add(path, `is ${said(value)}; a text of at most ${most} characters is expected`);
  return undefined;
}

const HOURS: Record<string, number> = {
  h: 1,
  hour: 1,
  hours: 1,
  d: 24,
  day: 24,
  days: 24,
  w: 168,
  week: 168,
  weeks: 168,
};
const YEARS = ['y', 'yr', 'year', 'years'];

/** A span as an agreement writes it, in hours or days; undefined for one that it cannot say. */
function span(value: number, unit: string): string | undefined {
  const hours = YEARS.includes(unit) ? value * 365 * 24 : value * (HOURS[unit] ?? Number.NaN);
  if (!Number.isInteger(hours) || hours < 1) return undefined;
  const text = hours % 24 === 0 ? `${hours / 24}d` : `${hours}h`;
  return /^[1-9]\d{0,4}[hd]$/.test(text) ? text : undefined;
}

function ownRetention({ value, path }: NonNullable<Found[string]>, { faults }: Gathered): string | undefined {
  const match = typeof value === 'string' ? /^(\d{1,6})\s*([a-z]+)$/i.exec(value.trim()) : null;
  const text = match === null ? undefined : span(Number(match[1]), match[2]!.toLowerCase());
  if (text === undefined)
    faults.add(path, `is ${said(value)}; a number of hours, days, weeks or years is expected, such as 30d`);
  return text;
}

/** The service level `retention` of the standard, where no property of ours says it. */
function slaRetention({ slaProperties }: ContractDocument): string | undefined {
  const level = slaProperties?.find(({ property }) => property.toLowerCase() === 'retention');
  const value = Number(level?.value);
  return level === undefined || level.value === null ? undefined : span(value, (level.unit ?? 'd').toLowerCase());
}

function presetsOf(entry: Found[string], { faults }: Gathered): string[] | undefined {
  if (entry === undefined) return undefined;
  const list = typeof entry.value === 'string' ? [entry.value] : entry.value;
  const result = z.array(z.string().min(1).max(60)).max(20).safeParse(list);
  if (!result.success) faults.add(entry.path, 'is a list of names of presets, such as [gdpr]');
  return result.data;
}

/** A yes or no; no where nothing is said. */
export function flagOf(entry: Found[string], { faults }: Gathered): boolean {
  if (entry === undefined || entry.value === false) return false;
  if (entry.value !== true) faults.add(entry.path, `is ${said(entry.value)}; true or false is expected`);
  return true;
}

export function modeOf(entry: Found[string], { faults }: Gathered): SchemaMode {
  const modes: readonly SchemaMode[] = ['superset', 'exact', 'subset'];
  const mode = entry === undefined ? 'superset' : modes.find((each) => each === entry.value);
  if (mode === undefined) faults.add(entry!.path, `is ${said(entry!.value)}; allowed is ${modes.join(', ')}`);
  return mode ?? 'superset';
}

const parameter = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.unknown()),
  z.record(z.string(), z.unknown()),
]);
const maskShape = z.object({ op: z.string().min(1).max(40) }).catchall(parameter);

/** One mask: the name of an operator, or a map with `op` and its parameters. */
function maskOf(value: unknown, path: Path, { faults }: Gathered): MaskRule | undefined {
  if (typeof value === 'string' && /^[a-z][a-z0-9_]{0,39}$/.test(value)) return { op: value };
  const result = maskShape.safeParse(value);
  if (result.success) return result.data as MaskRule;
  faults.add(
    path,
    `is ${said(value)}; a mask is the name of an operator such as token, or a map such as {op: partial, keep: 4}`,
  );
  return undefined;
}

export interface ContractPolicy {
  /** By column of the data. */
  columns: Readonly<Record<string, MaskRule>>;
  where?: string;
}

/** Masks by column: of the `mask` of each property, and of `policy: {columns, where}` of the table or the document. */
export function policyOf(
  properties: readonly { property: Property; path: Path; column: string }[],
  policies: readonly Found[string][],
  columnNamed: (name: string) => string,
  gathered: Gathered,
): ContractPolicy {
  const masks = new Map<string, MaskRule>();
  const put = (column: string, value: unknown, path: Path): void => {
    const mask = maskOf(value, path, gathered);
    if (mask === undefined) return;
    if (masks.has(column)) gathered.faults.add(path, 'gives a second mask to the column');
    masks.set(column, mask);
  };
  for (const { property, path, column } of properties) {
    const { mask } = ours(property.customProperties, path, 'column', gathered);
    if (mask !== undefined) put(column, mask.value, mask.path);
  }
  let where: string | undefined;
  for (const entry of policies) {
    if (entry === undefined) continue;
    const result = z
      .strictObject({
        columns: z.record(z.string(), z.unknown()).optional(),
        where: z.string().min(1).max(LIMITS.queryChars).optional(),
      })
      .safeParse(entry.value);
    if (!result.success) {
      gathered.faults.add(entry.path, 'is not a policy; write {columns: {name: operator}, where: condition}');
      continue;
    }
    for (const [name, value] of Object.entries(result.data.columns ?? {}))
      put(columnNamed(name), value, [...entry.path, 'columns', name]);
    where ??= result.data.where;
  }
  return { columns: Object.fromEntries(masks), ...(where === undefined ? {} : { where }) };
}
