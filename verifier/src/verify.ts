import { type Anchor, checkQuorum, openAnchors, reachOf } from './anchors.js';
import { readBundle } from './bundle.js';
import { compareWithHolder } from './cross.js';
import { type Fault, FaultList } from './faults.js';
import type { ForkProof } from './fork.js';
import { agrees, largest, SeenTexts } from './heads.js';
import { Seen } from './history.js';
import { fingerprint } from './keys.js';
import { Matching, type TransferStory } from './match.js';
import { type Party, verifyParty } from './party.js';
import { checkPolicy, type Policy, parsePolicy } from './policy.js';
import type { BundleSource } from './tar.js';
import { checkTimes } from './times.js';

/** How far a log is anchored by someone who is not its owner. */
export interface Coverage {
  log: string;
  entries: number;
  /** Entries under a head that the other party cosigned or holds. */
  anchored: number;
  by: string[];
  /** Entries that only their owner signed: newer than the last exchange of heads. */
  selfSigned: number;
  /** Third parties named by the policy: entries that existed, by their word, at that time. */
  third: { by: string; kind: string; entries: number; time: string }[];
}

export interface Report {
  ok: boolean;
  /** `sound` (both sides), `sound, one side only`, `tampered`, `unreadable`. */
  verdict: 'sound' | 'sound, one side only' | 'tampered' | 'unreadable';
  entries: number;
  coverage: Coverage[];
  faults: Fault[];
  transfers: TransferStory[];
  /** Steps that are under way. Not faults. */
  pending: string[];
  parties: { org: string; peer: string; key: string | null; created: string; bundle: string }[];
  forks: ForkProof[];
  /** What witnesses and time-stamping authorities say of the master logs. */
  anchors: Anchor[];
  /** What the reader should know beside the faults. */
  notes: string[];
}

export interface VerifyOptions {
  /** Trust anchors and witnesses, see `parsePolicy`. */
  policy?: string;
  /** Milliseconds since the epoch. */
  now?: number;
}

/** Transfers that a report tells of one by one; all are verified. */
const MOST_TRANSFERS = 100_000;

/**
 * Verifies one bundle, or the two of one relation against each other, and reports every fault. Never throws for what is
 * in a bundle; RangeError for a policy that cannot be read.
 */
export async function verifyBundles(sources: readonly BundleSource[], options: VerifyOptions = {}): Promise<Report> {
  const policy = options.policy === undefined ? undefined : parsePolicy(options.policy);
  const faults = new FaultList();
  const signatures = new Seen();
  const texts = new SeenTexts();
  const parties: Party[] = [];
  for (const source of sources.slice(0, 2)) {
    const party = await partyOf(source, faults, signatures, texts);
    if (party !== undefined) parties.push(party);
  }
  const anchors = new Map<Party, Anchor[]>();
  for (const party of parties) anchors.set(party, await openAnchors(party, policy, faults));
  return await new Verification(sources.length, parties, anchors, faults, policy, options.now ?? Date.now()).report();
}

/** What a bundle shows; undefined, and a fault, when it cannot be used. Rejects when its source cannot be read. */
async function partyOf(
  source: BundleSource,
  faults: FaultList,
  signatures: Seen,
  texts: SeenTexts,
): Promise<Party | undefined> {
  const bundle = await readBundle(source, faults, signatures);
  try {
    return bundle && verifyParty(bundle, faults, texts);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it cannot be read';
    faults.add('hostile', null, null, `${source.name} could not be verified to its end: ${why}.`);
    return undefined;
  }
}

class Verification {
  readonly #forks: ForkProof[] = [];
  readonly #notes: string[] = [];

  constructor(
    readonly given: number,
    readonly parties: readonly Party[],
    readonly anchors: ReadonlyMap<Party, Anchor[]>,
    readonly faults: FaultList,
    readonly policy: Policy | undefined,
    readonly now: number,
  ) {}

  async report(): Promise<Report> {
    const { parties, faults } = this;
    const [first, second] = parties;
    const related = first !== undefined && second !== undefined && this.#areOneRelation(first, second);
    if (first !== undefined && second !== undefined && related) {
      this.#forks.push(
        ...(await compareWithHolder(first, second, faults)),
        ...(await compareWithHolder(second, first, faults)),
      );
    }
    const matching = first === undefined ? undefined : this.#match(first, related ? second : undefined);
    for (const party of parties) {
      checkTimes(party.bundle.channel.history, party.heads, this.now, faults);
      if (this.policy !== undefined) this.#hold(this.policy, party);
      for (const entry of party.master)
        if (entry.type === 'ledger.restored')
          this.#notes.push(`${party.org} declares that it restored its ledger on ${entry.ts}.`);
    }
    if (this.policy === undefined && parties.length > 0)
      this.#notes.push(
        'No policy was given: compare the key fingerprints with ones you have from the parties themselves.',
      );
    const untold = (matching?.transfers.length ?? 0) - MOST_TRANSFERS;
    if (untold > 0) this.#notes.push(`${untold} more transfers were verified and are not listed.`);
    const ok = faults.list.length === 0 && parties.length === this.given && this.given > 0;
    return {
      ok,
      verdict: parties.length === 0 ? 'unreadable' : !ok ? 'tampered' : related ? 'sound' : 'sound, one side only',
      entries: parties.reduce((sum, party) => sum + party.bundle.channel.history.size, 0),
      coverage: parties.map((party) =>
        coverageOf(party, related ? parties.find((other) => other !== party) : undefined, this.#anchorsOf(party)),
      ),
      faults: faults.sorted(),
      transfers: matching?.transfers.slice(0, MOST_TRANSFERS) ?? [],
      pending: matching?.pending ?? [],
      parties: parties.map(({ org, peer, keys, bundle }) => ({
        org,
        peer,
        key: keys.last === undefined ? null : fingerprint(keys.last),
        created: String(bundle.manifest.created),
        bundle: bundle.name,
      })),
      forks: this.#forks,
      anchors: parties.flatMap((party) => this.#anchorsOf(party)),
      notes: this.#notes,
    };
  }

  #areOneRelation(first: Party, second: Party): boolean {
    if (first.org === second.peer && first.peer === second.org) return true;
    const names = `${first.org} with ${first.peer}, and of ${second.org} with ${second.peer}`;
    this.faults.add('disagree', null, null, `The two bundles are not of one relation: they are of ${names}.`);
    return false;
  }

  #match(first: Party, second: Party | undefined): Matching {
    const theirs = second === undefined ? first.bundle.copy.history : second.bundle.channel.history;
    const matching = new Matching([first.bundle.channel.history, theirs], second !== undefined, this.faults);
    matching.run();
    return matching;
  }

  #anchorsOf(party: Party): Anchor[] {
    return this.anchors.get(party) ?? [];
  }

  #hold(policy: Policy, party: Party): void {
    checkQuorum(policy, party, this.#anchorsOf(party), this.faults);
    for (const org of checkPolicy(policy, party, this.faults)) this.#notes.push(`The policy names no key of ${org}.`);
  }
}

function coverageOf(party: Party, other: Party | undefined, anchors: readonly Anchor[]): Coverage {
  const { history } = party.bundle.channel;
  const sound = party.heads.filter((head) => head.cosigned !== undefined && agrees(head, history));
  const held = (other?.held ?? []).filter((head) => agrees(head, history));
  const anchored = Math.max(largest(sound), largest(held));
  return {
    log: history.origin,
    entries: history.size,
    anchored,
    by: anchored > 0 ? [party.peer] : [],
    selfSigned: history.size - anchored,
    third: reachOf(party, anchors),
  };
}
