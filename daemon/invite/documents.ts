import { z } from 'zod';
import { CounterfoilError, isReadableName, LIMITS, orgId } from '../foundation/index.js';
import { parseCanonical } from '../identity/index.js';

const hexBytes = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));
const time = z.iso.datetime({ precision: 3 }).transform((text) => Date.parse(text));
const organisation = z.string().transform((text) => orgId(text));

/** `host:port`, an IPv6 address in brackets. */
export const endpointText = z
  .string()
  .max(LIMITS.endpointChars)
  .regex(/^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}$/);

const name = z.string().refine((text) => isReadableName(text, LIMITS.orgNameChars));
const party = { id: organisation, name };

/** What an invite says. Fields that a newer release adds are kept in the signed bytes and ignored here. */
export const inviteDocument = z.object({
  v: z.literal(1),
  id: z.string().regex(/^inv-[a-z2-7]{26}$/),
  inviter: z.object({ ...party, key: hexBytes(32) }),
  ca: hexBytes(32),
  /** Peer listener; absent where the inviter cannot be dialled. */
  endpoint: endpointText.optional(),
  /** Enrolment listener; absent where the enrolment is to be by exchanged texts. */
  enrol: endpointText.optional(),
  secret: hexBytes(32),
  /** SHA-256 of the inviter's nonce. */
  commitment: hexBytes(32),
  notBefore: time,
  expires: time,
  /** The organisation it is for, and the fingerprint of the key it is for. */
  for: organisation.optional(),
  forKey: hexBytes(32).optional(),
  genesis: hexBytes(32),
  protocols: z
    .array(z.string().regex(/^[0-9]{1,4}\.[0-9]{1,4}$/))
    .min(1)
    .max(16),
});

/** What a joiner says of itself, signed with its organisation key (kind "enrolment"). */
export const enrolmentDocument = z.object({
  v: z.literal(1),
  invite: inviteDocument.shape.id,
  inviter: z.object({ id: organisation, key: hexBytes(32) }),
  commitment: hexBytes(32),
  joiner: z.object({ ...party, key: hexBytes(32) }),
  ca: hexBytes(32),
  endpoint: endpointText.optional(),
  /** Public key derived from the invite's secret; the proof is made with its private half. */
  secretKey: hexBytes(32),
  nonce: hexBytes(32),
  genesis: hexBytes(32),
  protocols: inviteDocument.shape.protocols,
  ts: time,
});

/** The inviter's answer (kind "welcome"): opens the commitment for exactly one enrolment. */
export const welcomeDocument = z.object({
  v: z.literal(1),
  invite: inviteDocument.shape.id,
  /** SHA-256 of the enrolment document. */
  enrolment: hexBytes(32),
  nonce: hexBytes(32),
});

/** A signed document's bytes in one of these shapes; `invite.invalid` naming the first fault. */
export function readDocument<T extends z.ZodType>(shape: T, bytes: Uint8Array): z.output<T> {
  let fault: string;
  try {
    const result = shape.safeParse(parseCanonical(bytes));
    if (result.success) return result.data;
    fault = result.error.issues[0]?.path.join('.') ?? '';
  } catch (error) {
    throw new CounterfoilError('invite.invalid', 'The text holds no document that this release can read.', {
      cause: error,
    });
  }
  throw new CounterfoilError('invite.invalid', `The document in the text has no valid "${fault}".`, {
    hint: 'Ask for a new invite; if it happens again, both gateways should run the same release.',
  });
}
