import { z } from 'zod';
import { CounterfoilError, LIMITS, type OrgId, orgId } from '../../../foundation/index.js';

/** An organisation id in a request: checked, and typed as one from here on. */
export const orgIdSchema = z
  .string()
  .min(1)
  .max(LIMITS.orgIdChars)
  .transform((text, context): OrgId => {
    try {
      return orgId(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: CounterfoilError.from(error).message });
      return z.NEVER;
    }
  })
  .describe('Organisation id, such as acme.example.');

export const datasetNameSchema = z.string().min(1).max(LIMITS.datasetNameChars).describe('Name of a dataset.');

/** Ids that gateways make: `agr-…`, `trn-…`, `inv-…`. Bounded here; whether one exists is the room's answer. */
export const idSchema = z.string().min(1).max(64);

export const versionSchema = z.string().min(1).max(80).describe('Version id, v- and base32.');

/** Why somebody did something, for the ledger and the other side to read. */
export const reasonSchema = z.string().max(LIMITS.reasonChars).describe('A sentence for the other side.');

/** Text of an ODCS document (YAML). */
export const contractTextSchema = z.string().min(1).max(LIMITS.contractBytes).describe('ODCS document, YAML text.');

const UNIT_MS = { s: 1000, m: 60_000, h: 3600_000, d: 86_400_000 } as const;

/** `90s`, `15m`, `24h`, `30d` in a request; milliseconds from here on. */
export const durationSchema = z
  .string()
  .regex(/^[1-9]\d{0,5}[smhd]$/, 'must be a whole number and a unit, such as 30m, 24h or 7d')
  .transform((text) => Number(text.slice(0, -1)) * UNIT_MS[text.slice(-1) as keyof typeof UNIT_MS])
  .describe('A length of time: 90s, 15m, 24h, 30d.');

/** RFC 3339 UTC. */
export const timeSchema = z.string().describe('RFC 3339 time in UTC.');

/** A count or size: a whole number that JSON carries exactly. */
export const countSchema = z.int().min(0);

/** Why something is as it is: a stable code and a sentence. */
export const coded = z.object({ code: z.string(), message: z.string(), hint: z.string().optional() });

/** For operations that take nothing. */
export const noInput = z.strictObject({});
