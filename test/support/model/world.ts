import type { AgreementState } from '../../../daemon/agreement/machine.js';
import { type PeerEvent, type PeerFlags, stateOf } from '../../../daemon/peering/machine.js';
import type { TransferEvent, TransferState } from '../../../daemon/pipeline/transfers/index.js';

export type Role = 'provider' | 'consumer';
export const other = (role: Role): Role => (role === 'provider' ? 'consumer' : 'provider');

/** What a gateway has stored; `turn` is what it is in the midst of, which a crash takes. */
export interface Side {
  readonly peer: PeerFlags;
  readonly agreement: AgreementState;
  /** Notices that this side has sent and seen, by which an old one is known. */
  readonly said: number;
  readonly seen: number;
  readonly transfer: TransferState | 'none';
  /** Ledger entries about the transfer, sorted. */
  readonly entries: readonly string[];
  /** What is noted beside the state: `acknowledged`, `sent`, `quarantined`, `placing`, `inPlace`, `receipt`. */
  readonly notes: readonly string[];
  /** The change that follows an entry, as one turn. */
  readonly turn: TransferEvent | undefined;
}

/** Two gateways and what is, or ever was, between them. A message may come never, late, several times, in any order. */
export interface World {
  readonly provider: Side;
  readonly consumer: Side;
  readonly net: readonly string[];
  /** What people may still do. */
  readonly left: readonly string[];
}

export interface Scenario {
  /** What people do once, at any moment: `provider cancels`, `consumer revokes`, … */
  people: readonly string[];
  providerPasses?: boolean;
  consumerPasses?: boolean;
}

const MET: PeerFlags = {
  ...{ welcomed: true, confirmedHere: true, confirmedThere: true },
  ...{ suspendedHere: false, suspendedThere: false, revokedHere: false, revokedThere: false },
};

export const START: Side = {
  ...{ peer: MET, agreement: 'active', said: 0, seen: 0, transfer: 'none' },
  ...{ entries: [], notes: [], turn: undefined },
};

export const has = (list: readonly string[], item: string): boolean => list.includes(item);
export const plus = (list: readonly string[], ...items: string[]): readonly string[] =>
  items.every((item) => list.includes(item)) ? list : [...new Set([...list, ...items])].sort();

/** May data flow, as this side knows it? */
export const mayExchange = ({ peer }: Side): boolean => stateOf(peer) === 'active';
export const hasRights = (side: Side): boolean => mayExchange(side) && side.agreement === 'active';

/** Notices come in order, each until it is heard; only that of a revocation takes the place of all before it. */
export const isNext = (seen: number, number: number, event: PeerEvent): boolean =>
  event === 'peer-revoke' ? number > seen : number === seen + 1;

export function keyOf({ provider: p, consumer: c, net, left }: World): string {
  const sideKey = (side: Side) =>
    [
      Object.values(side.peer).map(Number).join(''),
      ...[side.agreement, side.said, side.seen, side.transfer, side.entries.join(), side.notes.join(), side.turn],
    ].join('|');
  return `${sideKey(p)}#${sideKey(c)}#${net.join()}#${left.join()}`;
}
