import { printable } from '../foundation/index.js';

/** A name that others chose, safe for a terminal; in quotes where it would not be plain to read. */
export function plain(name: string): string {
  const quoted = printable(name);
  return quoted === `"${name}"` && !/^\s|\s$|^$/.test(name) ? name : quoted;
}

const SENTENCE_CHARS = 4000;

/** A sentence that may hold what others chose: safe for a terminal, its quotation marks left as they are. */
export const sentence = (text: string): string =>
  text
    .split('\n')
    .map((line) => printable(line, SENTENCE_CHARS).slice(1, -1).replaceAll('\\"', '"').replaceAll('\\\\', '\\'))
    .join('\n');

/** Rows under their heads, columns aligned. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [heads.map((head) => head.toUpperCase()), ...rows];
  const widths = heads.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Names and values, a line each; lines without a value are left out. */
export function list(pairs: readonly (readonly [string, string | number | boolean | null | undefined])[]): string {
  const given = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '');
  const width = Math.max(0, ...given.map(([name]) => name.length));
  return given.map(([name, value]) => `${name.padEnd(width)}  ${String(value)}`).join('\n');
}

/** 1 234 567 as `1,234,567`. */
export const count = (value: number): string => value.toLocaleString('en-US');

/** Bytes with a unit: `12.3 MB` (powers of 1000). */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let rest = value;
  let unit = 0;
  for (; rest >= 1000 && unit < units.length - 1; unit++) rest /= 1000;
  return unit === 0 ? `${rest} B` : `${rest.toFixed(1)} ${units[unit]}`;
}

/** `75` as `1 min 15 s`. */
export function seconds(value: number): string {
  const whole = Math.max(0, Math.round(value));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
