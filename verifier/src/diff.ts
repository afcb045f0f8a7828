import type { FaultName } from './faults.js';

export interface Difference {
  kind: Extract<FaultName, 'edited' | 'deleted' | 'inserted' | 'reordered' | 'truncated'>;
  /** Place in the reference. */
  place: number;
  /** Place in the list that differs. */
  at: number;
}

/**
 * How a list became another: each place that was edited, deleted, inserted or moved, and whether the end was cut off.
 * Items are names that are equal for equal things.
 */
export function differences(reference: readonly string[], actual: readonly string[], most = 1000): Difference[] {
  const inReference = new Map(reference.map((item, i) => [item, i]));
  const inActual = new Map(actual.map((item, i) => [item, i]));
  const found: Difference[] = [];
  const seen = new Set<string>();
  let i = 0;
  let j = 0;
  while ((i < reference.length || j < actual.length) && found.length < most) {
    const [wanted, got] = [reference[i], actual[j]];
    const repeated = got !== undefined && got !== wanted && seen.has(got);
    if (got !== undefined) seen.add(got);
    if (wanted === got) {
      i++;
      j++;
    } else if (repeated) {
      found.push({ kind: 'reordered', place: i, at: j++ }); // the one wanted is still to come
    } else if (got === undefined) {
      found.push({
        kind: found.some((item) => item.kind === 'reordered') ? 'reordered' : 'truncated',
        place: i,
        at: j,
      });
      break;
    } else if (wanted === undefined) {
      found.push({ kind: inReference.has(got) ? 'reordered' : 'inserted', place: i, at: j++ });
    } else {
      const kind = kindOf(inActual.get(wanted), inReference.get(got), i, j);
      found.push({ kind, place: i, at: j });
      if (kind !== 'inserted') i++;
      if (kind !== 'deleted') j++;
    }
  }
  return found;
}

/** `later`: where the wanted item stands in the actual list; `from`: where the item found stands in the reference. */
function kindOf(later: number | undefined, from: number | undefined, i: number, j: number): Difference['kind'] {
  if (later === undefined && from === undefined) return 'edited';
  if (later !== undefined && from === undefined) return later > j ? 'inserted' : 'edited';
  if (later === undefined) return (from as number) > i ? 'deleted' : 'reordered';
  return 'reordered';
}
