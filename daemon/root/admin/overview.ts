import type { Agreements, AgreementView } from '../../agreement/index.js';
import type { Datasets, Versions } from '../../catalog/index.js';
import type { Config } from '../../config/index.js';
import type { AdminService, Health } from '../../edge/index.js';
import { type Clock, rfc3339 } from '../../foundation/index.js';
import type { Identity } from '../../identity/index.js';
import type { Peer, Peers } from '../../peering/index.js';
import { isFinal, type Transfers } from '../../pipeline/index.js';
import type { LastVerified } from './ledger.js';

interface Parts {
  config: Config;
  clock: Clock;
  identity: Identity;
  peers: Peers;
  datasets: Datasets;
  versions: Versions;
  agreements: Agreements;
  transfers: Transfers;
  health(): Health;
  verified: LastVerified;
}

type Overview = Awaited<ReturnType<AdminService['gateway']['overview']>>;
type Waiting = Overview['waiting'][number];

const DAY_MS = 86_400_000;
const DAYS = 30;
/** How long before its end an agreement or a certificate is mentioned. */
const SOON_MS = 14 * DAY_MS;
/** How long a transfer that came to nothing waits for somebody to look at it. */
const STOPPED_MS = 7 * DAY_MS;

export async function overview(parts: Parts): Promise<Overview> {
  const { clock, config, identity, peers, datasets, versions, agreements, transfers, verified } = parts;
  const all = agreements.list();
  const known = peers.list();
  const names = datasets.list().map(({ name }) => name);
  const exchanges = exchangesOf(all, transfers);
  return {
    waiting: [
      ...unhealthy(parts.health()),
      ...meetings(known),
      ...offers(all, clock.now()),
      ...stopped(transfers, clock.now()),
      ...certificate(parts),
    ],
    steps: {
      peers: known.length,
      active: known.filter(({ state }) => state === 'active').length,
      datasets: names.length,
      versions: names.reduce((sum, name) => sum + versions.list(name).length, 0),
      agreements: all.filter(({ state }) => state === 'active').length,
      delivered: exchanges.reduce((sum, { delivered }) => sum + delivered.transfers, 0),
    },
    exchanges,
    days: days(transfers, clock.now()),
    verified: verified.last ?? null,
    certificate: { expiresAt: rfc3339(identity.tls.validTo), renewsItself: config.pki === undefined },
  };
}

const NOTHING = { at: null, peer: null, agreement: null, transfer: null } as const;

const unhealthy = ({ reasons }: Health): Waiting[] =>
  reasons.map(({ message }) => ({ ...NOTHING, kind: 'health', message }));

function meetings(peers: readonly Peer[]): Waiting[] {
  return peers.flatMap((peer): Waiting[] => {
    const base = { ...NOTHING, peer: peer.id, at: rfc3339(peer.created) };
    if (peer.state === 'invited' && peer.pending !== undefined)
      return [
        {
          ...base,
          kind: 'reply',
          message: `${peer.id} has not answered yet: give it the reply text, or wait until it can be reached.`,
        },
      ];
    if (peer.state !== 'enrolled' || peer.words === undefined) return [];
    if (!peer.confirmedHere)
      return [{ ...base, kind: 'words', message: `Compare the six words with ${peer.id}, and confirm them.` }];
    return [];
  });
}

function offers(agreements: readonly AgreementView[], now: number): Waiting[] {
  return agreements.flatMap((one): Waiting[] => {
    const base = { ...NOTHING, peer: one.peer, agreement: one.id, at: one.updatedAt };
    if (one.waitingFor === 'us') {
      if (one.conflicts.length > 0)
        return [
          {
            ...base,
            kind: 'conflict',
            message: `What you and ${one.peer} ask of ${one.dataset} contradicts: settle it before anybody can accept.`,
          },
        ];
      return [
        {
          ...base,
          kind: 'offer',
          message:
            one.role === 'consumer'
              ? `${one.peer} offers ${one.dataset}: accept, counter or reject.`
              : `${one.peer} has countered your offer of ${one.dataset}.`,
        },
      ];
    }
    if (one.state === 'active' && one.expires !== null && Date.parse(one.expires) - now < SOON_MS)
      return [
        {
          ...base,
          kind: 'expiring',
          at: one.expires,
          message: `The agreement on ${one.dataset} with ${one.peer} expires soon.`,
        },
      ];
    return [];
  });
}

