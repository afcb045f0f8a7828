import type { Json } from '../../../foundation/index.js';
import type { Draft } from './draft.js';

/** The longest id a rule may have. */
const ID_CHARS = 200;

/**
 * Rules with an id each: the one the contract gives, or a usual one such as `email.required`. Two of one name are told
 * apart by their column, then by a number, so the same document always gives the same ids.
 */
export function withIds(
  drafts: readonly Draft[],
): { draft: Draft; rule: { readonly [key: string]: Json | undefined } }[] {
  const taken = new Set<string>();
  const numbers = new Map<string, number>();
  return drafts.map((draft) => {
    const wanted = draft.given?.trim() || draft.usual;
    const column = draft.given === undefined || draft.column === undefined ? [] : [`${draft.column}.${wanted}`];
    const id =
      [wanted, ...column].map((each) => each.slice(0, ID_CHARS)).find((each) => !taken.has(each)) ??
      numbered(wanted, taken, numbers);
    taken.add(id);
    return { draft, rule: { id, ...draft.body } };
  });
}

function numbered(name: string, taken: ReadonlySet<string>, numbers: Map<string, number>): string {
  for (let number = numbers.get(name) ?? 2; ; number++) {
    const tail = `-${number}`;
    const id = `${name.slice(0, ID_CHARS - tail.length)}${tail}`;
    numbers.set(name, number + 1);
    if (!taken.has(id)) return id;
  }
}
