import { stepHead } from '../../../daemon/ledger/head-rule.js';
import type { Model } from './explore.js';

/**
 * One log: its owner appends, crashes, and may be given an older copy of its database; the other side holds heads of it.
 * An entry is a letter: `a` before a restore, `b` after it. A head is the entries that it stands for.
 */
export interface Heads {
  /** The owner's entries. */
  readonly log: string;
  /** Entries that the owner has synced: a crash takes the others. Nothing else is signed. */
  readonly synced: number;
  /** What the owner believes the other side to hold; after a start it does not know, and asks. */
  readonly told: number | undefined;
  /** What the other side holds, and what it has cosigned. */
  readonly held: string;
  readonly cosigned: readonly string[];
  /** Cosignatures that the owner has kept, as heads. */
  readonly kept: readonly string[];
  /** Every message ever sent: `from..head` updates, and answers with what is held and whether it is cosigned. */
  readonly net: readonly string[];
  readonly restored: boolean;
  /** The other side has shown that two heads cannot both be true. */
  readonly forked: boolean;
}

const start: Heads = {
  ...{ log: '', synced: 0, told: 0, held: '', cosigned: [], kept: [] },
  ...{ net: [], restored: false, forked: false },
};

const plus = (list: readonly string[], item: string): readonly string[] =>
  list.includes(item) ? list : [...list, item].sort();

function* next(most: number, state: Heads): Generator<readonly [string, Heads]> {
  const { log, synced, told, held, net, restored } = state;
  if (log.length < most) yield ['appends', { ...state, log: log + (restored ? 'b' : 'a') }];
  if (synced < log.length) yield ['syncs', { ...state, synced: log.length }];
  yield ['crashes and is started again', { ...state, log: log.slice(0, synced), told: undefined }];
  // Without its side file a copy looks sound: what the peer holds is what shows it.
  if (!restored && synced > 0)
    yield [
      'is given an older copy',
      { ...state, log: log.slice(0, synced - 1), synced: synced - 1, told: undefined, restored: true },
    ];
  if (told === undefined && held.length <= log.length) yield ['asks what is held', { ...state, told: held.length }];
  if (told !== undefined && synced >= told && synced > 0)
    yield ['sends a head', { ...state, net: plus(net, `update ${told} ${log.slice(0, synced)}`) }];
  for (const message of net) {
    const [kind, first = '', head = ''] = message.split(' ');
    if (kind === 'update') yield [`hears ${message}`, heard(state, Number(first), head)];
    else yield [`hears ${message}`, answered(state, Number(first), head)];
  }
}

function heard(state: Heads, from: number, head: string): Heads {
  const { held, cosigned, net } = state;
  const agrees = head.length > held.length ? undefined : held.startsWith(head);
  const step = stepHead(held === '' ? undefined : held.length, head.length, from, agrees);
  if (step === 'fork') return { ...state, forked: true };
  if (step === 'older' || step === 'gap') return { ...state, net: plus(net, `answer ${held.length}`) };
  // The proof and the entries show whether it extends what is held.
  if (step === 'longer' && !head.startsWith(held)) return { ...state, forked: true };
  return { ...state, held: head, cosigned: plus(cosigned, head), net: plus(net, `answer ${head.length} ${head}`) };
}

/** A cosignature is of the root at that size: it is one only where the owner's own log has that root. */
function answered(state: Heads, size: number, head: string): Heads {
  const { log, kept } = state;
  if (size > log.length) return state; // `ledger.behind`: nothing more is signed
  const isOurs = head !== '' && log.startsWith(head);
  return { ...state, told: size, kept: isOurs ? plus(kept, head) : kept };
}

function wrong(state: Heads, before: Heads | undefined): string | undefined {
  const { held, cosigned, kept, log, synced, restored } = state;
  if (before !== undefined && !held.startsWith(before.held)) return 'a held head was given up for another';
  for (const one of cosigned)
    for (const two of cosigned)
      if (!one.startsWith(two) && !two.startsWith(one)) return 'two heads were cosigned that cannot both be true';
  if (kept.some((head) => !cosigned.includes(head))) return 'a cosignature that nobody gave is kept';
  if (!restored && !log.startsWith(held)) return 'a head is held that the log does not have';
  if (synced > log.length) return 'more is synced than there is';
  return undefined;
}

/** A log of at most `most` entries. Where nothing was restored, the other side can always come to hold all of it. */
export const headsModel = (most: number): Model<Heads> => ({
  start: [start],
  key: (state) => JSON.stringify(state),
  next: (state) => next(most, state),
  wrong,
  settled: ({ log, held, restored, kept }) => restored || (held === log && log.length === most && kept.includes(log)),
});
