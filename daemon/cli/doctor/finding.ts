import type { CounterfoilError } from '../../foundation/index.js';
import type { Answer } from '../client.js';

/** One thing that was looked at, as the admin API tells it too. */
export type Finding = Answer<'gateway', 'doctor'>['findings'][number];
type Area = Finding['area'];

export const ok = (area: Area, message: string): Finding => ({ area, level: 'ok', message });
export const warning = (area: Area, message: string, hint: string): Finding => ({
  area,
  level: 'warning',
  message,
  hint,
});
export const fault = (area: Area, { message, hint }: Pick<CounterfoilError, 'message' | 'hint'>): Finding => ({
  area,
  level: 'fault',
  message,
  hint,
});
