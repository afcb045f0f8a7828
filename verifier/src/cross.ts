import { contentsFrom } from './bundle.js';
import { equal } from './bytes.js';
import { differences } from './diff.js';
import type { Kept } from './entry.js';
import type { FaultList, FaultName } from './faults.js';
import { type ForkProof, proveFork } from './fork.js';
import { agrees, largest, type SignedHead } from './heads.js';
import type { History } from './history.js';
import { createdOf, Moment } from './moment.js';
import type { Party } from './party.js';

/**
 * Holds what a party shows of its log against what the other party holds of it. `unseen`: what may have come after the
 * party made its bundle, and what may not.
 */
export async function compareWithHolder(
  owner: Party,
  holder: Party,
  faults: FaultList,
  unseen: string[],
): Promise<ForkProof[]> {
  compareKeys(owner, holder, faults);
  const own = owner.bundle.channel.history;
  const copy = holder.bundle.copy.history;
  compareCosigned(owner, holder, copy, faults);
  const masterBehind = compareMasters(owner, holder, faults, unseen);
  const authentic = copy.size > 0 && holder.held.some((head) => head.size === copy.size && agrees(head, copy));
  if (!authentic || own.size === 0) return [];
  const prefix = commonPrefix(own, copy);
  if (prefix === copy.size) return [];
  if (prefix === own.size && !new Moment(owner).isAfterOwn(copy.times[prefix]!)) return []; // what more there is came later
  await nameDivergence({ owner, holder, prefix, older: masterBehind }, faults);
  return forks(owner, holder, own, copy);
}

function compareKeys(owner: Party, holder: Party, faults: FaultList): void {
  const pins = holder.bundle.channel.history.pins;
  const first = owner.keys.first;
  if (first === undefined || pins.length === 0 || pins.some((pin) => owner.keys.knows(pin.key))) return;
  const { origin } = owner.bundle.channel.history;
  const message = `${owner.org} signs with another key than the one that ${holder.org} enrolled it with.`;
  faults.add('keySubstituted', origin, 0, message, owner.org);
}

function commonPrefix(a: History, b: History): number {
  const most = Math.min(a.size, b.size);
  let low = 0;
  for (let i = 0; i < most && equal(a.tree.leaf(i), b.tree.leaf(i)); i++) low = i + 1;
  return low;
}

/** Heads that the holder cosigned, against the copy that it shows now. */
function compareCosigned(owner: Party, holder: Party, copy: History, faults: FaultList): void {
  const { origin } = owner.bundle.channel.history;
  const moment = new Moment(holder);
  const due = ({ cosigned }: SignedHead) => cosigned !== undefined && moment.isAfterOwn((cosigned + 1) * 1000);
  const furthest = largest(owner.heads.filter(due));
  if (furthest > 0 && copy.size === 0) {
    const message = `${holder.org} cosigned a head over ${furthest} entries of ${owner.org}, and its bundle shows none.`;
    faults.add('hidden', origin, null, message, holder.org);
    return;
  }
  if (furthest > copy.size) {
    const message = `${holder.org} cosigned a head over ${furthest} entries of ${owner.org}, and shows ${copy.size}.`;
    faults.add('truncated', origin, copy.size, message, holder.org);
  }
  for (const head of owner.heads) {
    if (head.cosigned === undefined || head.size > copy.size || agrees(head, copy)) continue;
    const message = `${holder.org} cosigned a head of size ${head.size} that is not of the entries it shows.`;
    faults.add('fork', origin, head.size, message, holder.org);
  }
}

