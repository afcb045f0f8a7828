import type { Agreements } from '../../agreement/index.js';
import type { Datasets, Versions } from '../../catalog/index.js';
import type { Config } from '../../config/index.js';
import { formatAddress } from '../../config/index.js';
import type { AdminService, Health, PeerNetwork } from '../../edge/index.js';
import { type Clock, CounterfoilError, type ErrorCode, rfc3339 } from '../../foundation/index.js';
import type { Identity } from '../../identity/index.js';
import type { Ledger } from '../../ledger/index.js';
import type { Peers } from '../../peering/index.js';
import { isFinal, type Transfers } from '../../pipeline/index.js';
import type { LastVerified } from './ledger.js';
import { overview } from './overview.js';
import { reachSelf } from './reach.js';
import { settingsAdmin } from './settings.js';

interface Parts {
  config: Config;
  identity: Identity;
  ledger: Ledger;
  peers: Peers;
  network: PeerNetwork;
  transfers: Transfers;
  health(): Health;
  software: string;
  startedAt: number;
  agreements: Agreements;
  clock: Clock;
  datasets: Datasets;
  versions: Versions;
  verified: LastVerified;
  /** As bound, HOST:PORT. */
  adminAddress(): string;
}

type Finding = Awaited<ReturnType<AdminService['gateway']['doctor']>>['findings'][number];

export function gatewayAdmin(parts: Parts): AdminService['gateway'] {
  return {
    status: async () => {
      const { config, identity, network, peers, transfers } = parts;
      const { ready, reasons, warnings } = parts.health();
      return {
        id: config.id,
        org: config.org,
        fingerprint: identity.fingerprint,
        software: parts.software,
        home: config.paths.root,
        startedAt: rfc3339(parts.startedAt),
        ready,
        reasons: [...reasons],
        warnings: [...warnings],
        listen: {
          peer: network.listening ?? null,
          enrolment: network.enrolmentOpen ? (network.enrolEndpoint ?? null) : null,
          admin: parts.adminAddress(),
        },
        advertise: network.endpoint ?? null,
        peers: peers.list().map(({ id, state }) => ({ id, state, connected: network.reachability(id) !== 'none' })),
        transfers: transfers
          .list()
          .filter(({ state }) => !isFinal(state))
          .map(({ id, state, dataset, peer, rows, bytes }) => ({ id, state, dataset, peer, rows, bytes })),
      };
    },
    overview: () => overview(parts),
    reach: () => reachSelf(parts.network.endpoint, parts.identity),
    ...settingsAdmin(parts.config, parts.ledger),
    doctor: async ({ peer }) => {
      const own = peer === undefined ? [...lookAtKeys(parts), ...lookAtLedger(parts), ...lookAtListeners(parts)] : [];
      const wanted =
        peer === undefined ? parts.peers.list().filter(({ state }) => state !== 'revoked') : [parts.peers.get(peer)];
      const met = await Promise.all(wanted.map((each) => lookAtPeer(parts, each.id)));
      const findings = [...own, ...met];
      return { ok: findings.every(({ level }) => level !== 'fault'), findings };
    },
  };
}

function lookAtKeys({ identity }: Parts): Finding[] {
  try {
    identity.verify();
    const days = Math.floor((identity.tls.validTo - Date.now()) / 86_400_000);
    return [
      {
        area: 'keys',
        level: 'ok',
        message: `The keys are usable; the transport certificate is good for ${days} days.`,
      },
    ];
  } catch (error) {
    return [fault('keys', error)];
  }
}

/** What readiness says of the ledger, and what needs somebody to look at it. */
function lookAtLedger({ ledger, health }: Parts): Finding[] {
  const { reasons, warnings } = health();
  const found = (list: typeof warnings, level: Finding['level']) =>
    list
      .filter(
        ({ code }) =>
          code.startsWith('ledger.') ||
          code.startsWith('evidence.') ||
          code.startsWith('peer.') ||
          code.startsWith('anchor.'),
      )
      .map(({ code, message, hint }) => ({
        ...{ area: 'ledger' as const, level, message },
        hint: hint ?? new CounterfoilError(code as ErrorCode, message).hint,
      }));
  const findings = [...found(reasons, 'fault'), ...found(warnings, 'warning')];
  if (!ledger.healthy) return findings;
  const { size } = ledger.head('master');
  return [
    { area: 'ledger', level: 'ok', message: `The ledger can be written; its master log has ${size} entries.` },
    ...findings,
  ];
}

function lookAtListeners({ network, config }: Parts): Finding[] {
  if (network.endpoint !== undefined)
    return [{ area: 'ports', level: 'ok', message: `Peers connect to ${network.endpoint}.` }];
  const bound = config.listen.peer === null ? 'listen.peer is none' : formatAddress(config.listen.peer);
  return [
    {
      area: 'ports',
      level: 'warning',
      message: `No peer can dial this gateway (${bound}); it dials them.`,
      hint: 'Set listen.peer and advertise in config.yaml if peers should reach it.',
    },
  ];
}

async function lookAtPeer({ network, peers }: Parts, id: Parameters<PeerNetwork['probe']>[0]): Promise<Finding> {
  try {
    const how = await network.probe(id);
    const { state } = peers.get(id);
    if (how === 'none')
      return {
        area: 'peer',
        level: 'fault',
        message: `${id} cannot be reached.`,
        hint: 'Check that its gateway runs.',
      };
    return {
      area: 'peer',
      level: 'ok',
      message: `${id} answers (${how === 'direct' ? 'dialled' : 'over the connection that it opened'}); the relation is ${state}.`,
    };
  } catch (error) {
    return fault('peer', error, `${id}: `);
  }
}

function fault(area: Finding['area'], error: unknown, prefix = ''): Finding {
  const known = CounterfoilError.from(error);
  return { area, level: 'fault', message: `${prefix}${known.message}`, hint: known.hint };
}
