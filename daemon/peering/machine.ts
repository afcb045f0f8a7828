/** Where a relation stands. Data flows only in `active`. */
export const PEER_STATES = ['invited', 'enrolled', 'active', 'suspended', 'revoked'] as const;
export type PeerState = (typeof PEER_STATES)[number];

/** What can happen to a relation: by this side's administrator, or (`peer-…`) by the peer's, told in a signed notice. */
export const PEER_EVENTS = [
  'welcome',
  'confirm',
  'peer-confirm',
  'suspend',
  'peer-suspend',
  'resume',
  'peer-resume',
  'revoke',
  'peer-revoke',
] as const;
export type PeerEvent = (typeof PEER_EVENTS)[number];

/** What both sides have decided so far; the state follows from it. */
export interface PeerFlags {
  /** Both sides' keys, CAs and nonces are known to this side. */
  welcomed: boolean;
  confirmedHere: boolean;
  confirmedThere: boolean;
  suspendedHere: boolean;
  suspendedThere: boolean;
  revokedHere: boolean;
  revokedThere: boolean;
}

/** `apply`: takes effect (again, where it has already: events are idempotent). `ignore`: has no effect. */
type Rule = 'apply' | 'ignore' | 'refuse';

/** The total table of states and events. */
export const PEER_TABLE: Readonly<Record<PeerState, Readonly<Record<PeerEvent, Rule>>>> = {
  invited: {
    welcome: 'apply',
    confirm: 'refuse',
    'peer-confirm': 'refuse',
    suspend: 'refuse',
    'peer-suspend': 'refuse',
    resume: 'refuse',
    'peer-resume': 'refuse',
    revoke: 'apply',
    'peer-revoke': 'apply',
  },
  enrolled: {
    welcome: 'ignore',
    confirm: 'apply',
    'peer-confirm': 'apply',
    suspend: 'refuse',
    'peer-suspend': 'apply',
    resume: 'refuse',
    'peer-resume': 'apply',
    revoke: 'apply',
    'peer-revoke': 'apply',
  },
  active: {
    welcome: 'ignore',
    confirm: 'ignore',
    'peer-confirm': 'ignore',
    suspend: 'apply',
    'peer-suspend': 'apply',
    resume: 'ignore',
    'peer-resume': 'ignore',
    revoke: 'apply',
    'peer-revoke': 'apply',
  },
  suspended: {
    welcome: 'ignore',
    confirm: 'ignore',
    'peer-confirm': 'ignore',
    suspend: 'apply',
    'peer-suspend': 'apply',
    resume: 'apply',
    'peer-resume': 'apply',
    revoke: 'apply',
    'peer-revoke': 'apply',
  },
  revoked: {
    welcome: 'refuse',
    confirm: 'refuse',
    'peer-confirm': 'ignore',
    suspend: 'refuse',
    'peer-suspend': 'ignore',
    resume: 'refuse',
    'peer-resume': 'ignore',
    revoke: 'ignore',
    'peer-revoke': 'apply',
  },
};

const EFFECT: Readonly<Record<PeerEvent, Partial<PeerFlags>>> = {
  welcome: { welcomed: true },
  confirm: { confirmedHere: true },
  'peer-confirm': { confirmedThere: true },
  suspend: { suspendedHere: true },
  'peer-suspend': { suspendedThere: true },
  resume: { suspendedHere: false },
  'peer-resume': { suspendedThere: false },
  revoke: { revokedHere: true },
  'peer-revoke': { revokedThere: true },
};

/** The state that follows from what was decided. */
export function stateOf(flags: PeerFlags): PeerState {
  if (flags.revokedHere || flags.revokedThere) return 'revoked';
  if (!flags.welcomed) return 'invited';
  if (!flags.confirmedHere || !flags.confirmedThere) return 'enrolled';
  return flags.suspendedHere || flags.suspendedThere ? 'suspended' : 'active';
}

/** What is decided after an event; the same object where nothing changes, undefined where the table refuses it. */
export function stepPeer(flags: PeerFlags, event: PeerEvent): PeerFlags | undefined {
  const rule = PEER_TABLE[stateOf(flags)][event];
  if (rule === 'refuse') return undefined;
  const effect = Object.entries(EFFECT[event]) as [keyof PeerFlags, boolean][];
  if (rule === 'ignore' || effect.every(([flag, value]) => flags[flag] === value)) return flags;
  return { ...flags, ...EFFECT[event] };
}
