import { CounterfoilError, printable } from '../../../foundation/index.js';

const DAY = 86_400;

/** Offsets of one time zone from UTC, in seconds, by the platform's tz database. */
export class Zone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  /** By UTC day: the offset all day, or the second of the change and the offsets before and after it. */
  readonly #days = new Map<number, { before: number; at: number; after: number }>();
  #lastDay = Number.NaN;
  #last = { before: 0, at: Number.POSITIVE_INFINITY, after: 0 };

  constructor(name: string) {
    this.name = name;
    try {
      this.#format = new Intl.DateTimeFormat('en-US', {
        timeZone: name,
        calendar: 'gregory',
        numberingSystem: 'latn',
        hourCycle: 'h23',
        era: 'short',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    } catch (error) {
      throw new CounterfoilError('contract.invalid', `There is no time zone ${printable(name)}.`, {
        hint: 'Use a name of the IANA database, such as Europe/Berlin, America/New_York or UTC.',
        cause: error,
      });
    }
  }

  /** Seconds to add to a UTC time (whole seconds since the epoch) to get what a clock there shows. */
  offset(second: number): number {
    const day = Math.floor(second / DAY);
    if (day !== this.#lastDay) {
      this.#last = this.#days.get(day) ?? this.#learn(day);
      this.#lastDay = day;
    }
    return second < this.#last.at ? this.#last.before : this.#last.after;
  }

  #learn(day: number): { before: number; at: number; after: number } {
    const [start, end] = [day * DAY, day * DAY + DAY - 1];
    const [before, after] = [this.#ask(start), this.#ask(end)];
    let at = Number.POSITIVE_INFINITY;
    if (before !== after) {
      let [low, high] = [start, end];
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (this.#ask(middle) === before) low = middle;
        else high = middle;
      }
      at = high;
    }
    const found = { before, at, after };
    if (this.#days.size < 100_000) this.#days.set(day, found);
    return found;
  }

  #ask(second: number): number {
    if (this.name === 'UTC') return 0;
    const parts = new Map(this.#format.formatToParts(second * 1000).map((part) => [part.type, part.value]));
    const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
    const year = parts.get('era') === 'BC' ? 1 - number('year') : number('year');
    const local = new Date(0);
    local.setUTCFullYear(year, number('month') - 1, number('day'));
    local.setUTCHours(number('hour'), number('minute'), number('second'));
    return Math.round(local.getTime() / 1000) - second;
  }
}
