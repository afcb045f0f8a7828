/** A JSON value of the profile that ledgers use. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };
export type Fields = { readonly [key: string]: Value };

const DEPTH = 32;

/** RFC 8785 text of a value. Throws RangeError on what the profile does not allow. */
export function canonical(value: Value, depth = 0): string {
  if (depth > DEPTH) throw new RangeError('is nested too deeply');
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError('has a number that is no safe integer');
    return JSON.stringify(value);
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new RangeError('has a lone surrogate');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item: Value) => canonical(item, depth + 1)).join(',')}]`;
  const fields = value as Fields;
  const members = Object.keys(fields)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(fields[key]!, depth + 1)}`);
  return `{${members.join(',')}}`;
}

/** The value of a text that is exactly what `canonical` writes: repeated keys, spaces, other orders are refused. */
function parseCanonical(text: string): Value {
  let value: Value;
  try {
    value = JSON.parse(text) as Value;
  } catch {
    throw new RangeError('is not JSON');
  }
  if (canonical(value) !== text) throw new RangeError('is not in canonical form');
  return value;
}

export const isObject = (value: Value | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The objects of a list; whatever else is in it, or in its place, is left out. */
export const objectsIn = (value: Value | undefined): Fields[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** The same, of an object. */
export function parseObject(text: string): Fields {
  const value = parseCanonical(text);
  if (!isObject(value)) throw new RangeError('is not an object');
  return value;
}
