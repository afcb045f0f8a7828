import type { AdminService } from '../../edge/index.js';
import { base64, hex, type LogName, type OrgId, rfc3339 } from '../../foundation/index.js';
import type { Ledger, LedgerReport, OwnHead } from '../../ledger/index.js';
import { reached } from '../rotation.js';
import { compareWith } from './compare.js';

const PAGE = 100;

/** The last verification of the whole ledger since the start. */
export interface LastVerified {
  last?: { at: string; ok: boolean; entries: number; faults: number; by: string };
}

interface Work {
  verify(peer: OrgId | undefined): Promise<LedgerReport>;
  /** Exchanges heads with a peer. Rejects where it cannot be reached. */
  tell(peer: OrgId): Promise<void>;
  verified: LastVerified;
  /** `peer.not_found`. */
  known(peer: OrgId): OrgId;
  rotate(options: { actor: string; revokeOld: boolean; reason: string | undefined }): Promise<Answer<'rotateKey'>>;
}

type Answer<M extends keyof AdminService['ledger']> = Awaited<ReturnType<AdminService['ledger'][M]>>;

/** `verify` reads the ledger's files anew, as an auditor would; it runs in a worker. */
export function ledgerAdmin(ledger: Ledger, { verify, verified, tell, rotate, known }: Work): AdminService['ledger'] {
  return {
    list: async ({ peer, from, limit, before, type, text }) => {
      if (before !== undefined || type !== undefined || text !== undefined) {
        const search = { before: before ?? Number.MAX_SAFE_INTEGER, type: type ?? '', text: text ?? '' };
        const found = ledger.search(logOf(peer), { ...search, most: limit ?? PAGE });
        return { ...sizeOf(ledger, peer), entries: found.entries.map(entryReply), next: found.next ?? null };
      }
      const log = logOf(peer);
      const { origin, size } = ledger.head(log);
      const most = limit ?? PAGE;
      const first = from ?? Math.max(0, size - most);
      const entries = [...ledger.entries(log, { from: first, to: first + most })].map((entry) => entryReply(entry));
      return { origin, size, entries, next: null };
    },
    show: async ({ peer, seq }) => {
      const { entry, leaf, body, head, proof } = ledger.show(logOf(peer), seq);
      return {
        ...entryReply({ ...entry, leaf }),
        body: base64(body),
        size: head.size,
        root: hex(head.root),
        proof: proof.map(hex),
      };
    },
    verify: async ({ peer }, { actor }) => {
      const report = await verify(peer);
      if (peer === undefined) {
        const { ok, entries, faults } = report;
        verified.last = { at: rfc3339(Date.now()), ok, entries, faults: faults.length, by: actor };
      }
      return report;
    },
    head: async ({ peer }) => {
      const wanted = peer === undefined ? undefined : ledger.head({ peer }).origin;
      return {
        logs: ledger
          .heads()
          .filter(({ origin }) => wanted === undefined || origin === wanted)
          .map(headReply),
      };
    },
    compare: ({ peer }) => compareWith(ledger, known(peer), tell),
    declareRestored: async ({ actor }) => {
      const { seq } = await ledger.declareRestored(actor.replace(/^admin:/, ''), actor);
      await Promise.all(ledger.peers.map((peer) => reached(tell(peer)))); // the others hear of it when they are met
      return { incarnation: ledger.incarnation, seq, peers: ledger.peers };
    },
    rotateKey: async ({ revokeOld, reason }, { actor }) => rotate({ actor, revokeOld: revokeOld ?? false, reason }),
  };
}

function headReply({ origin, size, root, checkpoint, cosigned }: OwnHead) {
  const by = cosigned === undefined ? null : { ...cosigned, at: rfc3339(cosigned.at) };
  return { origin, size, root: hex(root), checkpoint: checkpoint ?? null, cosigned: by };
}

function sizeOf(ledger: Ledger, peer: OrgId | undefined): { origin: string; size: number } {
  const { origin, size } = ledger.head(logOf(peer));
  return { origin, size };
}

const logOf = (peer: OrgId | undefined): LogName => (peer === undefined ? 'master' : { peer });

function entryReply(entry: { log: string; seq: number; ts: string; type: string; actor: string; leaf: string }) {
  const { leaf, ...object } = entry;
  const { log, seq, ts, type, actor } = entry;
  return { log, seq, ts, type, actor, leaf, entry: object };
}
