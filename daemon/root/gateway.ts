import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { Access } from '../access/index.js';
import { Agreements } from '../agreement/index.js';
import { Datasets, Profiles, parseContract, Versions } from '../catalog/index.js';
import { type Config, formatAddress, landingOf, loadConfig, paceOf, sourceAccess } from '../config/index.js';
import {
  dialEnrolment,
  encodeRequest,
  type NetworkHandlers,
  PeerNetwork,
  PROTOCOLS,
  startAdminServer,
} from '../edge/index.js';
import { type Clock, createLog, type Log, privateFolder, systemClock } from '../foundation/index.js';
import { Identity } from '../identity/index.js';
import { Invites, type Party } from '../invite/index.js';
import { Ledger } from '../ledger/index.js';
import { Meeting, Outbox, Peers, SealingKeys } from '../peering/index.js';
import {
  Attestations,
  clearScratch,
  Jobs,
  Landings,
  maskBook,
  Pace,
  preserves,
  ruleBook,
  Transfers,
} from '../pipeline/index.js';
import { KeyBox, lockHome, openDatabase } from '../store/index.js';
import { adminService } from './admin/index.js';
import { transferReplies } from './admin/transfers.js';
import { Anchors } from './anchors.js';
import { BesideRows } from './beside.js';
import type { Between } from './between.js';
import { Clockwork } from './clockwork.js';
import { Closing } from './closing.js';
import { custodyOf } from './custody.js';
import { EventHub } from './events.js';
import { Evidence } from './evidence.js';
import { followRooms } from './follow.js';
import { healthOf } from './health.js';
import { Identifier } from './identify.js';
import { ledgerFiles } from './ledger-files.js';
import { pageOptions } from './page.js';
import { catalogHandlers, react } from './reactions.js';
import { settleKey } from './rotation.js';
import { type Gateway, running } from './running.js';
import { Standing } from './standing.js';
import { transferPorts } from './transfer-ports.js';
import { ViewKeys } from './view-keys.js';
import { Views } from './views.js';
import { transferWire } from './wire.js';
import type { Done, WorkerJobs } from './worker.js';

/** What tests replace. */
export interface Overrides {
  clock?: Clock;
  log?: Log;
  /** Worker threads. */
  threads?: number;
  /** Starts on a ledger that is an older copy than what was signed: `start --restore`. */
  restore?: boolean;
  /** What stands between this gateway and its peers. */
  between?: Between;
  /** Work of a password's hash, as `AccessOptions` says. */
  passwordCost?: number;
}

/**
 * Wires one gateway by hand and starts it: ground floor, rooms in their row, edge. Whatever fails on the way, what was
 * opened before is closed again. Errors: those of the config, `home.in_use`, `key.invalid`, `ledger.*`, `port.in_use`.
 */
export async function startGateway(home: string, software: string, overrides: Overrides = {}): Promise<Gateway> {
  const closing = new Closing();
  try {
    return await open(loadConfig(home), software, overrides, closing);
  } catch (error) {
    await closing.run();
    throw error;
  }
}