/** Heads of the owner's master log. Says whether the owner shows an older one than the holder has. */
function compareMasters(owner: Party, holder: Party, faults: FaultList, unseen: string[]): boolean {
  const { origin } = owner.bundle.master;
  const current = owner.masterHeads.at(-1);
  const declared = owner.master.some((entry) => entry.type === 'ledger.restored' && entry.origin === origin);
  if (current === undefined) return false;
  const moment = new Moment(owner);
  let behind = false;
  for (const head of holder.heldMaster) {
    const other = owner.masterHeads.find((own) => own.size === head.size && !equal(own.root, head.root));
    if (head.size <= current.size && other === undefined) continue;
    if (other === undefined && (head.heldAt ?? 0) > createdOf(owner)) continue; // it came after the owner's export
    behind = true;
    if (declared) continue;
    const message =
      other === undefined
        ? `${holder.org} holds a master head of ${owner.org} over ${head.size} entries; ${owner.org} shows ${current.size}.`
        : `${owner.org} signed two master heads of size ${head.size}.`;
    const due = other !== undefined || moment.isAfterOther(head.heldAt ?? 0);
    if (due) faults.add(other === undefined ? 'rollback' : 'fork', origin, current.size, message, owner.org);
    else unseen.push(message);
  }
  return behind;
}

const WORDS: Readonly<Record<string, (place: number) => [FaultName, string]>> = {
  edited: (place) => ['rewritten', `Entry ${place} says something else than when it was signed and handed over`],
  deleted: (place) => ['deleted', `Entry ${place} was signed and handed over, and is gone`],
  inserted: (place) => [
    'inserted',
    `Entry ${place} was not there when the entries around it were signed and handed over`,
  ],
  reordered: (place) => ['reordered', `Entry ${place} stood elsewhere when it was signed and handed over`],
};

interface Divergence {
  owner: Party;
  holder: Party;
  /** Entries that both show alike. */
  prefix: number;
  /** Whether the owner shows an older master head than the holder has. */
  older: boolean;
}

async function nameDivergence({ owner: party, holder, prefix, older }: Divergence, faults: FaultList): Promise<void> {
  const own = party.bundle.channel.history;
  const copy = holder.bundle.copy.history;
  const { origin, owner } = own;
  const report = (name: FaultName, seq: number, message: string) => faults.add(name, origin, seq, `${message}.`, owner);
  if (prefix === own.size) {
    const message = `${owner} signed ${copy.size} entries and handed them over, and shows ${own.size}`;
    report(older ? 'rollback' : 'truncated', prefix, message);
    return;
  }
  const found = differences(
    await contentsFrom(holder.bundle, 'peer', prefix),
    await contentsFrom(party.bundle, 'channel', prefix),
  );
  if (isNewTail(found.length, own, copy, prefix)) {
    const later = own.times[prefix]! > copy.times.at(-1)!;
    const what = later ? 'went on from an older copy of it' : 'continued it in two ways';
    report(
      later ? 'rollback' : 'fork',
      prefix,
      `${owner} signed and handed over another log from entry ${prefix} on, and ${what}`,
    );
    return;
  }
  for (const { kind, place } of found) {
    if (kind === 'truncated')
      report(
        'truncated',
        prefix + place,
        `Entries from ${prefix + place} on were signed and handed over, and are gone`,
      );
    else report(...(([name, text]) => [name, prefix + place, text] as const)(WORDS[kind]!(prefix + place)));
  }
}

/** Whether what follows the common part has nothing to do with what was there. */
function isNewTail(changes: number, own: History, copy: History, prefix: number): boolean {
  const [ours, theirs] = [own.entries.slice(prefix), copy.entries.slice(prefix)];
  if (changes < Math.min(ours.length, theirs.length)) return false;
  const about = (entry: Kept | undefined) => `${entry?.type} ${entry?.transfer ?? entry?.agreement ?? ''}`;
  return !(ours.length === theirs.length && ours.every((entry, i) => about(entry) === about(theirs[i])));
}

/** One proof is enough: the largest heads that contradict each other. */
function forks(owner: Party, holder: Party, own: History, copy: History): ForkProof[] {
  for (const held of holder.held.toReversed()) {
    for (const shown of owner.heads.toReversed()) {
      const history = held.size >= shown.size ? copy : own;
      const proof = proveFork(held, shown, history, owner.org);
      if (proof !== undefined) return [proof];
    }
  }
  return [];
}
