import { CounterfoilError, hex, LIMITS, type OrgId, utf8 } from '../foundation/index.js';
import type { Chain } from './chain.js';
import type { Core } from './core.js';
import type { HeadReply, HeadUpdate, LogKind } from './messages.js';
import { checkpointText, cosignerName, openCosignature } from './note.js';

/** The size that a peer holds of a log: what it said last, or else what it cosigned last. */
export function heldByPeer(core: Core, chain: Chain, peer: string): number {
  const told = core.told.get(`${chain.origin} ${peer}`);
  return Math.min(chain.size, told ?? core.tables.cosignedSize(chain.row.id, cosignerName(peer)));
}

export const chainFor = (core: Core, peer: string, log: LogKind): Chain =>
  log === 'master' ? core.master : core.channel(peer);

/**
 * The next head for a peer: up to the present end of the log, or as far as the entries fit into one message.
 * Errors: `ledger.unconfirmed` before the peer said what it holds, `ledger.behind` after a restore that is not declared.
 */
export function headUpdateFor(core: Core, peer: OrgId, log: LogKind): HeadUpdate {
  const chain = chainFor(core, peer, log);
  assertMaySign(core, chain, peer);
  core.commit.flush();
  if (core.commit.failure !== undefined) throw core.commit.failure;
  const oldSize = heldByPeer(core, chain, peer);
  const entries: Uint8Array[] = [];
  let size = chain.size;
  if (log === 'channel') {
    const least = Math.max(oldSize, core.keyStart(chain)); // the present key signs no head from before its time
    let bytes = 0;
    for (const { seq, body } of core.tables.entries(chain.row.id, oldSize)) {
      bytes += body.length;
      if (entries.length > 0 && seq >= least && bytes > LIMITS.headEntriesBytes) break;
      entries.push(body);
    }
    size = oldSize + entries.length;
  }
  const head = core.checkpoint(chain, size);
  return {
    origin: chain.origin,
    oldSize,
    proof: chain.tree.consistency(oldSize, size),
    checkpoint: utf8(head.note),
    entries,
  };
}

/** Refuses to sign for a log before the peers that may hold later heads of it have been heard. */
export function assertMaySign(core: Core, chain: Chain, peer: string): void {
  if (core.lost.size > 0) {
    throw new CounterfoilError(
      'ledger.behind',
      'This ledger was restored from an older copy, and nothing is signed until an operator declares it.',
    );
  }
  if (!chain.confirmed) {
    throw new CounterfoilError(
      'ledger.unconfirmed',
      `${peer} has not yet said which head of ${chain.origin} it holds.`,
    );
  }
}

/**
 * Takes a peer's answer to a head. Returns whether it is a cosignature; without one, the next update starts from the
 * size that the peer says it holds. Errors: `evidence.invalid` for a cosignature that is none, `ledger.behind` when the
 * peer holds more than there is here.
 */
export function recordCosignature(core: Core, peer: OrgId, peerKey: Uint8Array, reply: HeadReply): boolean {
  const chain = reply.origin === core.master.origin ? core.master : core.channel(peer);
  if (chain.origin !== reply.origin || !Number.isSafeInteger(reply.size) || reply.size < 0) {
    throw new CounterfoilError('evidence.invalid', `${peer} answered for a log that was not sent to it.`);
  }
  if (reply.size > chain.size) {
    throw new CounterfoilError(
      'ledger.behind',
      `${peer} says that it holds a later head of ${chain.origin} than there is.`,
    );
  }
  core.told.set(`${chain.origin} ${peer}`, reply.size);
  if (reply.cosignature.length === 0) return false;
  const { size } = reply;
  const cosigner = cosignerName(peer);
  const line = Buffer.from(reply.cosignature).toString('utf8');
  const text = checkpointText({ origin: chain.origin, size, root: chain.tree.rootAt(size) });
  const time = cosignatureTime(line, text, cosigner, peerKey);
  if (time === undefined) {
    throw new CounterfoilError(
      'evidence.invalid',
      `What ${peer} sent is no cosignature of the head of ${chain.origin}.`,
    );
  }
  const known = core.tables.cosignedSize(chain.row.id, cosigner);
  for (const name of [chain.origin, `${chain.origin} ${cosigner}`])
    core.cosigned.set(name, { size, cosigner, time, line });
  if (size === known) return true; // said again, of a head that is kept already
  const note = size >= core.keyStart(chain) ? core.checkpoint(chain, size) : undefined; // else signed by a key that is gone
  core.commit.alongside(() => {
    if (note !== undefined) core.tables.addCheckpoint(chain.row.id, note);
    core.tables.addCosignature(chain.row.id, { size, cosigner, time, line });
  });
  if (chain !== core.master) bindToMaster(core, peer, chain, size);
  return true;
}

/** The master log names the heads of the channels, so that none can be left out of it or cut back alone. */
function bindToMaster(core: Core, peer: OrgId, chain: Chain, size: number): void {
  const fields = { peer, origin: chain.origin, size, root: hex(chain.tree.rootAt(size)) };
  // A failure is final for the ledger and seen by whoever records next.
  core.commit.submit(core.master, { type: 'channel.head', actor: 'gateway', fields }).catch(() => undefined);
}

function cosignatureTime(line: string, text: string, name: string, key: Uint8Array): number | undefined {
  try {
    return openCosignature(line, text, name, key);
  } catch {
    return undefined;
  }
}
