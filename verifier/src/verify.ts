import { type Anchor, checkQuorum, openAnchors, reachOf } from './anchors.js';
import { readBundle } from './bundle.js';
import { compareWithHolder } from './cross.js';
import { type Fault, FaultList } from './faults.js';
import type { ForkProof } from './fork.js';
import { agrees, largest, SeenTexts } from './heads.js';
import { type History, Seen } from './history.js';
import { fingerprint } from './keys.js';
import { type Lack, Matching } from './match.js';
import { checkMoment, createdOf, fullest, Moment } from './moment.js';
import { type Party, verifyParty } from './party.js';
import { checkPolicy, type Policy, parsePolicy } from './policy.js';
import type { Place, TransferStory } from './story.js';
import type { BundleSource } from './tar.js';
import { CLOCKS_APART, checkTimes } from './times.js';

/** How far a log is anchored by someone who is not its owner. */
export interface Coverage {
  log: string;
  entries: number;
  /** Entries under a head that the other party cosigned or holds. */
  anchored: number;
  by: string[];
  /** Entries that only their owner signed: newer than the last exchange of heads. */
  selfSigned: number;
  /** Entries that only the other party's bundle shows, signed by their owner: newer than the owner's bundle. */
  later: number;
  /** Third parties named by the policy: entries that existed, by their word, at that time. */
  third: { by: string; kind: string; entries: number; time: string }[];
}

export interface Report {
  ok: boolean;
  /** `sound` (both sides); the same with something in `unseen`; `sound, one side only`; `tampered`; `unreadable`. */
  verdict: 'sound' | 'sound up to the older bundle' | 'sound, one side only' | 'tampered' | 'unreadable';
  entries: number;
  coverage: Coverage[];
  faults: Fault[];
  transfers: TransferStory[];
  /** Steps that are under way. Not faults. */
  pending: string[];
  /** What one bundle tells of a time after the other was made, and nothing else shows. Not faults, and not checked. */
  unseen: string[];
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
  readonly #unseen: string[] = [];

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
        ...(await compareWithHolder(first, second, faults, this.#unseen)),
        ...(await compareWithHolder(second, first, faults, this.#unseen)),
      );
      this.#noteAges(first, second);
    }
    const matching = first === undefined ? undefined : this.#match(first, related ? second : undefined);
    this.#unseen.push(...(matching?.unseen ?? []));
    for (const party of parties) {
      checkMoment(party, this.now, faults);
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
      verdict: parties.length === 0 ? 'unreadable' : ok ? this.#soundness(related) : 'tampered',
      entries: parties.reduce((sum, party) => sum + party.bundle.channel.history.size, 0),
      coverage: parties.map((party) =>
        coverageOf(party, related ? parties.find((other) => other !== party) : undefined, this.#anchorsOf(party)),
      ),
      faults: faults.sorted(),
      transfers: matching?.transfers.slice(0, MOST_TRANSFERS) ?? [],
      pending: matching?.pending ?? [],
      unseen: this.#unseen,
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

  #soundness(related: boolean): Report['verdict'] {
    if (!related) return 'sound, one side only';
    return this.#unseen.length === 0 ? 'sound' : 'sound up to the older bundle';
  }

  /** Says which bundle is so much older that the reader should ask for it again. */
  #noteAges(first: Party, second: Party): void {
    const [older, newer] = createdOf(first) < createdOf(second) ? [first, second] : [second, first];
    const { later } = coverageOf(older, newer, []);
    if (later === 0 && !(createdOf(newer) - createdOf(older) >= CLOCKS_APART)) return;
    const [before, after] = [older, newer].map(({ bundle }) => String(bundle.manifest.created));
    this.#notes.push(
      `The bundle of ${older.org} (${before}) is older than that of ${newer.org} (${after}): what ${older.org} recorded since is shown as far as ${newer.org} holds it (${later} entries). A newer bundle of ${older.org} shows the rest.`,
    );
  }

  #match(first: Party, second: Party | undefined): Matching {
    const logs: [History, History] =
      second === undefined
        ? [first.bundle.channel.history, first.bundle.copy.history]
        : [fullest(first, second), fullest(second, first)];
    const judge = second === undefined ? judgeOne(first) : judgeBoth(first, second);
    const matching = new Matching(logs, judge, this.faults);
    matching.run();
    return matching;
  }

  #anchorsOf(party: Party): Anchor[] {
    return this.anchors.get(party) ?? [];
  }

  #hold(policy: Policy, party: Party): void {
    checkQuorum(policy, party, this.#anchorsOf(party), this.faults);
    for (const org of checkPolicy(policy, party, this.now, this.faults))
      this.#notes.push(`The policy names no key of ${org}.`);
  }
}

/** In one bundle: the copy of the other log can lag behind; the party's own log cannot lag behind the copy. */
const judgeOne =
  ({ bundle }: Party) =>
  ({ history }: Place): Lack =>
    history === bundle.channel.history ? 'pending' : 'fault';

/** In two: what an entry names was there before the entry, so a bundle that was made after the entry has to show it. */
function judgeBoth(first: Party, second: Party): (place: Place) => Lack {
  const moments = new Map([first, second].map((party) => [party, new Moment(party)]));
  return ({ history, seq }) => {
    const silent = history.owner === first.org ? second : first;
    const knew = seq < silent.bundle.copy.history.size;
    return knew || moments.get(silent)!.isAfterOther(history.times[seq]!) ? 'fault' : 'unseen';
  };
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
    later: fullest(party, other).size - history.size,
    third: reachOf(party, anchors),
  };
}
