import { type Bundle, readBundle } from './bundle.js';
import { type Fault, FaultList } from './faults.js';
import { SeenTexts } from './heads.js';
import { Seen } from './history.js';
import type { Fields } from './json.js';
import { documentOf, verifyParty } from './party.js';
import type { BundleSource } from './tar.js';

/** What one peer was given of a column. */
export interface GivenColumn {
  peer: string;
  /** Name in the delivery; the column of the version it is made of is `from`. */
  name: string;
  operator: string;
  root: string;
}

export interface SharedColumn {
  /** Column of the version. */
  from: string;
  /**
   * `identical`: every peer that got it unmasked got the same values. `masked`: nobody, or one peer only, got it unmasked.
   * `filtered`: peers got different rows, so that nothing can be said. `differs`: it should be identical and is not.
   */
  state: 'identical' | 'masked' | 'filtered' | 'differs';
  given: GivenColumn[];
}

export interface SharedVersion {
  version: string;
  deliveries: { peer: string; agreement: string; transfer: string; rows: number }[];
  columns: SharedColumn[];
}

export interface SameData {
  ok: boolean;
  versions: SharedVersion[];
  faults: Fault[];
  /** What could not be compared, and why. */
  notes: string[];
}

interface Delivery {
  peer: string;
  agreement: string;
  transfer: string;
  version: string;
  view: Fields;
}

/** Shows which columns of a version several peers of one provider were given alike, from the provider's bundles. */
export async function sameData(sources: readonly BundleSource[]): Promise<SameData> {
  const faults = new FaultList();
  const signatures = new Seen();
  const texts = new SeenTexts();
  const notes: string[] = [];
  const deliveries: Delivery[] = [];
  for (const source of sources) {
    const bundle = await readBundle(source, faults, signatures);
    if (bundle === undefined) continue;
    verifyParty(bundle, faults, texts);
    deliveries.push(...deliveriesOf(bundle, notes));
  }
  const versions = [...group(deliveries, (delivery) => delivery.version)].map(([version, list]) =>
    compare(version, list, faults),
  );
  return { ok: faults.list.length === 0, versions, faults: faults.sorted(), notes };
}

function* deliveriesOf(bundle: Bundle, notes: string[]): Generator<Delivery> {
  for (const entry of bundle.channel.history.entries) {
    if (entry?.type !== 'transfer.sent') continue;
    const view = documentOf(bundle, `view/${String(entry.view)}`);
    if (view === undefined || !Array.isArray(view.columns)) {
      notes.push(`${bundle.name} does not hold the view of ${String(entry.transfer)}, so it is not compared.`);
      continue;
    }
    const { transfer, agreement, version } = entry;
    yield {
      peer: bundle.peer,
      transfer: String(transfer),
      agreement: String(agreement),
      version: String(version),
      view,
    };
  }
}

function compare(version: string, deliveries: readonly Delivery[], faults: FaultList): SharedVersion {
  const shape = (view: Fields) => JSON.stringify([view.rows, view.batches]);
  const filtered = new Set(deliveries.map(({ view }) => shape(view))).size > 1;
  const given = deliveries.flatMap(({ peer, view }) =>
    (view.columns as readonly Fields[]).map(({ name, from, operator, root }) => {
      return {
        from: String(from),
        column: { peer, name: String(name), operator: String(operator), root: String(root) },
      };
    }),
  );
  const columns = [...group(given, (item) => item.from)].map(([from, items]) => {
    const list = items.map(({ column }) => column);
    const state = stateOf(list, filtered);
    if (state === 'differs')
      faults.add(
        'disagree',
        null,
        null,
        `Column ${from} of ${version} was given unmasked to ${peersOf(list)}, but not with the same values.`,
      );
    return { from, state, given: list };
  });
  return {
    version,
    deliveries: deliveries.map(({ peer, agreement, transfer, view }) => ({
      peer,
      agreement,
      transfer,
      rows: Number(view.rows),
    })),
    columns,
  };
}

function stateOf(given: readonly GivenColumn[], filtered: boolean): SharedColumn['state'] {
  const plain = given.filter(({ operator }) => operator === 'keep');
  if (new Set(plain.map(({ peer }) => peer)).size < 2) return 'masked';
  if (filtered) return 'filtered';
  return new Set(plain.map(({ root }) => root)).size === 1 ? 'identical' : 'differs';
}

const peersOf = (given: readonly GivenColumn[]): string =>
  [...new Set(given.filter(({ operator }) => operator === 'keep').map(({ peer }) => peer))].join(', ');

function group<T>(items: readonly T[], by: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const list = groups.get(by(item));
    if (list === undefined) groups.set(by(item), [item]);
    else list.push(item);
  }
  return groups;
}
