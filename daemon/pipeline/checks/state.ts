import { canonicalJson, type Json, sha256, utf8 } from '../../foundation/index.js';
import type { CheckState } from './define.js';

/** A state as canonical bytes: equal states, equal bytes. */
export const toState = (value: Json): Uint8Array => utf8(canonicalJson(value));

/** What `toState` wrote. Only states of this gateway's own runs are read back, so the shape is trusted. */
export const fromState = <T>(bytes: Uint8Array): T => JSON.parse(Buffer.from(bytes).toString('utf8')) as T;

/** What is compared between the two sides. */
export const stateDigest = (state: CheckState): Uint8Array =>
  sha256('counterfoil/check-state/1\n', state.digest?.() ?? state.serialise());
