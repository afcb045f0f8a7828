import type { Bundle } from './bundle.js';
import { equal, fromUtf8 } from './bytes.js';
import { checkAttestations } from './check-attestations.js';
import { checkDocuments, checkKeysFile, checkManifest, checkPayloads, checkSelf } from './check-contents.js';
import { checkLog } from './check-log.js';
import { checkCopy, checkMasterHeads, checkPresence, disclosedEntries } from './check-master.js';
import type { Entry } from './entry.js';
import type { FaultList } from './faults.js';
import { openHead, type SeenTexts, type SignedHead } from './heads.js';
import { type Fields, parseObject } from './json.js';
import { KeyTimeline, tryRead } from './keys.js';

/** What one bundle shows, with the heads in it whose signatures hold. */
export interface Party {
  bundle: Bundle;
  org: string;
  peer: string;
  /** Keys of the party and of its peer, as far as this bundle tells. */
  keys: KeyTimeline;
  peerKeys: KeyTimeline;
  /** Heads of the party's channel, signed by it; and those of the peer's channel that it holds. */
  heads: SignedHead[];
  held: SignedHead[];
  masterHeads: SignedHead[];
  heldMaster: SignedHead[];
  /** Entries of the master log that are shown and proven. */
  master: Entry[];
}

/** Verifies all of a bundle that can be verified from itself. */
export function verifyParty(bundle: Bundle, faults: FaultList, seen: SeenTexts): Party {
  const keys = ownKeys(bundle, faults);
  const peerKeys = keysOfPeer(bundle, faults);
  const { org, peer } = bundle;
  const own = {
    origin: bundle.channel.history.origin,
    owner: org,
    keys,
    cosigner: peer,
    cosignerKeys: peerKeys,
    shownBy: org,
  };
  const theirs = {
    origin: bundle.copy.history.origin,
    owner: peer,
    keys: peerKeys,
    cosigner: org,
    cosignerKeys: keys,
    shownBy: org,
  };
  const masterKeys = keysOfMaster(bundle, keys);
  const ownMaster = { ...own, origin: bundle.master.origin, keys: masterKeys };
  const theirMaster = { ...theirs, origin: `${peer}/counterfoil/master`, keys: peerKeys.elsewhere() };
  for (const { note } of [...bundle.channel.heads, ...bundle.copy.heads, ...bundle.master.heads, ...bundle.peerMaster])
    seen.add(textOf(note));
  for (const note of [bundle.channel.checkpoint, bundle.copy.checkpoint, bundle.master.checkpoint])
    seen.add(textOf(note ?? ''));
  const open = (note: string | undefined, as: typeof own) =>
    note === undefined ? undefined : openHead(note, as, faults, seen);
  const all = (notes: (string | undefined)[], as: typeof own) =>
    notes.map((note) => open(note, as)).filter((head) => head !== undefined);

  checkManifest(bundle, keys, faults);
  const checkpoint = open(bundle.channel.checkpoint, own);
  const heads = all(
    bundle.channel.heads.map(({ note }) => note),
    own,
  );
  const copied = open(bundle.copy.checkpoint, theirs);
  const held = all(
    bundle.copy.heads.map(({ note }) => note),
    theirs,
  );
  const masterHead = open(bundle.master.checkpoint, ownMaster);
  const party: Party = {
    bundle,
    org,
    peer,
    keys,
    peerKeys,
    heads: [...heads, ...(checkpoint === undefined ? [] : [checkpoint])],
    held: [...held, ...(copied === undefined ? [] : [copied])],
    masterHeads: [
      ...all(
        [...bundle.master.heads, ...bundle.master.stamps].map(({ note }) => note),
        ownMaster,
      ),
      ...(masterHead === undefined ? [] : [masterHead]),
    ],
    heldMaster: bundle.peerMaster.flatMap(({ note, held }) => {
      const head = open(note, theirMaster);
      return head === undefined ? [] : [held === undefined ? head : { ...head, heldAt: held }];
    }),
    master: masterHead === undefined ? [] : disclosedEntries(bundle, masterHead, faults),
  };
  checkMasterHeads(party, masterHead, faults);
  checkKeyOrder(party.heldMaster, theirMaster.keys, peer, faults);
  checkLog(bundle.channel, checkpoint, party.heads, faults);
  checkLog(bundle.copy, copied, party.held, faults);
  checkPresence(party, checkpoint, faults);
  checkCopy(party, faults);
  checkKeysFile(party, masterKeys, faults);
  checkPayloads(bundle, faults);
  checkDocuments(bundle, faults);
  checkAttestations(party, faults);
  checkSelf(bundle, faults);
  const named = faults.list.length > 0;
  for (const what of bundle.damaged) {
    // A changed entry or tile is named more exactly by what it breaks.
    if (!named || !/tile|checkpoint|heads|entries/.test(what) || what.endsWith('missing'))
      faults.add('bitRot', null, null, `${bundle.name}: ${what}.`);
  }
  return party;
}

