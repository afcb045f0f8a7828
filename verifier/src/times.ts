import type { FaultList } from './faults.js';
import type { SignedHead } from './heads.js';
import type { History } from './history.js';
import type { Party } from './party.js';

/** How far two clocks may be apart, and how far behind its head an entry may be dated. Milliseconds. */
export const CLOCKS_APART = 5 * 60_000;

/**
 * Holds the times of entries against the times at which the other party cosigned heads: an entry under a head was
 * written before it was cosigned, an entry behind it after. `now` bounds all of them.
 */
export function checkTimes(history: History, heads: readonly SignedHead[], now: number, faults: FaultList): void {
  const stamps = heads
    .filter((head) => head.cosigned !== undefined)
    .map((head) => ({ size: head.size, time: (head.cosigned as number) * 1000 }))
    .sort((a, b) => a.size - b.size || a.time - b.time);
  const wrong: { place: number; early: boolean }[] = [];
  let next = 0;
  let after = 0;
  history.times.forEach((time, place) => {
    while (next < stamps.length && stamps[next]!.size <= place) after = Math.max(after, stamps[next++]!.time);
    if (Number.isNaN(time) || history.faults.at(history.origin, place)) return;
    const before = Math.min(now, stamps[next]?.time ?? Number.POSITIVE_INFINITY);
    if (time < after - CLOCKS_APART) wrong.push({ place, early: true });
    else if (time > before + CLOCKS_APART) wrong.push({ place, early: false });
  });
  for (const { from, to, early } of runs(wrong)) {
    const which = from === to ? `Entry ${from} is` : `Entries ${from} to ${to} are`;
    const message = early
      ? `${which} dated before a head that was cosigned before they were written.`
      : `${which} dated after the other party had cosigned them.`;
    const single = early && from === to && to < history.size - 1;
    faults.add(single ? 'inserted' : 'clock', history.origin, from, message, single ? history.owner : null);
  }
  for (const { size, time } of stamps) {
    if (time > now + CLOCKS_APART)
      faults.add('clock', history.origin, size, `The head of size ${size} is cosigned at a time to come.`);
  }
}

/** Entries of the master log under a head were written before somebody else bore witness to it. Times in milliseconds. */
export function checkMasterTimes(
  { bundle, master }: Pick<Party, 'bundle' | 'master'>,
  stamps: readonly { size: number; time: number }[],
  faults: FaultList,
): void {
  const known = stamps.toSorted((a, b) => b.size - a.size);
  let before = Number.POSITIVE_INFINITY;
  let next = 0;
  for (const { seq, ts } of master.toSorted((a, b) => b.seq - a.seq)) {
    while (next < known.length && known[next]!.size > seq) before = Math.min(before, known[next++]!.time);
    if (Date.parse(ts) > before + CLOCKS_APART)
      faults.add('clock', bundle.master.origin, seq, `Entry ${seq} is dated after others bore witness to it.`);
  }
}

function runs(places: readonly { place: number; early: boolean }[]): { from: number; to: number; early: boolean }[] {
  const found: { from: number; to: number; early: boolean }[] = [];
  for (const { place, early } of places) {
    const last = found.at(-1);
    if (last !== undefined && last.to === place - 1 && last.early === early) last.to = place;
    else found.push({ from: place, to: place, early });
  }
  return found;
}
