import type { Bundle } from './bundle.js';
import { equal } from './bytes.js';
import { CLASSES, type FaultList, type FaultName } from './faults.js';
import { isObject, objectsIn, type Value } from './json.js';
import { type KeyTimeline, tryRead } from './keys.js';
import { checkSignature, parseNote, parseVerifierKey } from './note.js';
import type { Party } from './party.js';

/** The manifest is signed by the key in force. */
export function checkManifest(bundle: Bundle, keys: KeyTimeline, faults: FaultList): void {
  const name = `${bundle.org}/counterfoil/bundle`;
  try {
    const note = parseNote(bundle.manifestNote);
    const says = note.text === `${name}\n${bundle.manifestDigest}\n`;
    const signed = keys.last !== undefined && checkSignature(note, name, keys.last) === 'valid';
    if (says && signed) return;
    const old = keys.spans.some(({ key }) => checkSignature(note, name, key) === 'valid');
    if (says && old)
      faults.add(
        'keyMisused',
        null,
        null,
        `The manifest of ${bundle.name} is signed by a key that was not in force.`,
        bundle.org,
      );
    else faults.add('proof', null, null, `The manifest of ${bundle.name} is not the one that ${bundle.org} signed.`);
  } catch (error) {
    const why = error instanceof RangeError ? error.message : 'cannot be read';
    faults.add('proof', null, null, `The signature of the manifest of ${bundle.name} ${why}.`);
  }
}

/** The list of verifier keys says what the ledger says. */
export function checkKeysFile(party: Party, masterKeys: KeyTimeline, faults: FaultList): void {
  const { bundle, org, peer } = party;
  const claims = bundle.keys?.keys;
  if (!Array.isArray(claims)) {
    faults.add('anchors', null, null, `${bundle.name} has no list of keys.`);
    return;
  }
  for (const claim of claims as Value[]) {
    try {
      if (!isObject(claim)) throw new RangeError('is none');
      const { name, key } = parseVerifierKey(String(claim.vkey));
      const known = name.startsWith(`${org}/`)
        ? [party.keys, masterKeys]
        : name.startsWith(`${peer}/`)
          ? [party.peerKeys]
          : [];
      const pinned = name.startsWith(`${peer}/`) && bundle.channel.history.pins.some((pin) => equal(pin.key, key));
      if (name !== claim.log || (!pinned && !known.some((timeline) => timeline.knows(key))))
        throw new RangeError('is not in the ledger');
    } catch (error) {
      const why = error instanceof RangeError ? error.message : 'cannot be read';
      faults.add('anchors', null, null, `A key in the list of ${bundle.name} ${why}.`);
    }
  }
}

/** Bytes beside entries: shown and right, withheld, or erased with a declaration. */
export function checkPayloads(bundle: Bundle, faults: FaultList): void {
  const { history } = bundle.channel;
  const states = new Map<string, string>();
  for (const { commit, state } of objectsIn(bundle.manifest.payloads)) states.set(String(commit), String(state));
  const erased = new Set([...history.erased, ...bundle.copy.history.erased, ...masterErased(bundle)]);
  const complain = (seq: number, what: string) =>
    faults.add('payload', history.origin, seq, `The bytes beside entry ${seq} ${what}.`, bundle.org);
  for (const [commit, seq] of history.payloads) {
    const opened = bundle.payloads.get(commit);
    const state = states.get(commit);
    if (opened !== undefined) {
      if (opened !== commit) complain(seq, 'are not those it commits to');
    } else if (state === 'included') complain(seq, 'are said to be in the bundle, but are not');
    else if (state === 'erased' && !erased.has(commit)) complain(seq, 'are gone, and no erasure is declared');
    else if (state === undefined) complain(seq, 'are not accounted for');
  }
  for (const commit of bundle.payloads.keys()) {
    if (!history.payloads.has(commit))
      faults.add('payload', history.origin, null, `${bundle.name} has bytes that no entry commits to.`, bundle.org);
  }
}

const masterErased = (bundle: Bundle): string[] =>
  bundle.master.disclosed.flatMap(({ body }) => {
    const entry = tryRead(body);
    return entry?.type === 'payload.erased' ? (entry.commits as string[]) : [];
  });

/** Documents are named by their digests. */
export function checkDocuments({ name, misnamed }: Bundle, faults: FaultList): void {
  for (const path of misnamed)
    faults.add('payload', null, null, `The document ${path} of ${name} is not the one that its name stands for.`);
}

/** What the exporting gateway found when it verified its own ledger. */
export function checkSelf(bundle: Bundle, faults: FaultList): void {
  const { selfCheck } = bundle.manifest;
  for (const fault of objectsIn(isObject(selfCheck) ? selfCheck.faults : undefined)) {
    const name = (Object.keys(CLASSES) as FaultName[]).find((key) => CLASSES[key] === fault.class) ?? 'schema';
    const seq = typeof fault.seq === 'number' ? fault.seq : null;
    faults.add(
      name,
      typeof fault.log === 'string' ? fault.log : null,
      seq,
      `${bundle.org} itself reports: ${String(fault.message)}`,
    );
  }
}
