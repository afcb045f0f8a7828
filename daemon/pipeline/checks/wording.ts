import { LIMITS, printable } from '../../foundation/index.js';

/** A whole number with thin groups: `1 234 567`. */
export const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ' ');

/** Parts joined into a sentence with a capital and a full stop. */
export function sentence(parts: readonly string[], tail = ''): string {
  const text = parts.join('; ') + tail;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Names, quoted and bounded: `"a", "b" and 3 more`. */
export function names(list: readonly string[]): string {
  const shown = list.slice(0, LIMITS.namesPerMessage).map((name) => printable(name, 60));
  const more = list.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${count(more)} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown[shown.length - 1]}`;
}

/** "1 row", "2 rows". */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;