/** Heads of a log whose rotations are not shown: an earlier key signs none that is larger than one of a later key. */
function checkKeyOrder(heads: readonly SignedHead[], keys: KeyTimeline, owner: string, faults: FaultList): void {
  const place = (head: SignedHead) => keys.spans.findIndex(({ key }) => equal(key, head.key));
  let last = -1;
  for (const head of heads.toSorted((a, b) => a.size - b.size)) {
    if (place(head) < last)
      faults.add(
        'keyMisused',
        head.origin,
        head.size,
        `The head of size ${head.size} is signed by a key that was not in force.`,
        owner,
      );
    last = Math.max(last, place(head));
  }
}

const textOf = (note: string): string => note.slice(0, note.lastIndexOf('\n\n') + 1);

/** The party's own keys: as its channel says, or its first master entry where there is no channel. */
function ownKeys(bundle: Bundle, faults: FaultList): KeyTimeline {
  const { history } = bundle.channel;
  if (history.keys.first !== undefined) return history.keys;
  const timeline = new KeyTimeline();
  for (const { body } of bundle.master.disclosed) {
    const entry = tryRead(body);
    if (entry !== undefined && entry.type !== 'channel.opened') timeline.follow(entry, bundle.org);
  }
  if (timeline.first === undefined)
    faults.add('proof', history.origin, null, `${bundle.name} names no key of ${bundle.org}.`);
  return timeline;
}

/** Keys of the master log: the same keys, with the places at which it puts them in force. */
function keysOfMaster(bundle: Bundle, keys: KeyTimeline): KeyTimeline {
  const timeline = new KeyTimeline();
  for (const { body } of bundle.master.disclosed) {
    const entry = tryRead(body);
    if (entry !== undefined && entry.type !== 'channel.opened') timeline.follow(entry, bundle.org);
  }
  return timeline.first === undefined ? keys : timeline;
}

/** The peer's keys: what the party pinned, and what the peer's own log puts in force after it. */
function keysOfPeer(bundle: Bundle, faults: FaultList): KeyTimeline {
  const { history } = bundle.copy;
  const pins = bundle.channel.history.pins;
  const claimed = history.keys;
  if (claimed.first === undefined) {
    const timeline = new KeyTimeline();
    for (const pin of pins) timeline.spans.push({ from: 0, key: pin.key });
    return timeline;
  }
  if (pins.length > 0 && !pins.some((pin) => equal(pin.key, claimed.first!)))
    faults.add(
      'keySubstituted',
      history.origin,
      0,
      `${bundle.peer} names another key than the one that ${bundle.org} enrolled it with.`,
    );
  const back = history.pins;
  const own = bundle.channel.history.keys;
  if (back.length > 0 && own.first !== undefined && !back.some((pin) => own.knows(pin.key)))
    faults.add(
      'keySubstituted',
      bundle.channel.history.origin,
      0,
      `${bundle.org} names another key than the one that ${bundle.peer} enrolled it with.`,
    );
  return claimed;
}

/** A document of a bundle as an object, where it is one. */
export function documentOf(bundle: Bundle, path: string): Fields | undefined {
  const bytes = bundle.documents.get(path);
  try {
    return bytes === undefined ? undefined : parseObject(fromUtf8(bytes));
  } catch {
    return undefined;
  }
}
