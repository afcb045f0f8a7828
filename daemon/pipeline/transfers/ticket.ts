import { z } from 'zod';
import { CounterfoilError, canonicalJson, utf8 } from '../../foundation/index.js';
import { parseCanonical } from '../../identity/index.js';

const id = z.string().max(64);
const schema = z.strictObject({
  transfer: id,
  start: z.int().min(0),
  before: id.optional(),
  rate: z.int().min(1).optional(),
});

/**
 * What a consumer pulls, or a provider pushes: a transfer, from batch `start` on. `before` is an earlier transfer whose
 * batches the consumer still holds: then changed rows alone will do. `rate`: bytes a second that the consumer will take.
 */
export type Ticket = z.infer<typeof schema>;

/** Canonical JSON, as the Flight ticket or descriptor command carries it. */
export const encodeTicket = (ticket: Ticket): Uint8Array => utf8(canonicalJson(ticket));

export function decodeTicket(bytes: Uint8Array): Ticket {
  const parsed = schema.safeParse(parseCanonical(bytes));
  if (!parsed.success)
    throw new CounterfoilError('input.invalid', 'The Flight ticket is not one of this service.', {
      cause: parsed.error,
    });
  return parsed.data;
}
