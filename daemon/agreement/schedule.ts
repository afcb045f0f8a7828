import { Cron } from 'croner';

/** Whether a text is a cron expression of five fields that comes up at least once. */
export function isSchedule(text: string): boolean {
  return nextRun(text, 0) !== undefined;
}

/** When a schedule comes up next after a moment, both in milliseconds; undefined where it never does. Times are UTC. */
export function nextRun(schedule: string, after: number): number | undefined {
  try {
    return new Cron(schedule, { timezone: 'UTC', mode: '5-part' }).nextRun(new Date(after))?.getTime();
  } catch {
    return undefined;
  }
}
