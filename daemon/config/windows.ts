import { z } from 'zod';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const FORM =
  /^(?:([a-z]{3}(?:-[a-z]{3})?(?:,[a-z]{3}(?:-[a-z]{3})?)*) )?([0-2]\d):([0-5]\d)-([0-2]\d):([0-5]\d) (\S+)$/i;

/** A time of day in a zone, `[mon-fri ]20:00-06:00 Europe/Amsterdam`; minutes of the day, days with 0 for Sunday. */
export const timeWindow = z.string().transform((text, context) => {
  const fail = (message: string) => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  const [, on, ...rest] = FORM.exec(text) ?? [];
  if (rest.length === 0)
    return fail(
      'must be a time of day and a time zone, such as 20:00-06:00 Europe/Amsterdam or sat,sun 00:00-24:00 UTC',
    );
  const [fromHour, fromMinute, toHour, toMinute] = rest.slice(0, 4).map(Number) as [number, number, number, number];
  const [from, to] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute];
  if (from >= 1440 || to > 1440) return fail('must have times from 00:00 to 24:00');
  if (from === to) return fail('is empty: it ends when it begins; leave it out, or write 00:00-24:00');
  const days = on === undefined ? [0, 1, 2, 3, 4, 5, 6] : daysOf(on.toLowerCase());
  if (days === undefined)
    return fail('must name days as mon, tue, wed, thu, fri, sat, sun, or a range such as mon-fri');
  const zone = rest[4]!;
  if (!isZone(zone)) return fail('names no time zone of the IANA database, such as Europe/Amsterdam or UTC');
  return { text, from, to: to === 1440 ? 0 : to, zone, days };
});

function daysOf(text: string): number[] | undefined {
  const days = new Set<number>();
  for (const part of text.split(',')) {
    const [first, last] = part.split('-').map((name) => DAYS.indexOf(name));
    if (first === undefined || first < 0 || (last !== undefined && last < 0)) return undefined;
    for (let day = first; ; day = (day + 1) % 7) {
      days.add(day);
      if (day === (last ?? first)) break;
    }
  }
  return [...days].sort();
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
