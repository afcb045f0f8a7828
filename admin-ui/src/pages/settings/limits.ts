import { count, seconds } from '../../text/format';

const BINARY = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A limit with its unit, which its name tells. */
export function readable(name: string, value: number): string {
  if (name.endsWith('Ms')) return value < 1000 ? `${value} ms` : seconds(value / 1000);
  if (!name.endsWith('Bytes')) return count(value);
  let rest = value;
  let unit = 0;
  for (; rest >= 1024 && rest % 1024 === 0 && unit < BINARY.length - 1; unit++) rest /= 1024;
  return `${count(rest)} ${BINARY[unit]}`;
}
