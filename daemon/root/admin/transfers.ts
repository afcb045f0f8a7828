import type { Agreements } from '../../agreement/index.js';
import type { ViewManifest } from '../../columnar/index.js';
import type { AdminService } from '../../edge/index.js';
import { type OrgId, rfc3339 } from '../../foundation/index.js';
import {
  type Attestations,
  deadlineOf,
  isFinal,
  reportDocument,
  type Transfer,
  type TransferState,
  type Transfers,
} from '../../pipeline/index.js';
import { reportFile, reportReply } from './report.js';

interface Parts {
  identity: { id: OrgId };
  transfers: Transfers;
  attestations: Attestations;
  agreements: Agreements;
  reply: ReturnType<typeof transferReplies>;
}

/** How the admin API shows a transfer, with its rate. */
export function transferReplies(agreements: Agreements) {
  const rates = new Rates();
  const retainOf = ({ role, agreement, detail }: Transfer) =>
    role === 'consumer' && detail.landed !== undefined ? agreements.get(agreement).retain : null;
  return (transfer: Transfer) => transferReply(transfer, rates, deadlineOf(transfer, retainOf(transfer)));
}

export function transferAdmin(parts: Parts): AdminService['transfers'] {
  const { identity, transfers, attestations, agreements, reply } = parts;
  const documentOf = (transfer: Transfer) =>
    reportDocument(transfer, identity.id, attestations.of(transfer.id), attestations.comparison(transfer.id));
  return {
    start: async ({ agreement, version }, { correlation }) => {
      const { id, peer } = agreements.get(agreement);
      return reply(await transfers.start(id, peer as OrgId, version, correlation));
    },
    list: async ({ limit, before, state, ...filter }) => {
      const page = { ...filter, ...(state === undefined ? {} : { state: GROUPS[state] ?? [state as TransferState] }) };
      const { transfers: some, total } = transfers.book.page(page, limit ?? Number.MAX_SAFE_INTEGER, before);
      return { transfers: some.map(reply), total };
    },
    show: async ({ id }) => {
      const transfer = transfers.find(id);
      const { sides, comparison } = documentOf(transfer);
      const of = (side: 'provider' | 'consumer') => {
        const found = sides.find(({ report }) => report.side === side);
        return found === undefined ? null : reportReply(found.report);
      };
      return {
        ...reply(transfer),
        report: { provider: of('provider'), consumer: of('consumer') },
        comparison:
          comparison === undefined ? null : { compared: comparison.compared, differing: [...comparison.differing] },
        view:
          transfer.detail.viewDigest === undefined
            ? null
            : viewReply(transfer.detail.viewDigest, transfers.view(transfer.id)),
        wire: transfer.role === 'consumer' ? (transfer.detail.wire ?? 0) : null,
        steps: transfer.steps.map(({ at, state }) => ({ at, state })),
      };
    },
    watch: async function* ({ id }, { signal }) {
      for await (const transfer of transfers.watch(id, signal)) yield reply(transfer);
    },
    report: async ({ id, format }) => reportFile(documentOf(transfers.find(id)), format),
    cancel: async ({ id, reason }, { actor }) => reply(await transfers.cancel(id, reason ?? '', actor)),
    resume: async ({ id }) => reply(await transfers.resume(id)),
  };
}

/** What people ask for, as the states it means. */
const GROUPS: Readonly<Record<string, readonly TransferState[]>> = {
  open: ['offered', 'checking', 'streaming', 'verifying'],
  delivered: ['landed', 'receipted'],
  stopped: ['refused', 'rejected', 'cancelled', 'failed'],
};

function transferReply(transfer: Transfer, rates: Rates, keepUntil: number | undefined) {
  const { id, state, role, dataset, version, agreement, peer, rows, bytes, rowsTotal, bytesTotal } = transfer;
  const bytesPerSecond = state === 'streaming' ? rates.of(transfer) : null;
  const left = bytesTotal === null ? null : bytesTotal - bytes;
  return {
    ...{ id, state, role, dataset, version, agreement, peer, rows, bytes, rowsTotal, bytesTotal, bytesPerSecond },
    secondsLeft: left === null || bytesPerSecond === null || bytesPerSecond === 0 ? null : left / bytesPerSecond,
    landed: transfer.detail.deleted === undefined ? (transfer.detail.landed ?? null) : null,
    keepUntil: keepUntil === undefined ? null : rfc3339(keepUntil),
    deleted: transfer.detail.deleted ?? null,
    reasons: transfer.reasons.map(({ code, message }) => ({ code, message })),
    correlation: transfer.correlation,
    startedAt: transfer.createdAt,
    updatedAt: transfer.updatedAt,
    final: isFinal(state),
  };
}

/** The view that was signed: its columns with their roots, which prove what two peers have in common. */
function viewReply(digest: string, view: ViewManifest) {
  const columns = view.columns.map(({ name, from, operator, root }) => ({ name, from, operator, root }));
  return { digest, rowsRoot: view.rowsRoot, columns };
}

/** Bytes a second of each transfer, over the last seconds that somebody looked. */
class Rates {
  readonly #seen = new Map<string, { at: number; bytes: number; rate: number }>();

  of({ id, bytes, createdAt }: Transfer): number {
    const now = Date.now();
    const last = this.#seen.get(id) ?? { at: Date.parse(createdAt), bytes: 0, rate: 0 };
    if (now - last.at < WINDOW_MS && last.rate > 0) return last.rate;
    const rate = ((bytes - last.bytes) * 1000) / Math.max(1, now - last.at);
    if (bytes > last.bytes) this.#seen.set(id, { at: now, bytes, rate });
    return rate;
  }
}

const WINDOW_MS = 1000;
