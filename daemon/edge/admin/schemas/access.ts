import { z } from 'zod';
import { ROLES } from '../../../access/index.js';
import { LIMITS } from '../../../foundation/index.js';
import { coded, durationSchema, idSchema, timeSchema } from './common.js';

const roleSchema = z.enum(ROLES).describe('auditor: looks; steward: exchanges data; administrator: all.');
const nameSchema = z.string().min(1).max(100).describe('Name of a user.');
const passwordSchema = z
  .string()
  .min(1)
  .max(4 * LIMITS.passwordChars);

/** Who is signed in, for the page to know what to show. */
export const sessionReply = z.object({
  gateway: z.object({ id: z.string(), org: z.string(), software: z.string() }),
  setup: z.boolean().describe('True while there are no users: the first administrator is to be made.'),
  openid: z.string().nullable().describe('Name of the OpenID Connect provider; null without one.'),
  openidFailure: coded
    .extend({ correlation: z.string().optional() })
    .nullable()
    .describe('Why the last sign-in with OpenID Connect of this browser came to nothing.'),
  user: z.object({ name: z.string().nullable(), role: roleSchema, via: z.string() }).nullable(),
  session: z.object({ since: timeSchema, idleAt: timeSchema, endsAt: timeSchema }).nullable(),
});

export const signInRequest = z.strictObject({ name: nameSchema, password: passwordSchema });

export const setupRequest = z.strictObject({
  token: z.string().min(1).max(200).describe('Printed at the first start; in keys/first.token.'),
  name: nameSchema,
  password: passwordSchema,
});

export const ownPasswordRequest = z.strictObject({
  old: z.string().max(4 * LIMITS.passwordChars),
  new: passwordSchema,
});

export const userSchema = z.object({
  name: z.string(),
  role: roleSchema,
  disabled: z.boolean(),
  signIn: z.array(z.enum(['password', 'openid'])),
  createdAt: timeSchema,
  seenAt: timeSchema.nullable(),
  lockedUntil: timeSchema.nullable(),
});

export const userListReply = z.object({ users: z.array(userSchema) });
export const userAddRequest = z.strictObject({
  name: nameSchema,
  role: roleSchema,
  password: passwordSchema.optional().describe('Left out for somebody who signs in with OpenID Connect.'),
});
export const userRequest = z.strictObject({ name: nameSchema });
export const userChangeRequest = userRequest.extend({
  role: roleSchema.optional(),
  disabled: z.boolean().optional(),
  password: passwordSchema.optional(),
});

export const tokenSchema = z.object({
  id: idSchema,
  label: z.string(),
  role: roleSchema,
  maker: z.string().nullable().describe("Null when it was made with the home's own token."),
  createdAt: timeSchema,
  expiresAt: timeSchema.nullable(),
  usedAt: timeSchema.nullable(),
  usable: z.boolean(),
});

export const tokenListReply = z.object({ tokens: z.array(tokenSchema) });
export const tokenCreateRequest = z.strictObject({
  label: z.string().min(1).max(100),
  role: roleSchema,
  ttl: durationSchema.optional().describe('How long it works; without end when left out.'),
});
export const tokenCreateReply = tokenSchema.extend({ token: z.string().describe('The text. It is shown once.') });
export const tokenRequest = z.strictObject({ id: idSchema });
