import type { Agreements } from '../agreement/index.js';
import { columnReader, type DataType, textColumn, valueText } from '../columnar/index.js';
import type { Config } from '../config/index.js';
import { type Clock, CounterfoilError, type Journal, type Log, own, printable } from '../foundation/index.js';
import type { Signer } from '../identity/index.js';
import type { Outbox, PeerHandlers, Peers } from '../peering/index.js';
import { Deletions, Erasures, type Jobs, planMasks, preserves, type Transfers } from '../pipeline/index.js';
import type { Database, KeyBox } from '../store/index.js';
import type { ViewKeys } from './view-keys.js';
import type { WorkerJobs } from './worker.js';

interface Parts {
  config: Config;
  db: Database;
  clock: Clock;
  log: Log;
  journal: Journal;
  identity: Signer;
  keyBox: KeyBox;
  jobs: Jobs<WorkerJobs>;
  scratch: string;
  transfers: Transfers;
  agreements: Agreements;
  peers: Peers;
  outbox: Outbox;
  keys: ViewKeys;
}

/** What becomes of data after it has landed: kept as long as agreed, and rid of a person who asks for it. */
export interface Custody {
  deletions: Deletions;
  erasures: Erasures;
  handlers: PeerHandlers;
}

export function custodyOf(parts: Parts): Custody {
  const { config, identity, scratch, agreements, peers, outbox } = parts;
  const ports = {
    ...{ ...parts, signer: identity },
    sink: { root: config.sinkFolder, scratch },
    peerKey: peers.keyNamed.bind(peers),
    agreement: (id: string) => agreements.get(id),
    standsFor: (agreement: string, column: string, value: string) => standsFor(parts, agreement, column, value),
    post: (...[peer, method, request, correlation]: Parameters<Outbox['enqueue']>) =>
      void outbox.enqueue(peer, method, request, correlation),
  };
  const [deletions, erasures] = [new Deletions(ports), new Erasures(ports)];
  const nothing = {};
  const handlers: PeerHandlers = {
    'Custody/Deleted': async ({ peer }, signed) => {
      await deletions.told(peer, signed);
      return nothing;
    },
    'Custody/Erase': async ({ peer }, signed) => {
      await erasures.asked(peer, signed);
      return nothing;
    },
    'Custody/Erased': async ({ peer }, signed) => {
      await erasures.told(peer, signed);
      return nothing;
    },
  };
  return { deletions, erasures, handlers };
}

/** What a value of a column is at the peer of an agreement: itself, or its token there. */
function standsFor({ agreements, keys }: Parts, id: string, column: string, value: string): string {
  const { peer, document } = agreements.show(id);
  const rule = own(document.policy.columns, column) ?? { op: 'keep' };
  const field = agreements.show(id).schema.fields.find(({ name }) => name === column);
  if (field === undefined)
    throw new CounterfoilError('input.invalid', `The peer does not get a column ${printable(column)}.`);
  if (rule.op === 'keep') return value;
  if (rule.op === 'hash_random' || !preserves(rule.op).includes('equality'))
    throw new CounterfoilError(
      'input.invalid',
      `Column ${printable(column)} is masked by ${rule.op}: nobody can tell there which rows are of one person.`,
      { hint: 'Name a column that is kept or has a token.' },
    );
  // Keyed masks work on the text of a value, whatever its type.
  const type: DataType = { name: 'utf8' };
  const schema = { fields: [{ name: column, type, nullable: true }] };
  const policy = { columns: { [column]: rule } };
  const plan = planMasks(schema, policy, keys.draft(peer, id, 'erasure', policy));
  const masked = plan.apply({ rows: 1, columns: [textColumn([value])] }, 0).columns[0]!;
  return valueText(masked.type, columnReader(masked).value(0)!);
}
