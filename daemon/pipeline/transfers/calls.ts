import { CounterfoilError, type OrgId } from '../../foundation/index.js';
import type { PeerContext, PeerHandlers, PeerMethods, PeerReply, PeerRequest } from '../../peering/index.js';
import { accept, begin } from './accepting.js';
import type { ConsumerSide } from './consumer.js';
import { end, hear } from './endings.js';
import type { ProviderSide } from './provider.js';
import { type Context, owned, statusOf } from './shared.js';
import type { Transfer } from './table.js';
import { sentence, transferId } from './words.js';

type Method = Extract<keyof PeerMethods, `Transfers/${string}`>;

/** The calls of the service `Transfers` that a peer makes. */
export type TransferHandlers = Required<Pick<PeerHandlers, Method>>;

interface Parts {
  context: Context;
  provider: ProviderSide;
  consumer: ConsumerSide;
  /** Offers a version; an unfinished transfer of the same one is given instead. */
  offer(peer: OrgId, agreement: string, version: string | undefined): Transfer;
  /** Starts or wakes the loop of a transfer. */
  run(transfer: Transfer): void;
}

/** What this room answers to peers. Each answers to who may ask alone, and may be called twice. */
export function transferHandlers({ context, provider, consumer, offer, run }: Parts): TransferHandlers {
  const { table, turns } = context;
  const nothing = {};
  return guarded(context, {
    'Transfers/Request': async ({ peer }, { agreement, version }) => {
      const terms = context.ports.terms(agreement, peer);
      if (terms.role !== 'provider')
        throw new CounterfoilError('agreement.not_active', 'This gateway is not the provider under that agreement.');
      const transfer = offer(peer, agreement, version === '' ? undefined : version);
      return { transfer: transfer.id, correlation: transfer.correlation, version: transfer.version };
    },
    'Transfers/Offer': async ({ peer }, message) => {
      const id = transferId(message.transfer);
      await turns.take(id, () => accept(context, peer, message));
      run(table.find(id));
      return nothing;
    },
    'Transfers/Push': async ({ peer }, { transfer, start, before, rate }) => {
      const more = { ...(before !== '' && { before }), ...(rate > 0 && { rate }) };
      provider.sending.push(peer, { transfer, start, ...more });
      return nothing;
    },
    'Transfers/Report': async ({ peer }, status) => {
      const id = transferId(status.transfer);
      const before = table.get(id);
      if (before === undefined) {
        mayBegin(context, peer, status);
        run(await turns.take(id, async () => begin(context, peer, status)));
      }
      const transfer = owned(context, peer, id);
      await hear(context, peer, id, status);
      // Only what is news wakes the loop: a peer that says the same over and over is not to keep it busy.
      const now = table.find(id);
      if (now.state !== transfer.state || isBehind(now, status)) run(now);
      return statusOf(now);
    },
    'Transfers/Cancel': async ({ peer }, { transfer: id, reason }) => {
      owned(context, peer, id);
      const message = sentence(`${peer} cancelled it${reason === '' ? '.' : `: ${reason}`}`);
      const reasons = [{ code: 'cancelled', message }];
      const ended = await end(context, id, { event: 'cancel', reasons, actor: `peer:${peer}`, peers: true });
      const { state } = table.find(id);
      if (!ended && state !== 'cancelled')
        throw new CounterfoilError('transfer.state', `The transfer is ${state} here; it cannot be cancelled any more.`);
      return nothing;
    },
    'Transfers/Acknowledge': async ({ peer }, signed) => {
      await provider.sending.acknowledge(peer, signed);
      return nothing;
    },
    'Transfers/Sent': async ({ peer }, evidence) => {
      await consumer.sent(peer, evidence);
      return nothing;
    },
    'Transfers/Receipt': async ({ peer }, evidence) => {
      await provider.receipt(peer, evidence);
      return nothing;
    },
  });
}

/** Only a transfer that its provider has just begun becomes known by a report. */
function mayBegin({ ports }: Context, peer: OrgId, status: PeerRequest<'Transfers/Report'>): void {
  const known = ['offered', 'checking', 'streaming'].includes(status.state);
  if (!known || ports.terms(status.agreement, peer).role === 'provider')
    throw new CounterfoilError('transfer.not_found', 'There is no such transfer between us.');
}

/** The consumer has everything and waits for a word that the provider has given already. */
const isBehind = (here: Transfer, there: PeerRequest<'Transfers/Report'>): boolean =>
  here.role === 'provider' && here.state === 'verifying' && there.state === 'verifying';

type Handler<M extends Method> = (caller: PeerContext, request: PeerRequest<M>) => Promise<PeerReply<M>>;

/** A peer that reaches for what is another's is answered as if there were nothing, and that it tried is kept. */
function guarded(context: Context, handlers: TransferHandlers): TransferHandlers {
  const wrap =
    <M extends Method>(method: M, handler: Handler<M>): Handler<M> =>
    (caller, request) =>
      context.trespasses.keep(method, caller, () => handler(caller, request));
  return Object.fromEntries(
    Object.entries(handlers).map(([method, handler]) => [method, wrap(method as Method, handler as Handler<Method>)]),
  ) as unknown as TransferHandlers;
}
