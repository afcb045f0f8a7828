import { z } from 'zod';
import { CounterfoilError, hex, LIMITS, type OrgId, rfc3339 } from '../foundation/index.js';
import { parseCanonical, type Signed, type Signer, signDocument, verifySigned } from '../identity/index.js';
import type { PeerEvent } from './machine.js';

/** What one side tells the other about their relation. */
const NOTICE_EVENTS = ['confirmed', 'suspended', 'resumed', 'revoked'] as const;
export type NoticeEvent = (typeof NOTICE_EVENTS)[number];

/** What a notice does to the relation at the side that gets it. */
export const EVENT_OF_NOTICE: Readonly<Record<NoticeEvent, PeerEvent>> = {
  confirmed: 'peer-confirm',
  suspended: 'peer-suspend',
  resumed: 'peer-resume',
  revoked: 'peer-revoke',
};

const digest = z.string().regex(/^[0-9a-f]{64}$/);

const noticeDocument = z.object({
  v: z.literal(1),
  from: z.string(),
  to: z.string(),
  /** The relation it is about, so that a notice of an earlier one cannot be replayed. */
  enrolment: digest,
  /** Counts up: an older notice that arrives again changes nothing. */
  seq: z.int().positive(),
  event: z.enum(NOTICE_EVENTS),
  reason: z.string().max(LIMITS.reasonChars).optional(),
  /** For `confirmed`: the transcript whose words were confirmed. */
  transcript: digest.optional(),
  ts: z.iso.datetime({ precision: 3 }),
});

type Notice = z.output<typeof noticeDocument>;

interface Relation {
  id: OrgId;
  key: Uint8Array;
  enrolment: Uint8Array;
}

/** A notice of kind "notice", signed. */
export function writeNotice(
  self: { id: OrgId; signer: Signer },
  peer: Relation,
  notice: Pick<Notice, 'seq' | 'event' | 'reason' | 'transcript'>,
  now: number,
): Signed {
  return signDocument(self.signer, 'notice', {
    v: 1,
    from: self.id,
    to: peer.id,
    enrolment: hex(peer.enrolment),
    ts: rfc3339(now),
    ...notice,
  });
}

/** Reads a notice that `peer` sent to `self`. `input.invalid` when it is not its, not for us, or of another enrolment. */
export function readNotice(signed: Signed, peer: Relation, self: OrgId): Notice {
  if (!verifySigned(signed, 'notice', peer.key))
    throw new CounterfoilError('input.invalid', `A notice was not signed with the key of ${peer.id}.`);
  const result = noticeDocument.safeParse(parseCanonical(signed.document));
  if (!result.success)
    throw new CounterfoilError('input.invalid', 'A signed notice has a form that this release does not know.', {
      hint: 'Upgrade the older of the two gateways.',
    });
  const notice = result.data;
  if (notice.from !== peer.id || notice.to !== self || notice.enrolment !== hex(peer.enrolment))
    throw new CounterfoilError('input.invalid', 'A signed notice is about another relation than this one.');
  return notice;
}
