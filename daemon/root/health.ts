import type { Health } from '../edge/index.js';
import { CounterfoilError } from '../foundation/index.js';
import type { Identity } from '../identity/index.js';
import type { Ledger } from '../ledger/index.js';
import type { Peers } from '../peering/index.js';
import type { Anchors } from './anchors.js';

interface Parts {
  ledger: Ledger;
  identity: Identity;
  peers: Peers;
  anchors: Anchors;
  stopping: boolean;
}

/** Whether the gateway can exchange now: without a ledger that can be written and keys that work, it cannot. */
export function healthOf({ ledger, identity, peers, anchors, stopping }: Parts): Health {
  const reasons: { code: string; message: string }[] = [];
  if (stopping) reasons.push({ code: 'cancelled', message: 'The gateway is stopping.' });
  if (!ledger.healthy)
    reasons.push({ code: 'ledger.unavailable', message: 'The ledger cannot be written; nothing is exchanged.' });
  if (ledger.lostHeads.length > 0)
    reasons.push({
      code: 'ledger.behind',
      message: 'The ledger was restored from an older copy, and that was not declared yet; nothing is signed.',
    });
  try {
    identity.verify();
  } catch (error) {
    const { code, message } = CounterfoilError.from(error);
    reasons.push({ code, message });
  }
  return {
    ready: reasons.length === 0,
    reasons,
    warnings: [...warningsOf(ledger, peers), ...agedAnchors(anchors, peers)],
  };
}

const agedAnchors = (anchors: Anchors, peers: Peers) =>
  anchors.warnings(
    peers
      .list()
      .filter(({ state }) => state === 'active')
      .map(({ id }) => id),
  );

/** What peers did that somebody has to decide about. */
function warningsOf(ledger: Ledger, peers: Peers): Health['warnings'] {
  return peers
    .list()
    .filter(({ state }) => state !== 'revoked')
    .flatMap(({ id }) => {
      const kept = ledger.evidence(id);
      const evidence = {
        code: 'peer.evidence',
        message: `${id} contradicted what it signed: ${kept.length} ${kept.length === 1 ? 'document is' : 'documents are'} kept.`,
        hint: `See "peer show ${id}"; talk to its operator by another way, then resume or revoke the relation.`,
      };
      const restored = {
        code: 'peer.restored',
        message: `${id} restored an older copy of its ledger; its new heads are not taken.`,
        hint: `Ask its operator what happened; if it was meant, run "peer acknowledge-restore ${id}".`,
      };
      return [...(kept.length > 0 ? [evidence] : []), ...(ledger.restoreWaits(id) ? [restored] : [])];
    });
}