async function open(config: Config, software: string, overrides: Overrides, closing: Closing): Promise<Gateway> {
  const clock = overrides.clock ?? systemClock;
  const log = overrides.log ?? createLog({ level: config.logLevel, id: config.id });
  const startedAt = clock.now();
  const { paths } = config;
  for (const warning of config.warnings) log.warn(warning);

  const lock = lockHome(paths.lock);
  closing.add(() => lock.release());
  const hosts = config.advertise === null ? [] : [config.advertise.host];
  const identity = await Identity.open({
    home: paths.root,
    id: config.id,
    hosts,
    clock,
    ...(config.pki && { pki: config.pki }),
  });
  closing.add(() => identity.close());
  identity.watch((error) => log.error({ err: error }, 'the transport certificate could not be renewed'));
  const db = openDatabase(paths.gatewayDb);
  closing.add(() => db.close());
  const keyBox = new KeyBox(identity.storeKey);

  const later: { peers?: Peers; network?: PeerNetwork; transfers?: Transfers } = {};
  const ledger = Ledger.open({
    ...ledgerFiles(config),
    evidenceFolder: join(paths.root, 'evidence'),
    ...{ key: identity, nextKey: identity.nextKey, clock, name: config.org, software },
    restore: overrides.restore ?? false,
    witnesses: config.anchors.witness === undefined ? [] : [config.anchors.witness],
    peerKey: (peer) => later.peers?.find(peer)?.key,
    onEvidence: (peer, message) => {
      log.error({ peer, reason: message }, 'a peer contradicts what it signed: the relation is suspended');
      later.peers?.suspend(peer, { actor: 'gateway', reason: message }).catch((error: unknown) => {
        log.error({ err: error, peer }, 'the relation could not be suspended');
      });
    },
  });
  closing.add(() => ledger.close());
  settleKey(identity, ledger);
  const people = new Access({
    ...{ db, clock, journal: ledger, firstToken: paths.firstToken, openid: config.oidc },
    ...(overrides.passwordCost !== undefined && { passwordCost: overrides.passwordCost }),
  });

  const caOf = remembered(derOf);
  const self = (): Party => ({
    ...{ id: config.id, name: config.org, signer: identity, genesis: ledger.genesis, protocols: PROTOCOLS },
    ca: caOf(identity.tls.ca),
    endpoint: later.network?.endpoint,
    enrol: later.network?.enrolEndpoint,
  });
  const outbox = new Outbox({ db, clock, encode: encodeRequest });
  const peers = new Peers({ db, clock, journal: ledger, outbox, self });
  later.peers = peers;
  const invites = new Invites({ db, clock, journal: ledger, self });
  const meeting = new Meeting({ db, clock, journal: ledger, self, peers, invites, dial: dialEnrolment });
  const network = new PeerNetwork({
    ...{ identity, peers, invites, meeting, outbox, journal: ledger, clock, log, software },
    listen: { peer: config.listen.peer, enrol: config.listen.enrol },
    advertise: config.advertise,
    limits: config.limits,
    handovers: () => ledger.keys.handovers,
  });
  later.network = network;
  closing.add(() => network.close());

  const jobs = new Jobs<WorkerJobs>(new URL('./worker.js', import.meta.url), overrides.threads);
  closing.add(() => jobs.close());
  const scratch = join(paths.store, 'tmp');
  privateFolder(scratch);
  clearScratch(scratch);
  const access = (uri: string) => sourceAccess(config, uri);
  const rules = ruleBook(preserves);
  const checkRule = rules.parse;
  const datasets = new Datasets(db, ledger, clock, checkRule);
  const versions = new Versions({
    ...{ db, journal: ledger, clock, keys: keyBox, datasets, scratch, access },
    store: join(paths.store, 'versions'),
    cut: { targetBytes: config.limits.batchTargetBytes, maxRows: config.limits.batchTargetRows },
    write: (params, hooks) => jobs.run('publish', params, told(hooks)),
  });
  await versions.recover();
  const profiles = new Profiles({
    ...{ db, datasets, versions, scratch, access, clock, journal: ledger },
    run: (params, hooks) => jobs.run('profile', params, told(hooks)),
  });
  const agreements = new Agreements({
    ...{ db, clock, journal: ledger, outbox, signer: identity, rules, masks: maskBook },
    formerKeys: () => ledger.keys.all.slice(0, -1),
    peers: { active: (id) => peers.active(id) },
    catalog: {
      dataset: (name) => profiles.offered(name, { checkRule, now: clock.now() }),
      parseContract: (text, dataset) => parseContract(text, { dataset, checkRule }),
    },
  });
  const run = () => ({ now: clock.now(), tmp: scratch });
  const sealing = new SealingKeys({
    ...{ db, clock, journal: ledger, signer: identity, publicKey: identity.sealing.publicKey, calls: network.calls },
    peerKey: (peer) => peers.get(peer).key,
  });
  const keys = new ViewKeys({ identity, sealing, vault: join(paths.store, 'vault.db') });
  const beside = new BesideRows({ config, datasets, versions, agreements, transfers: () => later.transfers! });
  const views = new Views({ datasets, versions, profiles, agreements, jobs, keys, beside, journal: ledger, run });
  const evidence = new Evidence({ ledger, calls: network.calls, peers });
  const wire = transferWire(network, outbox);
  const anchors = new Anchors({
    ...{ config: config.anchors, ledger, clock, log },
    exchange: (peer) => evidence.exchange(peer),
  });
  closing.add(() => anchors.close());
  const landings = new Landings(db, (peer, dataset) => landingOf(config, peer, dataset));
  const pace = new Pace({ clock, streams: config.limits.streams, of: (peer) => paceOf(config, peer) });
  const ports = transferPorts({
    landings,
    pace,
    ...{ config, clock, log, identity, keyBox, ledger, peers, versions, views, keys, beside, agreements },
    ...{ evidence, anchors, run },
    wire: overrides.between?.wire(wire, { network, identity, ledger }) ?? wire,
  });
  const transfers = new Transfers(db, ports, jobs);
  later.transfers = transfers;
  const attestations = new Attestations({
    ...{ db, self: identity.id, clock, log, journal: ledger, signer: identity, software, transfers },
    keysOf: (org) => (org === identity.id ? ledger.keys.all : peers.allKeys(org)),
    agreed: (agreement) => agreements.digests(agreement),
    post: (peer, request, correlation) => void outbox.enqueue(peer, 'Reports/Attest', request, correlation),
  });
  closing.add(() => attestations.close());
  const custody = custodyOf({
    ...{
      config,
      db,
      clock,
      log,
      journal: ledger,
      identity,
      keyBox,
      jobs,
      scratch,
      transfers,
      agreements,
      peers,
      outbox,
    },
    keys,
  });
  const identifier = new Identifier({ versions, transfers, jobs, scratch });
  closing.add(() => transfers.close());

  const state = { stopping: false, admin: '' };
  const health = () => healthOf({ ledger, identity, peers, anchors, stopping: state.stopping });
  const transferReply = transferReplies(agreements);
  const admin = adminService({
    ...{ access: people, transferReply, rules },
    ...{
      config,
      clock,
      identity,
      ledger,
      peers,
      invites,
      meeting,
      outbox,
      network,
      datasets,
      versions,
      profiles,
      views,
    },
    ...{
      agreements,
      landings,
      pace,
      transfers,
      attestations,
      custody,
      identifier,
      evidence,
      jobs,
      scratch,
      software,
      startedAt,
      health,
    },
    adminAddress: () => state.admin,
  });
  await network.listen();
  const tls = config.adminTls && { tls: config.adminTls };
  const hub = new EventHub();
  const page = pageOptions(config.id, people, ledger, hub);
  const server = await startAdminServer(
    { service: admin, token: identity.adminToken, health, software, log, ...tls, ...page },
    config.listen.admin,
  );
  closing.add(() => server.close());
  state.admin = formatAddress(server.address);

  await ledger.record('master', { type: 'gateway.started', actor: 'gateway', fields: { software } });
  const handlers: NetworkHandlers = {
    calls: {
      ...agreements.handlers(),
      ...evidence.keeping(transfers.handlers),
      ...attestations.handlers,
      ...sealing.handlers,
      ...custody.handlers,
      ...evidence.handlers,
      ...catalogHandlers(agreements, versions),
    },
    flight: transfers.flight,
    heartbeat: (peer) => evidence.exchange(peer),
  };
  network.start(overrides.between?.handlers(handlers) ?? handlers);
  closing.add(react({ peers, agreements, transfers, network, log }));
  closing.add(followRooms({ hub, peers, agreements, transfers, network, ledger, transferReply }));
  anchors.start();
  const standing = new Standing({ db, clock, log, agreements, versions, transfers });
  const clockwork = new Clockwork(log, [
    () => agreements.expireDue(),
    () => standing.look(),
    () => transfers.lookAtWindows(),
    () => custody.deletions.look(),
    () => custody.erasures.look(),
  ]);
  closing.add(() => clockwork.close());
  await transfers.resumeAll();
  attestations.resume();
  return running(config, startedAt, state, network.listening, {
    ...{ admin, health, transfers, ledger, log, closing, clockwork },
    firstToken: people.firstToken(),
  });
}

/** The hooks of a long call as the options of its job. */
function told({
  signal,
  onProgress,
}: {
  signal?: AbortSignal;
  onProgress?: (done: number, total: number | undefined) => void;
}) {
  const onItem = (item: unknown) => {
    const { done, total } = item as Done;
    onProgress?.(done, total);
  };
  return signal === undefined ? { onItem } : { onItem, signal };
}

const derOf = (pem: string): Uint8Array => new X509Certificate(pem).raw;

/** Works out the last answer once: who is asked before every batch is asked the same. */
function remembered<T>(find: (text: string) => T): (text: string) => T {
  let last: { text: string; found: T } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, found: find(text) };
    return last.found;
  };
}
