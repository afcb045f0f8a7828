import type { Versions } from '../../catalog/index.js';
import type { AdminService } from '../../edge/index.js';
import { base64, LIMITS, type OrgId } from '../../foundation/index.js';
import type { Outbox } from '../../peering/index.js';
import type { Transfer } from '../../pipeline/index.js';
import type { Custody } from '../custody.js';
import type { Views } from '../views.js';
import type { transferReplies } from './transfers.js';

interface Parts {
  custody: Custody;
  versions: Versions;
  views: Views;
  outbox: Outbox;
  transferReply: ReturnType<typeof transferReplies>;
}

type Shown = ReturnType<Custody['erasures']['list']>[number];

export function custodyAdmin({ custody, versions, views, outbox, transferReply }: Parts): AdminService['custody'] {
  const { deletions, erasures } = custody;
  const settled = async <T extends { peer: OrgId }>(result: T): Promise<T> => {
    await outbox.settled(result.peer, LIMITS.settleMs);
    return result;
  };
  return {
    delete: async ({ id, reason }, { actor }) =>
      transferReply(await settled<Transfer>(await deletions.delete(id, reason ?? 'Deleted by hand.', actor))),
    shred: async ({ name, version }, { actor }) => {
      const id = views.version(name, version);
      await versions.shred(id, actor);
      return { dataset: name, version: id, shredded: true };
    },
    requestErasure: async (input, { actor, correlation }) =>
      reply(await settled(await erasures.request(input, actor, correlation))),
    erasures: async () => ({ erasures: erasures.list().map(reply) }),
    erasure: async ({ id }) => {
      const { receipt, ...erasure } = erasures.show(id);
      const signed = receipt && {
        document: base64(receipt.document),
        signature: base64(receipt.signature),
        key: base64(receipt.key),
      };
      return { ...reply(erasure), receipt: signed ?? null };
    },
  };
}

const reply = (erasure: Shown) => ({ ...erasure, versions: erasure.versions.map((each) => ({ ...each })) });
