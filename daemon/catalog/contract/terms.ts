import { z } from 'zod';
import { LIMITS } from '../../foundation/index.js';
import { PRESETS } from '../presets/index.js';
import type { Found } from './custom-properties.js';
import type { Gathered } from './rules/draft.js';
import { said } from './shape/check.js';
import type { ContractDocument } from './shape/document.js';

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
  /** Who says that it has no actual knowledge that what is left could identify a person: the HIPAA safe harbor asks for it. */
  noActualKnowledge?: string;
}

/** The terms of the document; what is not in the form it should be is a fault. */
export function termsOf(document: ContractDocument, found: Found, gathered: Gathered): ContractTerms {
  const terms: ContractTerms = {};
  for (const name of ['purpose', 'legalBasis', 'art9Condition', 'transferMechanism', 'noActualKnowledge'] as const) {
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
  const stray = result.data?.find((name) => !PRESETS.some((preset) => preset.name === name));
  if (stray !== undefined)
    faults.add(entry.path, `is ${said(stray)}; there are ${PRESETS.map(({ name }) => name).join(', ')}`);
  return result.data;
}
