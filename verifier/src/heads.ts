import { equal, utf8 } from './bytes.js';
import type { FaultList } from './faults.js';
import type { History } from './history.js';
import type { KeyTimeline } from './keys.js';
import {
  checkCosignature,
  checkSignature,
  type Head,
  type Note,
  parseHead,
  parseNote,
  verifySignature,
} from './note.js';

/** A head whose signature holds. */
export interface SignedHead extends Head {
  note: Note;
  /** The key that signed it. */
  key: Uint8Array;
  /** Time (seconds) of the other party's cosignature. */
  cosigned: number | undefined;
  /** Who shows it. */
  shownBy: string;
  /** When it came to who holds it, where that is said (milliseconds). */
  heldAt?: number;
}

interface Expected {
  origin: string;
  /** Who signs heads of this log. */
  owner: string;
  keys: KeyTimeline;
  cosigner: string;
  cosignerKeys: KeyTimeline;
  shownBy: string;
}

/** Texts of notes that are kept to try signatures on. */
const MOST_TEXTS = 300;
/** Signatures that may be tried on them: each costs a millisecond, and a hostile bundle has many that do not hold. */
const MOST_TRIES = 20_000;

/** Texts of all notes seen, to recognise a signature that was made for another one. Bounded. */
export class SeenTexts {
  readonly #texts = new Set<string>();
  #tries = MOST_TRIES;

  add(text: string): void {
    if (this.#texts.size < MOST_TEXTS) this.#texts.add(text);
  }

  /** A text of another log that a line's signature holds for. */
  otherText(note: Note, keys: readonly Uint8Array[]): string | undefined {
    const signatures = note.lines.map((line) => line.signature).filter((signature) => signature.length === 64);
    this.#tries -= signatures.length * keys.length * this.#texts.size;
    if (this.#tries < 0) return undefined;
    return [...this.#texts].find(
      (text) =>
        text.split('\n')[0] !== note.text.split('\n')[0] &&
        signatures.some((signature) => keys.some((key) => verifySignature(key, utf8(text), signature))),
    );
  }
}

/** Checks the note of a head, whoever's root it states. Undefined, and a fault, when it is not a signed head of the log. */
export function openHead(
  source: string,
  expected: Expected,
  faults: FaultList,
  seen: SeenTexts,
): SignedHead | undefined {
  const { origin, owner, keys } = expected;
  const parsed = parseHeadNote(source);
  if (typeof parsed === 'string') {
    faults.add('proof', origin, null, `A signed head of ${origin} in the bundle of ${expected.shownBy} ${parsed}.`);
    return undefined;
  }
  const { note, head } = parsed;
  if (head.origin !== origin) {
    faults.add('moved', origin, head.size, `A head of ${head.origin} stands where one of ${origin} should.`);
    return undefined;
  }
  const key = signer(note, origin, keys);
  if (key === undefined) {
    nameUnsigned(note, head, expected, faults, seen);
    return undefined;
  }
  if (!equal(key, keys.at(head.size) ?? key) || keys.isRevoked(key, head.size))
    faults.add(
      'keyMisused',
      origin,
      head.size,
      `The head of size ${head.size} is signed by a key that was not in force.`,
      owner,
    );
  return { ...head, note, key, cosigned: cosignatureTime(note, head, expected, faults), shownBy: expected.shownBy };
}

function parseHeadNote(source: string): { note: Note; head: Head } | string {
  try {
    const note = parseNote(source);
    return { note, head: parseHead(note.text) };
  } catch (error) {
    return error instanceof RangeError ? error.message : 'cannot be read';
  }
}

function signer(note: Note, origin: string, keys: KeyTimeline): Uint8Array | undefined {
  const states = keys.spans.map(({ key }) => ({ key, state: checkSignature(note, origin, key) }));
  return states.some(({ state }) => state === 'bad') ? undefined : states.find(({ state }) => state === 'valid')?.key;
}

function nameUnsigned(note: Note, head: Head, expected: Expected, faults: FaultList, seen: SeenTexts): void {
  const { origin, keys, cosignerKeys } = expected;
  const all = [...keys.spans, ...cosignerKeys.spans].map(({ key }) => key);
  const other = seen.otherText(note, all);
  const claims = note.lines.some((line) => line.name === origin);
  const bad = keys.spans.some(({ key }) => checkSignature(note, origin, key) === 'bad');
  const what = `The head of ${origin} of size ${head.size} in the bundle of ${expected.shownBy}`;
  if (other !== undefined)
    faults.add('moved', origin, head.size, `${what} carries a signature made for ${other.split('\n')[0]}.`);
  else if (claims && !bad)
    faults.add('keySubstituted', origin, head.size, `${what} is signed by a key that is not known.`);
  else faults.add('proof', origin, head.size, `${what} is not signed: its signature does not hold.`);
}

function cosignatureTime(note: Note, head: Head, expected: Expected, faults: FaultList): number | undefined {
  const name = `${expected.cosigner}/counterfoil`;
  const known = expected.cosignerKeys.spans.map(({ key }) => checkCosignature(note, name, key));
  const time = known.find((result) => typeof result === 'number');
  if (typeof time === 'number') return time;
  const claims = note.lines.filter((line) => line.name === name);
  if (claims.length === 0) return undefined;
  const moved = known.includes('bad');
  faults.add(
    moved ? 'moved' : 'keySubstituted',
    expected.origin,
    head.size,
    `The cosignature of ${expected.cosigner} at size ${head.size} ${moved ? 'was not made for this head' : 'is by a key that is not known'}.`,
  );
  return undefined;
}

/** Size of the largest of some heads; 0 when there is none. */
export const largest = (heads: readonly { size: number }[]): number =>
  heads.reduce((most, { size }) => Math.max(most, size), 0);

/** Whether a head is of the history as it is shown. */
export const agrees = (head: Head, history: History): boolean =>
  head.size <= history.size && (head.size === 0 || equal(history.tree.root(head.size), head.root));