/** Transfers that came to nothing lately, when nothing newer was delivered under the same agreement. */
function stopped(transfers: Transfers, now: number): Waiting[] {
  return transfers.book
    .latestOfEach()
    .filter(({ state, updatedAt }) => SAD.has(state) && now - Date.parse(updatedAt) < STOPPED_MS)
    .map((one) => ({
      ...NOTHING,
      kind: 'stopped' as const,
      message: `The transfer of ${one.dataset} ${one.role === 'provider' ? 'to' : 'from'} ${one.peer} ${SAID[one.state] ?? 'was stopped'}.`,
      ...{ at: one.updatedAt, peer: one.peer, transfer: one.id },
    }));
}

const SAD: ReadonlySet<string> = new Set(['refused', 'rejected', 'failed']);
const SAID: Readonly<Record<string, string>> = {
  refused: 'was refused: its checks failed before anything was sent',
  rejected: 'was rejected: it broke what the consumer requires',
  failed: 'failed',
};

function certificate({ config, clock, identity }: Parts): Waiting[] {
  const { validTo } = identity.tls;
  if (config.pki === undefined || validTo - clock.now() > SOON_MS) return [];
  return [
    {
      ...NOTHING,
      kind: 'certificate',
      at: rfc3339(validTo),
      message:
        'The transport certificate of this gateway expires soon. Replace the files that pki of config.yaml names.',
    },
  ];
}

const DELIVERED: ReadonlySet<string> = new Set(['landed', 'receipted']);
const OVER: ReadonlySet<string> = new Set(['expired', 'terminated', 'rejected']);

function exchangesOf(agreements: readonly AgreementView[], transfers: Transfers): Overview['exchanges'] {
  const sums = transfers.book.perAgreement();
  return agreements
    .map(({ id, dataset, peer, role, state }) => {
      const own = sums.filter(({ agreement }) => agreement === id);
      const delivered = own.filter((sum) => DELIVERED.has(sum.state));
      const total = (key: 'transfers' | 'rows' | 'bytes') => delivered.reduce((sum, one) => sum + one[key], 0);
      const count = (is: (state: (typeof own)[number]['state']) => boolean) =>
        own.filter((one) => is(one.state)).reduce((sum, one) => sum + one.transfers, 0);
      return {
        ...{ agreement: id, dataset, peer, role, state },
        delivered: { transfers: total('transfers'), rows: total('rows'), bytes: total('bytes') },
        stopped: count((one) => isFinal(one) && !DELIVERED.has(one)),
        underWay: count((one) => !isFinal(one) && !DELIVERED.has(one)),
        lastAt:
          own
            .map(({ last }) => last)
            .sort()
            .at(-1) ?? null,
      };
    })
    .filter(({ state, delivered }) => !OVER.has(state) || delivered.transfers > 0);
}

function days(transfers: Transfers, now: number): Overview['days'] {
  const first = Math.floor(now / DAY_MS) - DAYS + 1;
  const sums = transfers.book.perDay(rfc3339(first * DAY_MS));
  return Array.from({ length: DAYS }, (_, at) => {
    const day = rfc3339((first + at) * DAY_MS).slice(0, 10);
    const own = sums.filter((sum) => sum.day === day);
    const delivered = (role: 'provider' | 'consumer') => {
      const some = own.filter((sum) => sum.role === role && DELIVERED.has(sum.state));
      const total = (key: 'transfers' | 'rows' | 'bytes') => some.reduce((sum, one) => sum + one[key], 0);
      return { transfers: total('transfers'), rows: total('rows'), bytes: total('bytes') };
    };
    const ended = (state: string) =>
      own.filter((sum) => sum.state === state).reduce((sum, one) => sum + one.transfers, 0);
    return {
      ...{ day, sent: delivered('provider'), received: delivered('consumer') },
      ...{ refused: ended('refused'), rejected: ended('rejected'), failed: ended('failed') },
    };
  });
}
