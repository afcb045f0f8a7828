/** A JSON value that the canonical form can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * RFC 8785 text of a value. `undefined` members are left out. Throws RangeError on numbers that JSON cannot carry
 * exactly, on lone surrogates, and on integers beyond 2^53-1.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return canonicalNumber(value);
  if (typeof value === 'string') return canonicalString(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const object = value as { readonly [key: string]: Json | undefined };
  let members = '';
  for (const key of Object.keys(object).sort()) {
    // sort() orders by UTF-16 code units, as RFC 8785 section 3.2.3 asks
    const member = object[key];
    if (member === undefined) continue;
    members += `${members === '' ? '' : ','}${canonicalString(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError('NaN and infinities have no canonical form');
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new RangeError('integers beyond 2^53-1 go as strings');
  return JSON.stringify(value);
}

/** Printable ASCII that JSON does not escape. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

function canonicalString(value: string): string {
  if (PLAIN.test(value)) return `"${value}"`;
  if (!value.isWellFormed()) throw new RangeError('lone surrogates have no canonical form');
  return JSON.stringify(value);
}
