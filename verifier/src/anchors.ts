import { fromBase64 } from './bytes.js';
import type { FaultList } from './faults.js';
import { largest } from './heads.js';
import { checkCosignature } from './note.js';
import type { Party } from './party.js';
import type { Policy } from './policy.js';
import { checkMasterTimes } from './times.js';
import { OtherImprint, openStamp } from './timestamp.js';

/** What a third party says of a master log: that it had this head at this time. */
export interface Anchor {
  log: string;
  size: number;
  kind: 'witness' | 'time';
  /** The name that the policy gives it; of an authority that no policy names, its own. */
  by: string;
  /** RFC 3339. */
  time: string;
  /** Whether the reader's policy names it. */
  trusted: boolean;
}

/** The witnesses and time-stamps of a party's master log; and what is wrong with them is in the list. */
export async function openAnchors(party: Party, policy: Policy | undefined, faults: FaultList): Promise<Anchor[]> {
  const anchors = [...witnessed(party, policy, faults), ...(await stamped(party, policy, faults))];
  const peers = party.masterHeads.flatMap(({ size, cosigned }) =>
    cosigned === undefined ? [] : [{ size, time: cosigned * 1000 }],
  );
  const others = anchors.map(({ size, time }) => ({ size, time: Date.parse(time) }));
  checkMasterTimes(party, [...peers, ...others], faults);
  return anchors.sort((a, b) => a.size - b.size);
}

function witnessed(party: Party, policy: Policy | undefined, faults: FaultList): Anchor[] {
  const { origin: log } = party.bundle.master;
  return [...(policy?.witnesses ?? [])].flatMap(([by, { name, key }]) =>
    party.masterHeads.flatMap(({ note, size }): Anchor[] => {
      const time = checkCosignature(note, name, key);
      if (time === 'bad')
        faults.add(
          'moved',
          log,
          size,
          `The cosignature of the witness ${by} at size ${size} was not made for this head.`,
        );
      if (typeof time !== 'number' || !isDate(time * 1000)) return [];
      return [{ log, size, kind: 'witness', by, time: new Date(time * 1000).toISOString(), trusted: true }];
    }),
  );
}

async function stamped(party: Party, policy: Policy | undefined, faults: FaultList): Promise<Anchor[]> {
  const { origin: log, stamps } = party.bundle.master;
  const anchors: Anchor[] = [];
  for (const { note, token } of stamps) {
    const head = party.masterHeads.find(({ note: { source } }) => source === note);
    if (head === undefined) continue; // said already: it is no head of this log
    const { size } = head;
    try {
      const { time, authority, chain } = await openStamp(fromBase64(token), note);
      const named = [...(policy?.authorities ?? [])].find(([, fingerprint]) => chain.includes(fingerprint))?.[0];
      if (named === undefined && policy !== undefined && policy.authorities.size > 0)
        faults.add(
          'anchors',
          log,
          size,
          `The time-stamp at size ${size} is of ${authority}, which your policy does not name.`,
        );
      if (!isDate(time)) throw new RangeError('is dated outside of time');
      anchors.push({
        ...{ log, size, kind: 'time', by: named ?? authority },
        ...{ time: new Date(time).toISOString(), trusted: named !== undefined },
      });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const name = error instanceof OtherImprint ? 'moved' : 'proof';
      faults.add(name, log, size, `The time-stamp of the head of size ${size} ${error.message}.`);
    }
  }
  return anchors;
}

const isDate = (time: number): boolean => Math.abs(time) <= 8.64e15;

/** Holds a party to the third parties that the policy asks for. */
export function checkQuorum(policy: Policy, party: Party, anchors: readonly Anchor[], faults: FaultList): void {
  const { origin } = party.bundle.master;
  const created = Date.parse(String(party.bundle.manifest.created));
  for (const name of policy.quorum) {
    const times = anchors.filter(({ by, trusted }) => trusted && by === name).map(({ time }) => Date.parse(time));
    const what = `The master log of ${party.org}`;
    if (times.length === 0) faults.add('proof', origin, null, `${what} has no word of ${name}, as your policy asks.`);
    else if (policy.within !== undefined && !(created - times.reduce((a, b) => Math.max(a, b)) <= policy.within))
      faults.add(
        'proof',
        origin,
        null,
        `${what} has the last word of ${name} from longer before the bundle than your policy allows.`,
      );
  }
}

/** How far a channel is bound by anchors of the master log, through the heads of channels that it names. */
export function reachOf(
  party: Party,
  anchors: readonly Anchor[],
): { by: string; kind: string; entries: number; time: string }[] {
  const { history } = party.bundle.channel;
  const bound = party.master.filter(({ type, origin }) => type === 'channel.head' && origin === history.origin);
  const newest = new Map<string, { by: string; kind: string; entries: number; time: string }>();
  for (const { by, kind, size, time, trusted } of anchors) {
    const entries = largest(bound.filter(({ seq }) => seq < size).map((entry) => ({ size: entry.size as number })));
    if (trusted && entries > 0)
      newest.set(`${kind} ${by}`, { by, kind, entries: Math.min(entries, history.size), time });
  }
  return [...newest.values()];
}
