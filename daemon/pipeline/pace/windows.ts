import { Zone } from '../checks/time/zone.js';

/** A time of day on some days of the week, as clocks of a zone show it. Plain data. */
export interface TimeWindow {
  /** As it was written. */
  text: string;
  /** Minutes of the day; `to` may be before `from`: then it ends on the next day. */
  from: number;
  to: number;
  zone: string;
  /** Of the week on which it begins, 0 is Sunday. */
  days: readonly number[];
}

const MINUTE = 60_000;
const DAY_MINUTES = 1440;
/** Windows come again within a week; a day more, for the hour that clocks leave out. */
const LONGEST_MINUTES = 8 * DAY_MINUTES;

const zones = new Map<string, Zone>();

function zoneOf(name: string): Zone {
  const zone = zones.get(name) ?? new Zone(name);
  zones.set(name, zone);
  return zone;
}

/** True while one of the windows is open; no window at all is always open. Times are milliseconds since the epoch. */
export const isOpen = (windows: readonly TimeWindow[], at: number): boolean =>
  windows.length === 0 || windows.some((window) => isIn(window, at));

/** When the next window opens, to the minute; `at` itself while one is open. */
export function opensAt(windows: readonly TimeWindow[], at: number): number {
  if (isOpen(windows, at)) return at;
  const first = Math.ceil(at / MINUTE) * MINUTE;
  for (let minute = 0; minute < LONGEST_MINUTES; minute++) {
    const then = first + minute * MINUTE;
    if (isOpen(windows, then)) return then;
  }
  return first + LONGEST_MINUTES * MINUTE;
}

function isIn({ from, to, zone, days }: TimeWindow, at: number): boolean {
  const second = Math.floor(at / 1000);
  const local = Math.floor((second + zoneOf(zone).offset(second)) / 60);
  const minute = ((local % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  const day = (((Math.floor(local / DAY_MINUTES) + 4) % 7) + 7) % 7; // the first of January 1970 was a Thursday
  if (from < to) return days.includes(day) && minute >= from && minute < to;
  return (days.includes(day) && minute >= from) || (days.includes((day + 6) % 7) && minute < to);
}
