import type { Json } from '../../foundation/index.js';
import type { ContractNode } from './node.js';
import { pathOf } from './yaml.js';

/** A rule as JSON for the checks, and the part of the contract that it comes from. */
export interface ContractRule {
  rule: { readonly id: string; readonly check: string; readonly [parameter: string]: Json | undefined };
  from: ContractNode;
}

/** A part of a contract that says something about the data which no check here looks at. */
export interface NotEvaluated {
  path: string;
  reason: string;
}

/** Collects the rules of a contract under ids that are unique and stay the same from one reading to the next. */
export class RuleList {
  readonly rules: ContractRule[] = [];
  readonly notEvaluated: NotEvaluated[] = [];
  readonly #ids = new Set<string>();

  /** `id` is the one that is wanted; `given` says that a person wrote it, so that a second one is a fault. */
  add(
    from: ContractNode,
    id: string,
    rule: { check: string; [parameter: string]: Json | undefined },
    given = false,
  ): void {
    let unique = id;
    for (let count = 2; this.#ids.has(unique); count++) {
      if (given) throw from.fault(`another rule has the id ${JSON.stringify(id)} too`);
      unique = `${id}-${count}`;
    }
    this.#ids.add(unique);
    this.rules.push({ rule: { id: unique, ...rule }, from });
  }

  skip(from: ContractNode, reason: string): void {
    this.notEvaluated.push({ path: pathOf(from.place), reason });
  }
}

const WARN = ['warn', 'warning', 'medium', 'low', 'minor', 'trivial'];

/** ODCS leaves the words of severity open; what is not plainly less is an error. */
export function severityOf(node: ContractNode): 'error' | 'warn' | 'info' {
  const word = node.text()?.toLowerCase() ?? '';
  if (word === 'info' || word === 'information' || word === 'informational') return 'info';
  return WARN.includes(word) ? 'warn' : 'error';
}
