import type { FaultList } from './faults.js';
import { agrees, type SignedHead } from './heads.js';
import type { History } from './history.js';
import type { Party } from './party.js';
import { CLOCKS_APART } from './times.js';

/**
 * When a bundle was made, as far as signed facts tell. Two bundles of one relation are made one after the other, and what
 * came in between cannot be in the earlier one. Times of one party are held against times of the same party, which say
 * which came first; those of two parties only as far as their clocks may be apart.
 */
export class Moment {
  /** By the party's own clock: all that it recorded or cosigned up to then is in it. Infinite where it says nothing. */
  readonly #own: number;
  /** By the other party's clock: it cosigned what this bundle shows before this time. */
  readonly #other: number;

  constructor(party: Party) {
    const created = createdOf(party);
    const last = lastTime(party.bundle.channel.history);
    this.#own = Number.isNaN(created) ? Number.POSITIVE_INFINITY : Math.max(created, last - 1);
    this.#other = newestCosignature(party) * 1000;
  }

  /** Whether something of this time, by the clock of the bundle's own party, has to be in it. */
  isAfterOwn(time: number): boolean {
    return time <= this.#own;
  }

  /** Whether what was there at this time, by the clock of the other party, has to be in it. */
  isAfterOther(time: number): boolean {
    return time < this.#other || time + CLOCKS_APART < this.#own;
  }
}

/** When a party exported its bundle, as its signed manifest says (milliseconds); NaN where it says nothing readable. */
export const createdOf = ({ bundle }: Pick<Party, 'bundle'>): number => Date.parse(String(bundle.manifest.created));

const lastTime = ({ times }: History): number => times.findLast((time) => !Number.isNaN(time)) ?? 0;

/** Seconds; 0 where nothing is cosigned. */
const newestCosignature = ({ heads, masterHeads }: Party): number =>
  [...heads, ...masterHeads].reduce((newest, { cosigned }) => Math.max(newest, cosigned ?? 0), 0);

/** A bundle is not made before what it holds, nor after now. */
export function checkMoment(party: Party, now: number, faults: FaultList): void {
  const { bundle, org } = party;
  const created = createdOf(party);
  const add = (what: string, culprit: string | null) =>
    faults.add('clock', null, null, `${bundle.name} says that it was made ${what}.`, culprit);
  if (Number.isNaN(created)) faults.add('proof', null, null, `${bundle.name} does not say when it was made.`);
  if (created > now + CLOCKS_APART) add('at a time to come', null);
  if (lastTime(bundle.channel.history) > created + CLOCKS_APART) add('before entries that it holds', org);
  else if (newestCosignature(party) * 1000 > created + CLOCKS_APART)
    add('before the other party cosigned heads that it holds', null);
}

/**
 * The fullest account of a party's log: its own, or the copy of the other party where that goes on from it under a head
 * that the owner signed.
 */
export function fullest(owner: Party, holder: Party | undefined): History {
  const own = owner.bundle.channel.history;
  const copy = holder?.bundle.copy.history;
  if (copy === undefined || copy.size <= own.size || own.size === 0) return own;
  const head = holder!.held.find(({ size }) => size === copy.size);
  return head !== undefined && agrees(head, copy) && continues(own, copy) ? copy : own;
}

const continues = (own: History, copy: History): boolean =>
  agrees({ origin: own.origin, size: own.size, root: own.tree.root() } as SignedHead, copy);
