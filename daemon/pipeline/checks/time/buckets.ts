import type { Column, DataType } from '../../../columnar/index.js';
import { storageType, wholes } from '../values/access.js';
import { UNITS_PER_SECOND } from '../values/literal.js';
import type { Zone } from './zone.js';

/** Calendar units run from one date to another; cyclic units have a fixed number of members. */
export const CALENDAR_UNITS = ['hour', 'day', 'month'] as const;
export const CYCLIC_UNITS = ['weekday', 'hour_of_day', 'month_of_year'] as const;
export type Unit = (typeof CALENDAR_UNITS)[number] | (typeof CYCLIC_UNITS)[number];

export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
] as const;

/** 1 for Monday to 7 for Sunday (ISO 8601) of a day since the epoch, which was a Thursday. */
export const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;

/** Year and month (1 to 12) of a day since the epoch, in the proleptic Gregorian calendar. */
export function monthOf(day: number): { year: number; month: number } {
  const date = new Date(day * 86_400_000);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1 };
}

const HOUR_OFFSETS = 256;

/**
 * The bucket of a moment. `local` is in seconds since the epoch as a clock on the wall shows it; `offset` is that
 * clock's distance from UTC, which keeps the two hours apart that an autumn night repeats.
 */
export function bucketOf(unit: Unit, local: number, offset: number): number {
  switch (unit) {
    case 'hour':
      return Math.floor(local / 3600) * HOUR_OFFSETS + (Math.round(offset / 900) + HOUR_OFFSETS / 2);
    case 'day':
      return Math.floor(local / 86_400);
    case 'month': {
      const { year, month } = monthOf(Math.floor(local / 86_400));
      return year * 12 + month - 1;
    }
    case 'weekday':
      return weekdayOf(Math.floor(local / 86_400));
    case 'hour_of_day':
      return Math.floor(local / 3600) - Math.floor(local / 86_400) * 24;
    case 'month_of_year':
      return monthOf(Math.floor(local / 86_400)).month;
  }
}

const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');

/** The name of a bucket in messages: `2026-03-29 02:00`, `2026-03-29`, `2026-03`, `Sunday`, `14:00`, `March`. */
export function bucketName(unit: Unit, bucket: number): string {
  switch (unit) {
    case 'hour': {
      const hour = Math.floor(bucket / HOUR_OFFSETS);
      return `${dayText(Math.floor(hour / 24))} ${pad(hour - Math.floor(hour / 24) * 24)}:00`;
    }
    case 'day':
      return dayText(bucket);
    case 'month':
      return `${pad(Math.floor(bucket / 12), 4)}-${pad(bucket - Math.floor(bucket / 12) * 12 + 1)}`;
    case 'weekday':
      return capital(WEEKDAYS[bucket - 1]!);
    case 'hour_of_day':
      return `${pad(bucket)}:00`;
    case 'month_of_year':
      return capital(MONTHS[bucket - 1]!);
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const dayText = (day: number): string => {
  const date = new Date(day * 86_400_000);
  return Number.isNaN(date.getTime()) ? `day ${day}` : date.toISOString().replace(/T.*$/, '');
};

/** Reads whole seconds since the epoch of a date or timestamp column, rounded down. */
export function secondReader(column: Column): (row: number) => number {
  const type = storageType(column.type) as Extract<DataType, { name: 'date' | 'timestamp' }>;
  const values = wholes(column);
  if (values instanceof BigInt64Array) {
    const per = type.name === 'date' ? 1000 : Number(UNITS_PER_SECOND[type.unit as 's' | 'ms' | 'us' | 'ns']);
    return (row) => {
      const value = values[row]!;
      const near = Number(value);
      if (Number.isSafeInteger(near)) return Math.floor(near / per);
      const rest = value % BigInt(per);
      return Number((value - rest) / BigInt(per)) - (rest < 0n ? 1 : 0);
    };
  }
  return (row) => Number(values[row]!) * 86_400;
}

/** Whether the column's times are points in time (UTC inside), as against what a wall clock showed. */
export const isInstant = (type: DataType): boolean => {
  const storage = storageType(type);
  return storage.name === 'timestamp' && storage.tz !== undefined;
};

/** What the zone's clock shows at a point in time, and its offset then. */
export const atZone = (zone: Zone, second: number): { local: number; offset: number } => {
  const offset = zone.offset(second);
  return { local: second + offset, offset };
};
