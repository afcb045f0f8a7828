import { join } from 'node:path';
import type { Agreements } from '../agreement/index.js';
import type { Versions } from '../catalog/index.js';
import type { Config } from '../config/index.js';
import { type Clock, LIMITS, type Log, rfc3339 } from '../foundation/index.js';
import type { Identity } from '../identity/index.js';
import { type Ledger, readPeerEntry } from '../ledger/index.js';
import type { Peers } from '../peering/index.js';
import type { Landings, Pace, Transfer, TransferPorts, TransferWire } from '../pipeline/index.js';
import { type KeyBox, newKey } from '../store/index.js';
import type { Anchors } from './anchors.js';
import type { BesideRows } from './beside.js';
import type { Evidence } from './evidence.js';
import type { ViewKeys } from './view-keys.js';
import type { Views } from './views.js';

interface Parts {
  config: Config;
  clock: Clock;
  log: Log;
  identity: Identity;
  keyBox: KeyBox;
  ledger: Ledger;
  peers: Peers;
  versions: Versions;
  views: Views;
  keys: ViewKeys;
  beside: BesideRows;
  /** Time, and a private folder for what does not fit into memory. */
  run(): { now: number; tmp: string };
  agreements: Agreements;
  wire: TransferWire;
  landings: Landings;
  pace: Pace;
  evidence: Evidence;
  anchors: Anchors;
}

/** What the transfers take from the other rooms. */
export function transferPorts(parts: Parts): TransferPorts {
  const { config, clock, log, identity, keyBox, ledger, peers, versions, views, agreements, run } = parts;
  const folders = {
    views: join(config.paths.store, 'views'),
    quarantine: config.paths.quarantine,
    landing: config.sinkFolder,
  };
  return {
    keepDelivered: config.keepDelivered,
    ...{ self: identity.id, clock, log, journal: ledger, signer: identity, keyBox, folders },
    limits: {
      ...{ tries: config.limits.transferTries, retryMs: LIMITS.retryMs, retryMostMs: LIMITS.retryMostMs },
      idleMs: config.limits.transferIdleMs,
      acknowledgeBatches: config.limits.acknowledgeBatches,
      batchesUnacknowledged: config.limits.batchesUnacknowledged,
    },
    wire: parts.wire,
    pace: parts.pace,
    peerKey: (peer, fingerprint) => peers.keyNamed(peer, fingerprint),
    mayExchange: (peer) => {
      parts.evidence.mayExchange();
      parts.anchors.mayExchange(peer);
      peers.active(peer);
    },
    terms: (agreement, peer) => agreements.terms(agreement, peer),
    mustBeActive: (agreement, peer) => agreements.mustBeActive(agreement, peer),
    version: (dataset, version) => views.version(dataset, version),
    readEntry: (peer, body) => readPeerEntry(identity.id, peer, (key) => peers.keyNamed(peer, key), body),
    exchangeHeads: (peer) => parts.evidence.exchange(peer),
    prepareParams: async (terms, version, file) => {
      await views.mustBeDecided(terms, version);
      return {
        version: versions.access(version),
        agreement: terms.agreement,
        policy: terms.policy,
        policyDigest: terms.policyDigest,
        promised: terms.schema,
        maskKeys: await parts.keys.of(terms.peer, terms.agreement, version, terms.policy),
        rules: terms.rules,
        beside: parts.beside.of(terms, version),
        view: { ...file, saltKey: newKey() },
        created: rfc3339(clock.now()),
        ...run(),
      };
    },
    sendParams: async (transfer, { schema, batches }, start, before) => ({
      source: sourceOf(transfer),
      ...{ schema, batches, start, compression: config.wireCompression },
      ...(before !== undefined && heldOf(before)),
    }),
    receiveParams: (transfer, view, terms, before) => ({
      file: fileOf(transfer, folders.quarantine),
      acknowledged: transfer.batches,
      ...(before !== undefined && {
        heldBefore: { file: fileOf(before.transfer, folders.quarantine), batches: before.batches },
      }),
      every: config.limits.acknowledgeBatches,
      view,
      rules: [...terms.rules, ...terms.ownRules],
      beside: parts.beside.of(terms, transfer.version),
      ...run(),
    }),
    landAs: (terms) => parts.landings.of(terms),
    landParams: (transfer, view) => ({
      file: fileOf(transfer, folders.quarantine),
      view,
      viewDigest: transfer.detail.viewDigest!,
      settings: transfer.detail.landAs ?? parts.landings.of(transfer),
      root: folders.landing,
      transfer: transfer.id,
      provider: transfer.peer,
      dataset: transfer.dataset,
      now: clock.now(),
    }),
  };

  function fileOf(transfer: Transfer, folder: string) {
    const { id, key } = transfer.detail.file!;
    return { path: join(folder, id), id, key: keyBox.unwrap(key, id) };
  }

  /** Without it, where its version was shredded since: then batches go whole. */
  function heldOf({ transfer, batches }: { transfer: Transfer; batches: readonly number[] }) {
    try {
      return { before: { source: sourceOf(transfer), batches } };
    } catch {
      return {};
    }
  }

  function sourceOf(transfer: Transfer) {
    if (transfer.detail.source === 'version')
      return { kind: 'version' as const, version: versions.access(transfer.version) };
    return { kind: 'view' as const, ...fileOf(transfer, folders.views) };
  }
}
