import { equal } from './bytes.js';
import type { FaultList } from './faults.js';
import { createdOf } from './moment.js';
import { parseVerifierKey } from './note.js';
import type { Party } from './party.js';

/**
 * What the auditor trusts, from outside the bundles: a text in the manner of C2SP tlog-policy. `log VKEY` names a key of
 * an organisation (the part of the key name before the first `/`), `witness NAME VKEY` a third party, `authority NAME
 * FINGERPRINT` a time-stamping authority by a certificate of it or above it (SHA-256 in hex), `quorum NAME|none` one of
 * both that must have borne witness to the master logs, `within 24h` how long before the bundle was made, `made 7d` how
 * long ago a bundle may have been made. `#` begins a comment.
 */
export interface Policy {
  logs: { org: string; key: Uint8Array }[];
  witnesses: Map<string, { name: string; key: Uint8Array }>;
  authorities: Map<string, string>;
  quorum: string[];
  /** Milliseconds. */
  within: number | undefined;
  /** Milliseconds. */
  made: number | undefined;
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3600_000, d: 24 * 3600_000 };

/** Throws RangeError that names the line. */
export function parsePolicy(text: string): Policy {
  const policy: Policy = {
    ...{ logs: [], witnesses: new Map(), authorities: new Map() },
    ...{ quorum: [], within: undefined, made: undefined },
  };
  text.split('\n').forEach((line, i) => {
    const words = line
      .replace(/#.*$/, '')
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '');
    if (words.length === 0) return;
    try {
      takeLine(policy, words);
    } catch (error) {
      throw new RangeError(
        `Line ${i + 1} of the policy ${error instanceof RangeError ? error.message : 'cannot be read'}.`,
      );
    }
  });
  const missing = policy.quorum.find((name) => !policy.witnesses.has(name) && !policy.authorities.has(name));
  if (missing !== undefined) throw new RangeError(`The policy asks for ${missing}, which it does not name.`);
  return policy;
}

function takeLine(policy: Policy, words: readonly string[]): void {
  const [kind, first = '', second = ''] = words;
  if (kind === 'log' && words.length === 2) {
    const { name, key } = parseVerifierKey(first);
    policy.logs.push({ org: name.split('/')[0]!, key });
  } else if (kind === 'witness' && words.length === 3) {
    const { name, key } = parseVerifierKey(second);
    policy.witnesses.set(first, { name, key });
  } else if (kind === 'quorum' && words.length === 2) {
    if (first !== 'none') policy.quorum.push(first);
  } else if (kind === 'authority' && words.length === 3) {
    if (!/^[0-9a-f]{64}$/.test(second)) throw new RangeError('has no SHA-256 fingerprint in lower-case hex');
    policy.authorities.set(first, second);
  } else if ((kind === 'within' || kind === 'made') && words.length === 2) {
    const parts = /^([1-9]\d{0,5})([mhd])$/.exec(first);
    if (parts === null) throw new RangeError('has no length of time such as 90m, 24h or 7d');
    policy[kind] = Number(parts[1]) * UNITS[parts[2]!]!;
  } else {
    throw new RangeError(
      'is none of: log VKEY, witness NAME VKEY, authority NAME FINGERPRINT, quorum NAME|none, within TIME, made TIME',
    );
  }
}

/** Holds a party's keys and the age of its bundle to the policy. Gives the organisations that the policy knows no key of. */
export function checkPolicy(policy: Policy, party: Party, now: number, faults: FaultList): string[] {
  if (policy.made !== undefined && !(now - createdOf(party) <= policy.made))
    faults.add('proof', null, null, `${party.bundle.name} was made longer ago than your policy allows.`);
  const unknown: string[] = [];
  for (const [org, keys] of [
    [party.org, party.keys],
    [party.peer, party.peerKeys],
  ] as const) {
    const trusted = policy.logs.filter((log) => log.org === org);
    if (trusted.length === 0) unknown.push(org);
    else if (keys.first !== undefined && !trusted.some(({ key }) => keys.spans.some((span) => equal(span.key, key))))
      faults.add('anchors', null, null, `${party.bundle.name} names another key of ${org} than your policy does.`);
  }
  return unknown;
}
