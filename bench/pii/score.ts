import type { PersonalFinding } from '../../daemon/catalog/index.js';

export interface Counts {
  right: number;
  wrong: number;
  missed: number;
}

/** Entities that are right for one another: a grader would not call one a mistake for the other. */
const SAME: readonly (readonly string[])[] = [
  ['street_address', 'address'],
  ['medical_record', 'customer_id', 'insurance_number'],
  ['se_personnummer', 'national_id'],
  ['au_tfn', 'ca_sin', 'de_tax_id', 'tax_id', 'national_id', 'es_nif'],
];

const same = (a: string, b: string): boolean => a === b || SAME.some((group) => group.includes(a) && group.includes(b));

/** Right, wrong and missed columns by entity. */
export class Score {
  readonly counts = new Map<string, Counts>();
  readonly faults: string[] = [];

  add(label: string | undefined, column: string, findings: readonly PersonalFinding[], kind: string): void {
    const found = findings.filter((each) => each.column === column);
    const is = found.find((each) => each.verdict === 'is') ?? (label === undefined ? found[0] : undefined);
    if (label !== undefined && is !== undefined && same(label, is.entity)) this.#of(label).right++;
    else {
      if (label !== undefined) this.#of(label).missed++;
      if (is !== undefined) this.#of(is.entity).wrong++;
      if (label !== undefined || is !== undefined)
        this.faults.push(
          `${kind}: ${column} is ${label ?? 'none'}, found ${is === undefined ? 'none' : `${is.entity} (${is.evidence})`}`,
        );
    }
  }

  #of(entity: string): Counts {
    const counts = this.counts.get(entity) ?? { right: 0, wrong: 0, missed: 0 };
    this.counts.set(entity, counts);
    return counts;
  }

  total(): Counts {
    const total = { right: 0, wrong: 0, missed: 0 };
    for (const each of this.counts.values()) {
      total.right += each.right;
      total.wrong += each.wrong;
      total.missed += each.missed;
    }
    return total;
  }
}

export const precision = ({ right, wrong }: Counts): number => (right + wrong === 0 ? 1 : right / (right + wrong));
export const recall = ({ right, missed }: Counts): number => (right + missed === 0 ? 1 : right / (right + missed));
export function f1(counts: Counts): number {
  const [p, r] = [precision(counts), recall(counts)];
  return p + r === 0 ? 0 : (2 * p * r) / (p + r);
}
