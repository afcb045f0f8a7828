import {
  PEER_EVENTS,
  type PeerEvent,
  type PeerFlags,
  type PeerState,
  stateOf,
  stepPeer,
} from '../../../daemon/peering/machine.js';
import type { Model } from './explore.js';
import { isNext } from './world.js';

interface Half {
  readonly flags: PeerFlags;
  /** The number of the last notice that was sent, and that was heard. */
  readonly sent: number;
  readonly seen: number;
}

/** Two organisations that meet, confirm, suspend, resume and revoke, as each of them knows it. */
export interface Relation {
  readonly a: Half;
  readonly b: Half;
  /** Notices ever sent: who, their number, what they do at the other. */
  readonly net: readonly string[];
  /** Things that people still do. */
  readonly acts: number;
}

const NONE: PeerFlags = {
  ...{ welcomed: false, confirmedHere: false, confirmedThere: false, suspendedHere: false, suspendedThere: false },
  ...{ revokedHere: false, revokedThere: false },
};

const OURS = PEER_EVENTS.filter((event) => !event.startsWith('peer-') && event !== 'welcome');

function* next(state: Relation): Generator<readonly [string, Relation]> {
  for (const [me, it] of [['a', 'b'] as const, ['b', 'a'] as const]) {
    const half = state[me];
    const welcome = stepPeer(half.flags, 'welcome');
    if (welcome !== undefined && welcome !== half.flags)
      yield [`${me} is welcomed`, { ...state, [me]: { ...half, flags: welcome } }];
    for (const event of state.acts > 0 ? OURS : []) {
      const flags = stepPeer(half.flags, event);
      if (flags === undefined || flags === half.flags) continue;
      const sent = half.sent + 1;
      const net = [...state.net, `${me} ${sent} peer-${event}`].sort();
      yield [`${me} does ${event}`, { ...state, [me]: { ...half, flags, sent }, net, acts: state.acts - 1 }];
    }
    for (const notice of state.net) {
      const [from, number, event] = notice.split(' ') as ['a' | 'b', string, PeerEvent];
      if (from !== it || !isNext(half.seen, Number(number), event)) continue;
      const flags = stepPeer(half.flags, event);
      if (flags !== undefined)
        yield [`${me} hears ${notice}`, { ...state, [me]: { ...half, flags, seen: Number(number) } }];
    }
  }
}

function wrong(state: Relation, before: Relation | undefined): string | undefined {
  for (const [me, it] of [['a', 'b'] as const, ['b', 'a'] as const]) {
    const [here, there] = [state[me].flags, state[it].flags];
    const now: PeerState = stateOf(here);
    if (now === 'active' && !(here.welcomed && here.confirmedHere && there.confirmedHere))
      return 'data may flow before both have confirmed the words';
    if (now === 'active' && here.suspendedHere) return 'data may flow of a suspended relation';
    if (before !== undefined && stateOf(before[me].flags) === 'revoked' && now !== 'revoked')
      return 'a revoked relation is alive again';
  }
  return undefined;
}

/** Once every notice was heard both know the same. A revoked side hears nothing but that it was revoked. */
function settled({ a, b }: Relation): boolean {
  if ([a, b].some(({ flags }) => stateOf(flags) === 'revoked'))
    return [a, b].every(({ flags }) => stateOf(flags) === 'revoked');
  const mirrored = (here: Half, there: Half) =>
    here.flags.confirmedHere === there.flags.confirmedThere && here.flags.suspendedHere === there.flags.suspendedThere;
  return a.flags.welcomed && b.flags.welcomed && mirrored(a, b) && mirrored(b, a);
}

export const relationModel = (acts: number): Model<Relation> => ({
  start: [{ a: { flags: NONE, sent: 0, seen: 0 }, b: { flags: NONE, sent: 0, seen: 0 }, net: [], acts }],
  key: ({ a, b, net, acts: left }) => {
    const half = ({ flags, sent, seen }: Half) => `${Object.values(flags).map(Number).join('')} ${sent} ${seen}`;
    return `${half(a)}|${half(b)}|${net.join()}|${left}`;
  },
  next,
  wrong,
  settled,
  isByPeople: (step) => step.includes(' does '),
});
