import { z } from 'zod';
import { countSchema, timeSchema } from './common.js';

/** Something that waits for a person here. */
const waitingSchema = z.object({
  kind: z.enum(['words', 'reply', 'offer', 'conflict', 'stopped', 'expiring', 'certificate', 'restored', 'health']),
  message: z.string().describe('A sentence for people.'),
  at: timeSchema.nullable(),
  peer: z.string().nullable(),
  agreement: z.string().nullable(),
  transfer: z.string().nullable(),
});

const sumSchema = z.object({ transfers: countSchema, rows: countSchema, bytes: countSchema });

export const overviewReply = z.object({
  waiting: z.array(waitingSchema),
  steps: z
    .object({
      peers: countSchema,
      active: countSchema,
      datasets: countSchema,
      versions: countSchema,
      agreements: countSchema,
      delivered: countSchema,
    })
    .describe(
      'How far this gateway has come: peers known and active, datasets, versions, agreements in force, deliveries.',
    ),
  exchanges: z
    .array(
      z.object({
        agreement: z.string(),
        dataset: z.string(),
        peer: z.string(),
        role: z.enum(['provider', 'consumer']),
        state: z.string(),
        delivered: sumSchema,
        stopped: countSchema,
        underWay: countSchema,
        lastAt: timeSchema.nullable(),
      }),
    )
    .describe(
      'Who exchanges what with whom: agreements that are open, in force, or under which something was delivered.',
    ),
  days: z
    .array(
      z.object({
        day: z.string(),
        sent: sumSchema,
        received: sumSchema,
        refused: countSchema,
        rejected: countSchema,
        failed: countSchema,
      }),
    )
    .describe('The last 30 days (UTC), oldest first, those without a transfer too.'),
  verified: z
    .object({ at: timeSchema, ok: z.boolean(), entries: countSchema, faults: countSchema, by: z.string() })
    .nullable()
    .describe('The last time the whole ledger was verified since the gateway started.'),
  certificate: z.object({ expiresAt: timeSchema, renewsItself: z.boolean() }),
});

export const reachReply = z.object({
  address: z.string().nullable().describe('HOST:PORT that peers are told; null for a gateway that cannot be dialled.'),
  ok: z.boolean(),
  message: z.string(),
  hint: z.string().nullable(),
});
