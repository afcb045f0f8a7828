import { z } from 'zod';
import { countSchema, orgIdSchema, reasonSchema, timeSchema } from './common.js';

export const peerSchema = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(['invited', 'enrolled', 'active', 'suspended', 'revoked']),
  words: z.string().nullable().describe('Six words, a space between; null until they can be known.'),
  confirmedHere: z.boolean(),
  confirmedThere: z.boolean(),
  fingerprint: z.string().describe('Hex SHA-256 of the organisation key.'),
  endpoint: z.string().nullable().describe('HOST:PORT at which the peer can be dialled; null when it cannot.'),
  connected: z.boolean(),
  lastSeenAt: timeSchema.nullable(),
  enrolledAt: timeSchema,
  stateBy: z.enum(['us', 'peer', 'both']).nullable().describe('Who suspended or revoked.'),
  stateReason: z.string().nullable(),
  formerFingerprint: z.string().nullable().describe('Of the key before, while what it signed is still accepted.'),
  restored: z.boolean().describe('It restored its ledger; "peer acknowledge-restore" accepts that.'),
  evidence: z
    .array(
      z.object({
        at: timeSchema,
        kind: z.string().describe('fork, unproven-head or contradiction.'),
        digest: z.string().describe('Hex SHA-256 of the document.'),
        file: z.string().describe('Where it is; it needs nothing else.'),
      }),
    )
    .describe('What this gateway keeps that shows misbehaviour of the peer.'),
  certificate: z
    .object({ caExpiresAt: timeSchema, caFingerprint: z.string() })
    .describe('The CA that is pinned for it.'),
  pace: z
    .object({
      streams: countSchema.describe('Data streams at once, each way.'),
      sendBytesPerSecond: countSchema.nullable(),
      receiveBytesPerSecond: countSchema.nullable(),
      windows: z.array(z.string()).describe('When data may go; none: at any time.'),
      waitsUntil: timeSchema.nullable().describe('When a window opens, while all are closed.'),
      sending: countSchema.describe('Streams under way.'),
      receiving: countSchema,
    })
    .describe('How much is exchanged with it, and when, as config.yaml says.'),
  undelivered: z.number().int().min(0).describe('Messages that wait for it.'),
});

export const peerListReply = z.object({ peers: z.array(peerSchema) });
export const peerRequest = z.strictObject({ id: orgIdSchema });

export const peerConfirmRequest = z.strictObject({
  id: orgIdSchema,
  words: z.string().min(1).max(200).describe('The six words as the other side reads them out.'),
});

export const peerChangeRequest = z.strictObject({ id: orgIdSchema, reason: reasonSchema.optional() });
