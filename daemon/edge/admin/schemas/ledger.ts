import { z } from 'zod';
import { LIMITS } from '../../../foundation/index.js';
import { countSchema, orgIdSchema, reasonSchema, timeSchema } from './common.js';

/** Without a peer: the master log. */
const log = { peer: orgIdSchema.optional().describe('The channel log with this peer; the master log when left out.') };

export const ledgerListRequest = z.strictObject({
  ...log,
  type: z.string().max(60).optional().describe('Beginning of a type: transfer., or transfer.landed.'),
  text: z.string().max(LIMITS.searchChars).optional().describe('Only entries that have this in their text.'),
  before: z.coerce.number().int().min(0).optional().describe('Newest first, from below this sequence number.'),
  from: z.coerce.number().int().min(0).optional().describe('First sequence number.'),
  limit: z.coerce.number().int().min(1).max(LIMITS.ledgerPage).optional(),
});

const entrySchema = z.object({
  log: z.string().describe('Origin of the log.'),
  seq: countSchema,
  ts: timeSchema,
  type: z.string(),
  actor: z.string(),
  leaf: z.string().describe('RFC 6962 leaf hash, hex.'),
  entry: z.record(z.string(), z.unknown()).describe('The entry itself.'),
});

export const ledgerListReply = z.object({
  origin: z.string(),
  size: countSchema,
  entries: z.array(entrySchema),
  next: countSchema.nullable().describe('Of a search: `before` of the next page; null at its end.'),
});

export const ledgerShowRequest = z.strictObject({ ...log, seq: z.coerce.number().int().min(0) });

export const ledgerShowReply = entrySchema.extend({
  body: z.string().describe('The exact bytes that were hashed, base64.'),
  size: countSchema.describe('Size of the tree the proof is for.'),
  root: z.string(),
  proof: z.array(z.string()).describe('RFC 6962 inclusion proof, hex.'),
});

/** `{peer}`: that channel only; otherwise all logs. */
export const ledgerVerifyRequest = z.strictObject({ peer: orgIdSchema.optional() });

const faultSchema = z.object({
  class: z.string(),
  log: z.string().nullable(),
  seq: countSchema.nullable(),
  culprit: z.string().nullable(),
  message: z.string(),
});

export const ledgerVerifyReply = z.object({
  ok: z.boolean(),
  entries: countSchema,
  logs: z.array(z.object({ origin: z.string(), size: countSchema, root: z.string() })),
  faults: z.array(faultSchema),
});

export const ledgerHeadReply = z.object({
  logs: z.array(
    z.object({
      origin: z.string(),
      size: countSchema,
      root: z.string(),
      checkpoint: z.string().nullable().describe('C2SP signed note.'),
      cosigned: z
        .object({ by: z.string(), size: countSchema, at: timeSchema })
        .nullable()
        .describe('The newest head that the peer has cosigned.'),
    }),
  ),
});

const steps = z.array(z.object({ seq: countSchema, at: timeSchema, type: z.string() }));

export const ledgerCompareRequest = z.strictObject({ peer: orgIdSchema });

export const ledgerCompareReply = z.object({
  peer: z.string(),
  missed: z.string().nullable().describe('Why heads could not be exchanged now; null when they were.'),
  ours: z.object({
    size: countSchema,
    root: z.string(),
    seen: countSchema.nullable().describe('Entries that the peer has cosigned.'),
  }),
  theirs: z.object({ size: countSchema, shown: countSchema.describe('Entries of its log that it has shown.') }),
  same: countSchema.describe('Subjects that both have, and say the same of.'),
  subjects: z
    .array(
      z.object({
        kind: z.enum(['transfer', 'agreement']),
        id: z.string(),
        dataset: z.string().nullable(),
        verdict: z
          .enum(['same', 'ours', 'theirs', 'differs'])
          .describe('ours, theirs: only that side has entries of it.'),
        differs: z.array(z.string()).describe('Fields of which both sides say different things.'),
        ours: steps,
        theirs: steps,
      }),
    )
    .describe('Newest first, of the newest LIMITS.compareEntries of each side.'),
});

export const ledgerDeclareReply = z.object({
  incarnation: z.string().describe('Names the new life of the ledger.'),
  seq: countSchema.describe('The entry in the master log that declares the restore.'),
  peers: z.array(z.string()).describe('Each has to acknowledge it before it takes the new heads.'),
});

export const ledgerRotateRequest = z.strictObject({
  revokeOld: z.boolean().optional().describe('The key before was lost or stolen: peers stop accepting it at once.'),
  reason: reasonSchema.optional(),
});

export const ledgerRotateReply = z.object({
  fingerprint: z.string().describe('Hex SHA-256 of the new organisation key.'),
  previous: z.string().describe('Of the key before.'),
  revoked: z.boolean(),
  invites: z.array(z.string()).describe('Open invites that named the key before; they are withdrawn.'),
  told: z.array(z.string()).describe('Peers that know the new key.'),
  waiting: z.array(z.string()).describe('Peers that hear of it when they are met.'),
});
