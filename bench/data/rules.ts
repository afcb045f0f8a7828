import { STATUSES } from './table.js';

/** What a careful consumer asks of the table: a key, bounds, categories, a pattern, every weekday. As in a contract. */
export const TABLE_RULES: readonly Record<string, unknown>[] = [
  { id: 'complete', check: 'null', columns: ['id', 'meter', 'amount', 'booked', 'created', 'status'] },
  { id: 'key', check: 'unique', columns: ['id'] },
  { id: 'quantity', check: 'range', columns: ['quantity'], min: 1, max: 200 },
  { id: 'amount', check: 'range', columns: ['amount'], min: 0, max: '500000.00' },
  { id: 'rate', check: 'range', columns: ['rate'], min: 0, max: 1 },
  { id: 'status', check: 'in_set', columns: ['status'], values: STATUSES },
  { id: 'reference', check: 'regex', columns: ['reference'], pattern: '^ORD-[0-9A-F]{6}-[0-9A-Z]{6}$' },
  { id: 'rows', check: 'row_count', min: 1000 },
  { id: 'weekdays', check: 'time_coverage', columns: ['booked'], unit: 'weekday' },
  { id: 'regions', check: 'set_coverage', columns: ['region'], values: ['R01', 'R12', 'R48'] },
];

/** The same for the flights. */
export const FLIGHTS_RULES: readonly Record<string, unknown>[] = [
  { id: 'complete', check: 'null', columns: ['date', 'delay', 'distance', 'origin', 'destination'] },
  { id: 'distance', check: 'range', columns: ['distance'], min: 0, max: 10_000 },
  { id: 'airports', check: 'regex', columns: ['origin', 'destination'], pattern: '^[A-Z0-9]{3}$' },
  { id: 'rows', check: 'row_count', min: 1000 },
  { id: 'hubs', check: 'set_coverage', columns: ['origin'], values: ['ATL', 'DFW', 'JFK', 'LAX', 'ORD', 'SFO'] },
  { id: 'weekdays', check: 'time_coverage', columns: ['date'], unit: 'weekday' },
];
