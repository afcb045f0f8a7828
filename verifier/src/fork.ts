import { base64, equal, fromBase64 } from './bytes.js';
import type { SignedHead } from './heads.js';
import type { History } from './history.js';
import { canonical, parseObject, type Value } from './json.js';
import { checkSignature, parseHead, parseNote } from './note.js';
import { verifyConsistency } from './tree.js';

/** Two signed heads of one log that cannot both be true, with what shows it. Needs nothing else. */
export interface ForkProof {
  origin: string;
  culprit: string;
  document: string;
}

/**
 * The proof that two heads contradict each other. `history` is one under the larger head, and shows what its root was at
 * the smaller size. Undefined when the two do not contradict each other.
 */
export function proveFork(a: SignedHead, b: SignedHead, history: History, culprit: string): ForkProof | undefined {
  const [smaller, larger] = a.size <= b.size ? [a, b] : [b, a];
  if (smaller.size === 0 || larger.size > history.size) return undefined;
  if (!equal(history.tree.root(larger.size), larger.root)) {
    if (smaller.size !== larger.size || equal(smaller.root, larger.root)) return undefined;
  }
  const shown = smaller.size === larger.size ? larger.root : history.tree.root(smaller.size);
  if (equal(shown, smaller.root)) return undefined;
  const document = canonical({
    kind: 'counterfoil/fork/1',
    origin: smaller.origin,
    key: base64(smaller.key),
    smaller: smaller.note.source,
    larger: larger.note.source,
    rootAtSmaller: base64(shown),
    proof: smaller.size === larger.size ? [] : history.tree.consistency(smaller.size, larger.size).map(base64),
  });
  return { origin: smaller.origin, culprit, document };
}

/** Whether a fork document proves what it says. The key in it is what the reader has to know from elsewhere. */
export function verifyForkProof(document: string): { ok: boolean; origin: string; key: string } {
  try {
    const fork = parseObject(document);
    const text = (value: Value | undefined) => (typeof value === 'string' ? value : '');
    const key = fromBase64(text(fork.key));
    const [smaller, larger] = [parseNote(text(fork.smaller)), parseNote(text(fork.larger))];
    const [low, high] = [parseHead(smaller.text), parseHead(larger.text)];
    const shown = fromBase64(text(fork.rootAtSmaller));
    const proof = (Array.isArray(fork.proof) ? fork.proof : []).map((hash: Value) => fromBase64(text(hash)));
    const ok =
      fork.kind === 'counterfoil/fork/1' &&
      low.origin === fork.origin &&
      high.origin === fork.origin &&
      checkSignature(smaller, low.origin, key) === 'valid' &&
      checkSignature(larger, high.origin, key) === 'valid' &&
      !equal(shown, low.root) &&
      verifyConsistency(low.size, high.size, proof, shown, high.root);
    return { ok, origin: low.origin, key: base64(key) };
  } catch {
    return { ok: false, origin: '', key: '' };
  }
}
