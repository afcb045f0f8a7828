/**
 * What a head of a peer's log is, beside the one that is held. `same`: the one held, said again. `older`: a true one from
 * before. `fork`: one that cannot be true together with the one held. `gap`: it starts after what is held, so nothing shows
 * what lies between. `longer`: it may extend the one held, which its proof and its entries have to show.
 */
export type HeadStep = 'same' | 'older' | 'fork' | 'gap' | 'longer';

/** `agrees`: the head's root is the one that this side knows at its size; undefined where it knows none. */
export function stepHead(held: number | undefined, size: number, from: number, agrees: boolean | undefined): HeadStep {
  if (held !== undefined && size <= held) {
    if (agrees === false) return 'fork';
    return size < held ? 'older' : 'same';
  }
  return from > (held ?? 0) ? 'gap' : 'longer';
}
