import { z } from 'zod';
import { coded, countSchema, idSchema, orgIdSchema, timeSchema } from './common.js';

/** What `status` says: who this gateway is, whether it can exchange, whom it knows, what is under way. */
export const statusReply = z.object({
  id: z.string(),
  org: z.string(),
  fingerprint: z.string().describe('Hex SHA-256 of the organisation key.'),
  software: z.string(),
  home: z.string(),
  startedAt: timeSchema,
  ready: z.boolean().describe('False when the ledger or a key is unusable, or the gateway is stopping.'),
  reasons: z.array(coded).describe('Why it is not ready. Empty when it is.'),
  warnings: z.array(coded).describe('What needs somebody to look at it, although the gateway works.'),
  listen: z.object({
    peer: z.string().nullable().describe('HOST:PORT as bound; null for a gateway that cannot be dialled.'),
    enrolment: z.string().nullable().describe('HOST:PORT while an invite is outstanding, otherwise null.'),
    admin: z.string(),
  }),
  advertise: z.string().nullable(),
  peers: z.array(z.object({ id: z.string(), state: z.string(), connected: z.boolean() })),
  transfers: z
    .array(
      z.object({
        id: idSchema,
        state: z.string(),
        dataset: z.string(),
        peer: z.string(),
        rows: countSchema,
        bytes: countSchema,
      }),
    )
    .describe('Those under way.'),
});

export const doctorRequest = z.strictObject({ peer: orgIdSchema.optional() });

/** One thing that was looked at. `level` ok, warning (works, but not for long) or fault (does not work). */
const findingSchema = z.object({
  area: z.enum(['config', 'home', 'keys', 'ledger', 'store', 'ports', 'disk', 'clock', 'peer']),
  level: z.enum(['ok', 'warning', 'fault']),
  message: z.string(),
  hint: z.string().optional().describe('What to do. Present unless ok.'),
});

export const doctorReply = z.object({ ok: z.boolean(), findings: z.array(findingSchema) });
