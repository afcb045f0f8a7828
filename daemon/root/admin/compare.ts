import type { AdminService } from '../../edge/index.js';
import { CounterfoilError, hex, LIMITS, type OrgId } from '../../foundation/index.js';
import { decodeEntry, type Ledger } from '../../ledger/index.js';

type Answer = Awaited<ReturnType<AdminService['ledger']['compare']>>;
type Subject = Answer['subjects'][number];
type Entry = ReturnType<typeof decodeEntry>;

/** What both sides say of one thing, newest last. */
interface Told {
  kind: Subject['kind'];
  id: string;
  ours: Entry[];
  theirs: Entry[];
}

/**
 * The log that this gateway keeps of a relation beside the one that the peer keeps, as far as the peer has shown it: what
 * both have, what only one has, and what they say differently. Heads are exchanged first, where the peer can be reached.
 */
export async function compareWith(ledger: Ledger, peer: OrgId, tell: (peer: OrgId) => Promise<void>): Promise<Answer> {
  const missed = await tell(peer).then(
    () => null,
    (error: unknown) => CounterfoilError.from(error).message,
  );
  const head = ledger.head({ peer });
  const held = ledger.held(peer);
  const cosigned = ledger.heads().find(({ origin }) => origin === head.origin)?.cosigned;
  const ours = [...ledger.entries({ peer }, { from: Math.max(0, head.size - LIMITS.compareEntries), to: head.size })];
  const theirs = copied(ledger, peer, held.mirrored);
  const all = told(ours, theirs);
  const names = new Map(all.map((one) => [one.id, textOf(one, 'dataset')]));
  // Entries of a transfer name its agreement, and those of an agreement its dataset.
  const subjects = all.map((one) => ({ ...judged(one), dataset: nameOf(one, names) }));
  return {
    ...{ peer, missed },
    ours: { size: head.size, root: hex(head.root), seen: cosigned?.size ?? null },
    theirs: { size: held.size, shown: held.mirrored },
    same: subjects.filter(({ verdict }) => verdict === 'same').length,
    subjects: subjects.reverse(),
  };
}

function copied(ledger: Ledger, peer: OrgId, size: number): Entry[] {
  const entries: Entry[] = [];
  for (let from = Math.max(0, size - LIMITS.compareEntries); from < size; ) {
    const bodies = ledger.mirroredEntries(peer, from, size);
    if (bodies.length === 0) break;
    entries.push(...bodies.map((body) => decodeEntry(body)));
    from += bodies.length;
  }
  return entries;
}

/** Entries of both sides by what they are about, in the order in which that began. */
function told(ours: readonly Entry[], theirs: readonly Entry[]): Told[] {
  const all = new Map<string, Told>();
  const put = (entries: readonly Entry[], side: 'ours' | 'theirs') => {
    for (const entry of entries) {
      const kind = typeof entry.transfer === 'string' ? 'transfer' : 'agreement';
      const id = entry[kind];
      if (typeof id !== 'string') continue;
      const one = all.get(id) ?? { kind, id, ours: [], theirs: [] };
      one[side].push(entry);
      all.set(id, one);
    }
  };
  put(ours, 'ours');
  put(theirs, 'theirs');
  return [...all.values()];
}

/** Statements of the two sides that have to agree: what was sent is what landed, what was proposed is what was signed. */
const COUNTERPARTS: readonly (readonly [string, string])[] = [
  ['transfer.sent', 'transfer.landed'],
  ['transfer.landed', 'transfer.sent'],
  ['agreement.signed', 'agreement.signed'],
];
/** What they state of it that both have to state alike. */
const STATED = [
  'version',
  'view',
  'rows',
  'batches',
  'rowsRoot',
  'policy',
  'revision',
  'digest',
  'contract',
  'dataset',
];

const textOf = ({ ours, theirs }: Told, field: string): string | null => {
  const value = [...ours, ...theirs].find((entry) => typeof entry[field] === 'string')?.[field];
  return typeof value === 'string' ? value : null;
};

const nameOf = (one: Told, names: ReadonlyMap<string, string | null>): string | null =>
  names.get(one.id) ?? names.get(textOf(one, 'agreement') ?? '') ?? null;

function judged({ kind, id, ours, theirs }: Told): Omit<Subject, 'dataset'> {
  const differs = COUNTERPARTS.flatMap(([here, there]) => {
    const [a, b] = [last(ours, here), last(theirs, there)];
    if (a === undefined || b === undefined) return [];
    return STATED.filter((name) => name in a && name in b && a[name] !== b[name]);
  });
  const verdict = differs.length > 0 ? 'differs' : theirs.length === 0 ? 'ours' : ours.length === 0 ? 'theirs' : 'same';
  return {
    ...{ kind, id, verdict, differs: [...new Set(differs)] },
    ours: ours.map(step),
    theirs: theirs.map(step),
  };
}

const last = (entries: readonly Entry[], type: string) => entries.findLast((entry) => entry.type === type);

const step = ({ seq, ts, type }: Entry) => ({ seq, at: ts, type });
