import { z } from 'zod';
import { LIMITS } from '../../../foundation/index.js';
import { countSchema, durationSchema, idSchema, orgIdSchema, timeSchema } from './common.js';
import { peerSchema } from './peers.js';

export const inviteCreateRequest = z.strictObject({
  ttl: durationSchema.optional().describe('How long it can be used; 24h when left out, at most 7d.'),
  for: orgIdSchema.optional().describe('Only this organisation may use it.'),
  key: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
    .optional()
    .describe('Only the holder of the organisation key with this fingerprint may use it.'),
  exchange: z
    .boolean()
    .optional()
    .describe('Meet by exchanged texts: no enrolment listener is opened, accepting it yields a reply text.'),
});

export const inviteCreateReply = z.object({
  id: idSchema,
  invite: z.string().describe('The text to hand over. It is shown once.'),
  expiresAt: timeSchema,
  for: z.string().nullable(),
  exchange: z.boolean(),
});

export const inviteAcceptRequest = z.strictObject({
  text: z.string().min(1).max(LIMITS.inviteBytes).describe('An invite (cfi1…) or the reply to one (cfr1…).'),
  exchange: z.boolean().optional().describe('Do not dial the inviter, but make a reply text.'),
});

/** The peer as it stands now; with `reply` where that text is still to be carried to the inviter. */
export const inviteAcceptReply = peerSchema.extend({ peer: z.string(), reply: z.string().optional() });

export const inviteSchema = z.object({
  id: idSchema,
  state: z.enum(['open', 'used', 'expired', 'revoked', 'void']).describe('void: too many wrong tries.'),
  createdAt: timeSchema,
  expiresAt: timeSchema,
  for: z.string().nullable(),
  forKey: z.string().nullable(),
  exchange: z.boolean(),
  wrongTries: countSchema,
  usedBy: z.string().nullable(),
});

export const inviteListReply = z.object({ invites: z.array(inviteSchema) });
export const inviteRevokeRequest = z.strictObject({ id: idSchema });
