import { hex } from './bytes.js';
import type { Kept, Ref } from './entry.js';
import type { FaultList } from './faults.js';
import type { History } from './history.js';
import type { Value } from './json.js';
import { type Place, story, type TransferStory } from './story.js';

const SHARED = ['agreement', 'version', 'view', 'rows', 'batches', 'rowsRoot', 'policy'] as const;
const BY_PROVIDER = [
  'transfer.offered',
  'transfer.refused',
  'transfer.sent',
  'acknowledgement.recorded',
  'receipt.recorded',
];
const BY_CONSUMER = ['transfer.accepted', 'transfer.acknowledged', 'transfer.landed', 'transfer.rejected'];

/**
 * What it means that the other log, as it is shown, lacks what an entry names: a fault; a message that is on its way; or
 * nothing, since the other log is shown as it was before.
 */
export type Lack = 'fault' | 'pending' | 'unseen';

const MOST_SENTENCES = 10_000;

/** Matches the channels of both parties entry by entry. `judge` says of an entry what it means that its counterpart lacks. */
export class Matching {
  readonly transfers: TransferStory[] = [];
  /** What is under way: not a fault, since the last message of an exchange can always be on its way. */
  readonly pending: string[] = [];
  /** What only one bundle can show, as the other was made before. */
  readonly unseen: string[] = [];
  readonly #byTransfer = new Map<string, Place[]>();
  readonly #agreements = new Map<string, Place[]>();

  constructor(
    readonly logs: readonly [History, History],
    readonly judge: (place: Place) => Lack,
    readonly faults: FaultList,
  ) {
    for (const history of logs) {
      for (const [seq, entry] of history.entries.entries()) this.#collect(history, seq, entry);
    }
  }

  run(): void {
    for (const history of this.logs) this.#references(history);
    for (const places of this.#agreements.values()) this.#agreement(places);
    for (const [id, places] of this.#byTransfer) this.#transfer(id, places);
  }

  #collect(history: History, seq: number, entry: Kept | undefined): void {
    if (entry === undefined) return;
    const place = { history, seq, entry };
    if (typeof entry.transfer === 'string') push(this.#byTransfer, entry.transfer, place);
    if (entry.type === 'agreement.signed' || /^agreement\.(terminated|expired|rejected)$/.test(entry.type))
      push(this.#agreements, String(entry.agreement), place);
  }

  #other(history: History): History {
    return this.logs[0] === history ? this.logs[1] : this.logs[0];
  }

  #disagree({ history, seq }: Place, message: string, culprit: string | null = null): void {
    this.faults.add('disagree', history.origin, seq, message, culprit);
  }

  #lacks(place: Place, message: string): void {
    const lack = this.judge(place);
    if (lack === 'fault') this.#disagree(place, message);
    else if (this[lack].length < MOST_SENTENCES) this[lack].push(message);
  }

