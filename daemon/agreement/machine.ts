/** Where an agreement stands. Only `active` gives access. */
export const AGREEMENT_STATES = [
  'proposed',
  'countered',
  'agreed',
  'active',
  'expired',
  'terminated',
  'rejected',
] as const;
export type AgreementState = (typeof AGREEMENT_STATES)[number];

/** What can happen to an agreement: by this side, by the peer (`peer-…`), or by the clock. */
export const AGREEMENT_EVENTS = [
  'counter',
  'peer-counter',
  'accept',
  'peer-accept',
  'peer-activate',
  'reject',
  'peer-reject',
  'terminate',
  'peer-terminate',
  'expire',
] as const;
export type AgreementEvent = (typeof AGREEMENT_EVENTS)[number];

/** The state that follows; `ignore` where it has happened already or no longer matters; `refuse` where it cannot be. */
type Step = AgreementState | 'ignore' | 'refuse';

const open: Readonly<Record<AgreementEvent, Step>> = {
  counter: 'countered',
  'peer-counter': 'countered',
  accept: 'agreed',
  'peer-accept': 'active',
  'peer-activate': 'refuse',
  reject: 'rejected',
  'peer-reject': 'rejected',
  terminate: 'refuse',
  'peer-terminate': 'terminated',
  expire: 'expired',
};

const ended: Readonly<Record<AgreementEvent, Step>> = {
  counter: 'refuse',
  'peer-counter': 'refuse',
  accept: 'refuse',
  'peer-accept': 'refuse',
  'peer-activate': 'ignore',
  reject: 'refuse',
  'peer-reject': 'ignore',
  terminate: 'refuse',
  'peer-terminate': 'ignore',
  expire: 'ignore',
};

/**
 * The total table of states and events. The side that accepts is `agreed` until the other has verified its signature
 * and said so; the other is `active` with that signature.
 */
export const AGREEMENT_TABLE: Readonly<Record<AgreementState, Readonly<Record<AgreementEvent, Step>>>> = {
  proposed: open,
  countered: open,
  agreed: {
    counter: 'refuse',
    // The peer countered before our acceptance of its earlier revision reached it: that acceptance is void.
    'peer-counter': 'countered',
    accept: 'ignore',
    'peer-accept': 'refuse',
    'peer-activate': 'active',
    reject: 'refuse',
    'peer-reject': 'rejected',
    terminate: 'terminated',
    'peer-terminate': 'terminated',
    expire: 'expired',
  },
  active: {
    counter: 'refuse',
    'peer-counter': 'refuse',
    accept: 'ignore',
    'peer-accept': 'ignore',
    'peer-activate': 'ignore',
    reject: 'refuse',
    'peer-reject': 'refuse',
    terminate: 'terminated',
    'peer-terminate': 'terminated',
    expire: 'expired',
  },
  expired: ended,
  terminated: { ...ended, terminate: 'ignore' },
  rejected: { ...ended, reject: 'ignore' },
};

export const isOpen = (state: AgreementState): boolean => state === 'proposed' || state === 'countered';

/** No event leads out of it. */
export const isEnded = (state: AgreementState): boolean =>
  state === 'expired' || state === 'terminated' || state === 'rejected';
