import { equal } from './bytes.js';
import type { FaultList } from './faults.js';
import { checkCosignature, parseVerifierKey } from './note.js';
import type { Party } from './party.js';

/**
 * What the auditor trusts, from outside the bundles: a text in the manner of C2SP tlog-policy. `log VKEY` names a key of
 * an organisation (the part of the key name before the first `/`), `witness NAME VKEY` a third party, `quorum NAME|none`
 * the witness that must have cosigned the master logs. `#` begins a comment.
 */
export interface Policy {
  logs: { org: string; key: Uint8Array }[];
  witnesses: Map<string, { name: string; key: Uint8Array }>;
  quorum: string | undefined;
}

/** Throws RangeError that names the line. */
export function parsePolicy(text: string): Policy {
  const policy: Policy = { logs: [], witnesses: new Map(), quorum: undefined };
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
  if (policy.quorum !== undefined && !policy.witnesses.has(policy.quorum))
    throw new RangeError(`The policy asks for the witness ${policy.quorum}, which it does not name.`);
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
    policy.quorum = first === 'none' ? undefined : first;
  } else {
    throw new RangeError('is none of: log VKEY, witness NAME VKEY, quorum NAME|none');
  }
}

/** Holds a party's keys and master head to the policy. Gives the organisations that the policy knows no key of. */
export function checkPolicy(policy: Policy, party: Party, faults: FaultList): string[] {
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
  const witness = policy.quorum === undefined ? undefined : policy.witnesses.get(policy.quorum);
  const head = party.masterHeads.at(-1);
  if (
    witness !== undefined &&
    (head === undefined || typeof checkCosignature(head.note, witness.name, witness.key) !== 'number')
  )
    faults.add(
      'proof',
      party.bundle.master.origin,
      null,
      `The master head of ${party.org} is not cosigned by ${policy.quorum}, as your policy asks.`,
    );
  return unknown;
}
