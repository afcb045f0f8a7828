import { z } from 'zod';
import { CounterfoilError, LIMITS, rfc3339 } from '../foundation/index.js';
import { isSchedule } from './schedule.js';

/** What both sides sign beside contract and policy. null where nothing was agreed. */
export interface Terms {
  readonly purpose: string | null;
  /** Legal basis, a code such as gdpr:6.1.b. */
  readonly basis: string | null;
  /** RFC 3339 UTC with milliseconds: from then on nothing is exchanged. */
  readonly expires: string | null;
  /** How long the consumer may keep what landed: `30d`, `12h`. */
  readonly retain: string | null;
  /** Cron expression of five fields, UTC: new versions are made and sent then. */
  readonly follow: string | null;
}

export const NO_TERMS: Terms = { purpose: null, basis: null, expires: null, retain: null, follow: null };

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

export const termsShape = {
  purpose: z.string().min(1).max(LIMITS.purposeChars).nullable(),
  basis: z.string().min(1).max(LIMITS.purposeChars).nullable(),
  expires: z.string().regex(MOMENT).nullable(),
  retain: z
    .string()
    .regex(/^[1-9]\d{0,4}[hd]$/)
    .nullable(),
  follow: z
    .string()
    .max(100)
    .regex(/^[\d*/,A-Za-z-]+( [\d*/,A-Za-z-]+){4}$/)
    .refine(isSchedule)
    .nullable(),
};

/** Terms as people give them; what is undefined stays as it was. */
export type TermsInput = { readonly [K in keyof Terms]?: Terms[K] | undefined };

/**
 * Terms with some of them changed. A date alone expires at its end (UTC). `agreement.invalid` names the term that is not
 * what it should be, or an expiry that has passed.
 */
export function applyTerms(before: Terms, input: TermsInput, now: number): Terms {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const { purpose, basis, expires, retain, follow } = before;
  const next = { purpose, basis, expires, retain, follow, ...given } as Terms;
  const terms = { ...next, expires: next.expires === null ? null : expiry(next.expires) };
  const result = z.strictObject(termsShape).safeParse(terms);
  if (!result.success) {
    const name = String(result.error.issues[0]!.path[0]);
    throw new CounterfoilError(
      'agreement.invalid',
      `The term ${name} is not what it should be: ${FORMS[name] ?? 'a short text'}.`,
    );
  }
  if (terms.expires !== null && Date.parse(terms.expires) <= now)
    throw new CounterfoilError('agreement.expired', 'The agreement would expire in the past.');
  return terms;
}

const FORMS: Record<string, string> = {
  expires: 'a date such as 2030-01-31, or a time such as 2030-01-31T12:00:00Z',
  retain: 'a number of hours or days, such as 12h or 30d',
  follow: 'a cron expression of five fields that comes up at some time, such as "0 6 * * *" for every day at 6:00 UTC',
  purpose: `a text of at most ${LIMITS.purposeChars} characters`,
  basis: `a text of at most ${LIMITS.purposeChars} characters`,
};

function expiry(text: string): string {
  const ms = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59.999Z` : text);
  return Number.isNaN(ms) || !/^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/.test(text) ? text : rfc3339(ms);
}
