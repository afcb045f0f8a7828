import { LIMITS, utf8 } from '../../foundation/index.js';
import type { KeyBox, WrappedKey } from '../../store/index.js';
import type { Before } from '../beside/index.js';

/** What the checks over one version left, sealed: it says how the values of columns are spread. */
export function sealLeft(keyBox: KeyBox, transfer: string, left: Before): Uint8Array {
  const states = Object.entries(left.states).map(([rule, state]) => [rule, Buffer.from(state).toString('base64')]);
  const text = JSON.stringify({ ...left, states: Object.fromEntries(states) });
  // Without states the next version is compared by columns and rows only.
  const kept = text.length <= LIMITS.checkStateBytes ? text : JSON.stringify({ ...left, states: {} });
  return utf8(keyBox.wrap(utf8(kept), `${transfer}/checked`));
}

export function openLeft(keyBox: KeyBox, transfer: string, sealed: Uint8Array): Before {
  const wrapped = Buffer.from(sealed).toString('utf8') as WrappedKey;
  const left = JSON.parse(Buffer.from(keyBox.unwrap(wrapped, `${transfer}/checked`)).toString('utf8')) as Before & {
    states: Record<string, string>;
  };
  const states = Object.entries(left.states).map(([rule, state]) => [rule, Buffer.from(state, 'base64')]);
  return { ...left, states: Object.fromEntries(states) as Record<string, Uint8Array> };
}
