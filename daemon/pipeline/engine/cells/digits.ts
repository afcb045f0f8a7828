/** The bytes as Latin-1 text: for digits, signs and short words. */
export const ascii = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.prototype.latin1Slice.call(bytes, start, end);

export const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** The digits at [start, end) as a number (at most 15 of them), or -1 where one is none. */
export function digitsAt(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** True when the shortest text of the double that `text` stands for has the same digits and the same magnitude. */
export function survivesDouble(text: string): boolean {
  const value = Number(text);
  if (!Number.isFinite(value)) return false;
  const shortest = String(value);
  return shortest === text || digitsOf(text) === digitsOf(shortest);
}

/** Significant digits and power of ten of a number's text, free of notation and sign. */
function digitsOf(text: string): string {
  const [mantissa = '', power = '0'] = text.replace(/^-/, '').toLowerCase().split('e');
  const point = mantissa.indexOf('.');
  const scale = point < 0 ? 0 : mantissa.length - point - 1;
  const digits = mantissa.replace('.', '').replace(/^0+/, '');
  const kept = digits.replace(/0+$/, '');
  return kept === '' ? '0' : `${kept}e${Number(power) - scale + digits.length - kept.length}`;
}