  /** Entries that name an entry or a head of the other party. */
  #references(history: History): void {
    const other = this.#other(history);
    history.entries.forEach((entry, seq) => {
      if (entry === undefined) return;
      const place = { history, seq, entry };
      for (const ref of entry.refs ?? []) this.#reference(place, ref, other);
      const { peerHead } = entry;
      if (peerHead === undefined || peerHead.origin !== other.origin) return;
      if (peerHead.size > other.size) {
        const message = `Entry ${seq} names a head over ${peerHead.size} entries of ${other.owner}, who shows ${other.size}.`;
        this.#lacks(place, message);
      } else if (hex(other.tree.root(peerHead.size)) !== peerHead.root) {
        this.#disagree(
          place,
          `Entry ${seq} names another head of ${other.owner} at size ${peerHead.size} than its entries have.`,
        );
      }
    });
  }

  #reference(place: Place, ref: Ref, other: History): void {
    if (ref.log !== other.origin) return;
    if (ref.seq >= other.size) {
      this.#lacks(place, `Entry ${place.seq} answers entry ${ref.seq} of ${other.owner}, which is not there.`);
    } else if (other.leafName(ref.seq) !== ref.leaf) {
      this.#disagree(
        place,
        `Entry ${place.seq} answers an entry ${ref.seq} of ${other.owner} that says something else now.`,
      );
    }
  }

  #agreement(places: readonly Place[]): void {
    const signed = places.filter(({ entry }) => entry.type === 'agreement.signed');
    for (const first of signed) {
      for (const second of signed) {
        if (
          first.history === second.history ||
          first.entry.revision !== second.entry.revision ||
          first.history !== this.logs[0]
        )
          continue;
        for (const field of ['digest', 'policy', 'contract']) {
          if (first.entry[field] !== second.entry[field])
            this.#disagree(
              first,
              `The two ledgers name different ${field}s of agreement ${String(first.entry.agreement)}, revision ${String(first.entry.revision)}.`,
            );
        }
      }
    }
  }

  #transfer(id: string, places: readonly Place[]): void {
    const of = (...types: string[]) => places.filter(({ entry }) => types.includes(entry.type));
    const [sent, ended, receipts] = [
      of('transfer.sent'),
      of('transfer.landed', 'transfer.rejected'),
      of('receipt.recorded'),
    ];
    const consumer = of(...BY_CONSUMER)[0]?.history;
    const provider =
      of(...BY_PROVIDER)[0]?.history ?? (consumer && this.#other(consumer)) ?? of('checks.failed')[0]?.history;
    for (const list of [of('transfer.offered'), of('transfer.accepted'), sent, ended, receipts]) this.#once(id, list);
    this.#roles(id, places, provider);
    for (const end of ended) this.#ended(id, end, sent);
    for (const place of sent) this.#sent(id, place, places);
    for (const receipt of receipts) this.#receipt(id, receipt, ended);
    this.#unfinished(id, sent, ended, receipts);
    this.transfers.push(story(id, places, provider, provider && this.#other(provider)));
  }

  /** Each step of a transfer is taken once. */
  #once(id: string, places: readonly Place[]): void {
    for (const place of places.slice(1)) {
      this.faults.add(
        'reordered',
        place.history.origin,
        place.seq,
        `Entry ${place.seq} repeats ${place.entry.type} of ${id}.`,
        place.history.owner,
      );
    }
  }

  #roles(id: string, places: readonly Place[], provider: History | undefined): void {
    for (const place of places) {
      const { history, entry, seq } = place;
      const swapped = history === provider ? BY_CONSUMER.includes(entry.type) : BY_PROVIDER.includes(entry.type);
      if (swapped) this.#disagree(place, `Entry ${seq} gives ${history.owner} the other role in ${id}.`, history.owner);
    }
  }

  #ended(id: string, end: Place, sent: readonly Place[]): void {
    const counterpart = sent[0];
    if (counterpart === undefined) {
      if (end.entry.type === 'transfer.rejected' && !end.entry.refs?.length) return; // refused before all had arrived
      const other = this.#other(end.history);
      this.#lacks(end, `${end.history.owner} records ${end.entry.type} of ${id}, and ${other.owner} no transfer.sent.`);
      return;
    }
    this.#same(end, counterpart, id, null);
    const refers = end.entry.refs?.some((ref) => ref.log === counterpart.history.origin && ref.seq === counterpart.seq);
    if (end.entry.type === 'transfer.landed' && refers !== true)
      this.#disagree(end, `Entry ${end.seq} does not answer the transfer.sent of ${id}.`, end.history.owner);
  }

  #sent(id: string, sent: Place, places: readonly Place[]): void {
    const { history, seq, entry } = sent;
    const before = places.filter((place) => place.history === history && place.seq < seq);
    const offered = before.find((place) => place.entry.type === 'transfer.offered');
    if (offered === undefined)
      this.#disagree(sent, `${history.owner} sent ${id} without having offered it.`, history.owner);
    else this.#same(sent, offered, id, history.owner);
    const checks = before.filter((place) => place.entry.type.startsWith('checks.')).at(-1);
    if (checks?.entry.type !== 'checks.passed')
      this.#disagree(sent, `${history.owner} sent ${id} without checks that passed.`, history.owner);
    this.#agreed(id, sent, String(entry.agreement));
  }

  /** An agreement stood when the data was sent, under the policy that it was sent under. */
  #agreed(id: string, sent: Place, agreement: string): void {
    const { history, seq, entry } = sent;
    const past = (this.#agreements.get(agreement) ?? []).filter(
      (place) => place.history === history && place.seq < seq,
    );
    const signed = past.filter((place) => place.entry.type === 'agreement.signed').at(-1);
    if (signed === undefined) {
      this.#disagree(
        sent,
        `${history.owner} sent ${id} under an agreement that its ledger does not show as signed.`,
        history.owner,
      );
      return;
    }
    if (signed.entry.policy !== entry.policy)
      this.#disagree(sent, `${history.owner} sent ${id} under another policy than was agreed.`, history.owner);
    if (past.at(-1) !== signed)
      this.#disagree(sent, `${history.owner} sent ${id} after the agreement had ended.`, history.owner);
  }

  #receipt(id: string, receipt: Place, ended: readonly Place[]): void {
    const end = ended[0];
    const verdict = String(receipt.entry.verdict);
    if (end === undefined) {
      const other = this.#other(receipt.history);
      this.#lacks(receipt, `${receipt.history.owner} records a receipt of ${id} that ${other.owner} did not give.`);
    } else if (end.entry.type !== `transfer.${verdict}`) {
      this.#disagree(
        receipt,
        `${receipt.history.owner} records ${verdict} of ${id}, but the receipt says ${end.entry.type.slice(9)}.`,
        receipt.history.owner,
      );
    }
  }

  #same(place: Place, other: Place, id: string, culprit: string | null): void {
    for (const field of SHARED) {
      const [mine, theirs] = [place.entry[field], other.entry[field]];
      if (mine === undefined || theirs === undefined || mine === theirs) continue;
      this.#disagree(
        place,
        `${place.entry.type} and ${other.entry.type} of ${id} differ in ${field}: ${show(mine)} and ${show(theirs)}.`,
        culprit,
      );
    }
  }

  #unfinished(id: string, sent: readonly Place[], ended: readonly Place[], receipts: readonly Place[]): void {
    if (sent.length > 0 && ended.length === 0)
      this.pending.push(`${id} was sent; the other party has not answered yet.`);
    if (sent.length > 0 && ended.length > 0 && receipts.length === 0)
      this.pending.push(`${id} was answered; the receipt is not recorded yet.`);
  }
}

const show = (value: Value): string =>
  typeof value === 'string' && value.length > 20 ? `${value.slice(0, 16)}…` : String(value);

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
