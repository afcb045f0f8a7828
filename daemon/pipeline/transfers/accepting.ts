import { base64, CounterfoilError, canonicalJson, LIMITS, newId, type OrgId, utf8 } from '../../foundation/index.js';
import type { TransferOffer } from '../../peering/index.js';
import { newKey } from '../../store/index.js';
import { type LandingSettings, mustCarry } from '../sinks/index.js';
import { endNow, failure } from './endings.js';
import { type Offer, readOffer, versionOf } from './offer.js';
import { type Context, move, owned, record, refOf } from './shared.js';
import type { Transfer } from './table.js';
import { newTransfer, readReport } from './words.js';

/** What a peer or this side says of a transfer when it is first heard of. */
export interface About {
  transfer: string;
  agreement: string;
  correlation: string;
  version: string;
}

/** Knows of a transfer from its first word on: the provider's report, its offer, or our own request. For the turn. */
export function begin(context: Context, peer: OrgId, about: About): Transfer {
  const { ports, table } = context;
  const { transfer: id, agreement, correlation, version } = newTransfer(about);
  const known = table.get(id);
  if (known !== undefined) return owned(context, peer, id, 'consumer');
  const terms = ports.terms(agreement, peer);
  if (terms.role !== 'consumer')
    throw new CounterfoilError('agreement.not_active', 'This gateway is the provider under that agreement.');
  if (table.unfinished().filter((transfer) => transfer.peer === peer).length >= LIMITS.transfersPerPeer)
    throw new CounterfoilError('limit.exceeded', `A peer has at most ${LIMITS.transfersPerPeer} unfinished transfers.`);
  const { dataset } = terms;
  const role = 'consumer' as const;
  const transfer = table.insert({ id, role, peer, agreement, dataset, version, correlation, state: 'offered' });
  context.changed(id);
  return transfer;
}

/**
 * Takes the provider's signed view: verified against the agreement, then recorded, then the state. Idempotent. An offer
 * that does not hold ends the transfer here, and is answered with the reason. For the turn.
 */
export async function accept(context: Context, peer: OrgId, message: TransferOffer): Promise<void> {
  const version = versionOf(message.versionManifest);
  const transfer = begin(context, peer, { ...message, version });
  const isOpen = transfer.state === 'offered' || transfer.state === 'checking';
  const { viewDigest } = transfer.detail;
  if (!isOpen && viewDigest === undefined)
    throw new CounterfoilError('transfer.state', `The transfer is ${transfer.state}; it cannot be offered any more.`);
  const offer = await verified(context, transfer, message, isOpen);
  if (isOpen) return take(context, transfer, offer, message);
  if (offer.viewDigest !== viewDigest)
    throw new CounterfoilError('view.mismatch', 'The transfer was offered before, with another view.');
}

type Accepted = Offer & { landAs: LandingSettings };

async function verified(
  context: Context,
  transfer: Transfer,
  message: TransferOffer,
  isOpen: boolean,
): Promise<Accepted> {
  const { ports } = context;
  try {
    const terms = ports.terms(transfer.agreement, transfer.peer);
    const offer = readOffer(message, transfer, terms, (key) => ports.peerKey(transfer.peer, key));
    const landAs = transfer.detail.landAs ?? ports.landAs(terms);
    mustCarry(offer.view.schema, landAs);
    return { ...offer, landAs };
  } catch (error) {
    const known = CounterfoilError.from(error);
    if (isOpen) await endNow(context, transfer.id, failure(known));
    throw known;
  }
}

async function take(context: Context, transfer: Transfer, offer: Accepted, message: TransferOffer): Promise<void> {
  const { ports } = context;
  const { id, agreement, correlation, version } = transfer;
  const { signed, view, viewDigest, landAs } = offer;
  const fields = { transfer: id, agreement, version, view: viewDigest, correlation };
  const accepted = await record(context, transfer, { type: 'transfer.accepted', refs: [offer.offered], fields });
  const checking = transfer.state === 'offered' ? move(context, transfer, 'check') : transfer;
  const file = { id: newId('sto'), key: newKey() };
  const isReport = readReport(message.providerReport) !== undefined;
  const report = isReport ? { providerReport: Buffer.from(message.providerReport).toString('utf8') } : {};
  move(context, checking, 'stream', {
    rowsTotal: view.rows,
    detail: {
      signature: { signature: base64(signed.signature), key: base64(signed.key) },
      viewDigest,
      file: { id: file.id, key: ports.keyBox.wrap(file.key, file.id) },
      offered: offer.offered,
      accepted: refOf(accepted),
      landAs,
      ...report,
    },
    documents: {
      view: signed.document,
      version: message.versionManifest,
      columnKeys: utf8(ports.keyBox.wrap(utf8(canonicalJson(offer.columnKeys)), id)),
    },
  });
}
