import type { Agreements, TransferTerms } from '../agreement/index.js';
import type { Datasets, Versions } from '../catalog/index.js';
import type { Config } from '../config/index.js';
import { printable } from '../foundation/index.js';
import { type Beside, type Reference, referringRules, type Transfers } from '../pipeline/index.js';

interface Parts {
  config: Config;
  datasets: Datasets;
  versions: Versions;
  agreements: Agreements;
  transfers(): Transfers;
}

type Referring = ReturnType<typeof referringRules>[number];

/** What the rules of an agreement look at beside the rows, on this gateway's side. */
export class BesideRows {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  of(terms: TransferTerms, version: string): Beside {
    const { config, transfers } = this.#parts;
    const { paths, sinkFolder, hooks } = config;
    const rules = [...terms.rules, ...terms.ownRules];
    const references = referringRules(rules, terms.role).map(
      (rule) => [rule.id, this.#reference(rule, terms)] as const,
    );
    const previous = transfers().before(terms.agreement, version);
    return {
      hooks: { byName: hooks, hidden: [...new Set([paths.root, sinkFolder])] },
      references: Object.fromEntries(references),
      ...(previous === undefined ? {} : { previous }),
    };
  }

  #reference(rule: Referring, { role, peer }: TransferTerms): Reference {
    const { columns, dataset } = rule;
    const name = printable(dataset);
    if (role === 'provider' && rule.source === 'consumer' && !this.#isGiven(dataset, peer))
      return { missing: `The consumer has no active agreement on the dataset ${name} that its rule refers to.` };
    const folder = role === 'consumer' ? this.#landed(rule, peer) : undefined;
    if (folder !== undefined) return { columns, folder };
    const version = this.#version(rule);
    if (version !== undefined) return { columns, version: this.#parts.versions.access(version) };
    const which = rule.version === undefined ? 'no version' : `no version ${printable(rule.version)}`;
    return { missing: `The ${role} has ${which} of the dataset ${name} that the rule refers to.` };
  }

  #isGiven(dataset: string, peer: string): boolean {
    return this.#parts.agreements
      .list()
      .some(
        (each) => each.role === 'provider' && each.state === 'active' && each.peer === peer && each.dataset === dataset,
      );
  }

  #landed({ dataset, version }: Referring, peer: string): string | undefined {
    const delivery = this.#parts
      .transfers()
      .list()
      .find(
        (each) =>
          each.role === 'consumer' &&
          each.peer === peer &&
          each.dataset === dataset &&
          each.detail.landed !== undefined &&
          each.version.startsWith(version ?? ''),
      );
    return delivery?.detail.landed;
  }

  #version({ dataset, version }: Referring): string | undefined {
    const { datasets, versions } = this.#parts;
    if (!datasets.list().some(({ name }) => name === dataset)) return undefined;
    const all = versions.list(dataset).filter(({ shredded }) => !shredded);
    return all.find(({ id }) => id.startsWith(version ?? ''))?.id;
  }
}
