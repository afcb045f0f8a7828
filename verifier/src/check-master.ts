import type { Bundle } from './bundle.js';
import { fromBase64, hex, utf8 } from './bytes.js';
import { type Entry, readEntry } from './entry.js';
import type { FaultList } from './faults.js';
import type { SignedHead } from './heads.js';
import type { Party } from './party.js';
import { leafHash, verifyConsistency, verifyInclusion } from './tree.js';

/** Entries of the master log that are proven to be under its head. */
export function disclosedEntries(bundle: Bundle, head: SignedHead, faults: FaultList): Entry[] {
  const { origin } = bundle.master;
  const entries: Entry[] = [];
  for (const { seq, body, proof } of bundle.master.disclosed) {
    try {
      const entry = readEntry(utf8(body));
      if (entry.log !== origin || entry.seq !== seq) throw new RangeError('is of another place');
      if (!verifyInclusion(leafHash(utf8(body)), seq, head.size, proof.map(fromBase64), head.root))
        faults.add('proof', origin, seq, `Entry ${seq} of the master log is not proven to be under its signed head.`);
      else entries.push(entry);
    } catch (error) {
      const why = error instanceof RangeError ? error.message : 'cannot be read';
      faults.add('encoding', origin, seq, `Entry ${seq} of the master log ${why}.`);
    }
  }
  return entries;
}

/** Earlier heads of the master log, each with a proof that the present one extends it. */
export function checkMasterHeads(party: Party, current: SignedHead | undefined, faults: FaultList): void {
  if (current === undefined) return;
  const { origin, heads, stamps } = party.bundle.master;
  for (const head of party.masterHeads) {
    const line = [...heads, ...stamps].find(({ note }) => note === head.note.source);
    if (line === undefined || head.size === 0) continue;
    const proof = tryProof(line.proof);
    if (head.size > current.size)
      faults.add(
        'truncated',
        origin,
        current.size,
        `The master log was signed over ${head.size} entries before.`,
        party.org,
      );
    else if (proof === undefined || !verifyConsistency(head.size, current.size, proof, head.root, current.root))
      faults.add(
        'proof',
        origin,
        head.size,
        `The master log is not proven to extend its signed head of size ${head.size}.`,
      );
  }
}

function tryProof(proof: readonly string[]): Uint8Array[] | undefined {
  try {
    return proof.map(fromBase64);
  } catch {
    return undefined;
  }
}

/** A party shows of the other's log what its own entries say that it holds, unless it declares that it lost some. */
export function checkCopy({ bundle, org, master }: Party, faults: FaultList): void {
  const { channel, copy } = bundle;
  const { origin, size } = copy.history;
  if (size === 0 || master.some(({ type }) => type === 'ledger.restored')) return;
  const named = channel.history.entries.findIndex(
    (entry) => entry?.peerHead?.origin === origin && entry.peerHead.size > size,
  );
  if (named < 0) return;
  const told = channel.history.entries[named]!.peerHead!.size;
  const message = `Entry ${named} of ${org} says that it holds ${told} entries of ${bundle.peer}; ${bundle.name} shows ${size}.`;
  faults.add('truncated', origin, size, message, org);
}

/** What has to be there, or its absence has to be explained. */
export function checkPresence(party: Party, checkpoint: SignedHead | undefined, faults: FaultList): void {
  const { bundle, org, peer } = party;
  const { history } = bundle.channel;
  if (history.size === 0) {
    faults.add(
      'hidden',
      history.origin,
      null,
      `${bundle.name} shows no entries of the channel between ${org} and ${peer}.`,
      org,
    );
    return;
  }
  if (bundle.channel.checkpoint === undefined || (checkpoint === undefined && !faults.inLog(history.origin)))
    faults.add('proof', history.origin, null, `${bundle.name} has no signed head over the entries of ${org}.`);
  const opened = party.master.filter((entry) => entry.type === 'channel.opened' && entry.peer === peer);
  if (bundle.master.checkpoint !== undefined && opened.length === 0 && party.master.length > 0)
    faults.add(
      'hidden',
      bundle.master.origin,
      null,
      `The master log of ${org} does not show that the channel with ${peer} was opened.`,
      org,
    );
  for (const entry of party.master) {
    if (entry.type !== 'channel.head' || entry.peer !== peer || entry.origin !== history.origin) continue;
    const size = entry.size as number;
    if (size > history.size)
      faults.add(
        'truncated',
        history.origin,
        history.size,
        `The master log names a head of the channel over ${size} entries; there are ${history.size}.`,
        org,
      );
    else if (hex(history.tree.root(size)) !== entry.root)
      faults.add(
        'rewritten',
        history.origin,
        null,
        `The master log names another head of the channel at size ${size}.`,
        org,
      );
  }
  if (bundle.copy.history.size === 0 && party.heads.some((head) => head.cosigned !== undefined) && history.namesPeer)
    faults.add(
      'hidden',
      bundle.copy.history.origin,
      null,
      `${bundle.name} leaves out what ${org} holds of the log of ${peer}.`,
      org,
    );
}
