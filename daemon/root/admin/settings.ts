import {
  type Change,
  type Config,
  changeSettings,
  changeSource,
  processEnvironment,
  readSettings,
} from '../../config/index.js';
import type { AdminContext, AdminService } from '../../edge/index.js';
import { LIMITS, printable } from '../../foundation/index.js';
import type { Ledger } from '../../ledger/index.js';

type Admin = Pick<AdminService['gateway'], 'settings' | 'changeSettings' | 'setSource' | 'removeSource'>;

/**
 * config.yaml, looked at and changed. The gateway has read it at its start: only how sources are reached counts at once,
 * so `config` is given that. One change at a time, its ledger entries before it is written.
 */
export function settingsAdmin(config: Config, ledger: Ledger): Admin {
  const { paths } = config;
  const env = processEnvironment();
  const started = new Map(readSettings(paths, env).fields.map(({ path, value }) => [path, value]));
  const shown = () => {
    const { fields, ...rest } = readSettings(paths, env);
    return {
      ...{ file: paths.config, ...rest, warnings: [...config.warnings] },
      fields: fields.map((field) => ({
        ...field,
        about: ABOUT[field.path] ?? '',
        restart: field.override === null && started.get(field.path) !== field.value,
      })),
    };
  };
  let last: Promise<unknown> = Promise.resolve();
  const changing = (make: () => Change, { actor, correlation }: AdminContext) => {
    const done = last.then(async () => {
      const { what, config: next, write } = make();
      for (const { path, value } of what) {
        const target = printable(`${path} = ${value}`, LIMITS.ledgerNameChars).slice(1, -1);
        const fields = { action: 'settings.change', target, correlation };
        await ledger.record('master', { type: 'admin.action', actor, fields });
      }
      write();
      config.sources = next.sources;
      return shown();
    });
    last = done.catch(() => undefined);
    return done;
  };
  return {
    settings: async () => shown(),
    changeSettings: ({ revision, set }, context) => changing(() => changeSettings(paths, env, revision, set), context),
    setSource: ({ revision, prefix, options }, context) =>
      changing(() => changeSource(paths, env, revision, prefix, options), context),
    removeSource: ({ revision, prefix }, context) =>
      changing(() => changeSource(paths, env, revision, prefix, undefined), context),
  };
}

const ABOUT: Readonly<Record<string, string>> = {
  id: 'The organisation, as peers know it. Signed into the ledger at the first start.',
  org: 'Its name, shown to peers.',
  'listen.peer': 'Where peers connect.',
  'listen.enrol': 'Where an invited organisation enrols, while an invite is outstanding.',
  'listen.admin': 'This page, and the admin API.',
  advertise: 'The name or address that peers dial: HOST, or HOST:PORT.',
  'admin.tls.cert': 'Certificate of this page.',
  'admin.oidc.issuer': 'The provider that people sign in with.',
  'log.level': 'How much is logged.',
  'sink.folder': 'Where accepted data lands; relative to the home, or absolute.',
  'sink.format': 'How it is written, unless landing or the agreement says otherwise.',
  'sink.compression': 'Of the Parquet files that land.',
  'sink.rowGroupRows': 'Rows of a row group of the Parquet files.',
  landing: 'How some of it is written otherwise: the first entry that fits a delivery, by peer and dataset.',
  peers: 'How much is exchanged with peers, and when: the first entry that fits a peer.',
  wireCompression: 'Whether batches are compressed on the way; auto: where the link is found to be slow.',
  keepDelivered: 'last: batches of the last delivery stay, encrypted, so that the next sends only what changed.',
  'anchors.authority': 'A time-stamping authority (RFC 3161) that stamps the general ledger.',
  'anchors.witness': 'A peer that bears witness to the general ledger.',
  'anchors.everyMs': 'How often a time-stamp is asked for.',
  'limits.heartbeatMs': 'How often each peer is asked whether it is there, and heads are exchanged.',
  'limits.callTimeoutMs': 'How long a peer may take to answer a call.',
  'limits.streams': 'Data streams at once with all peers, each way.',
  'limits.streamsPerPeer': 'Transfers under way with one peer at a time.',
  'limits.batchesUnacknowledged': 'Batches sent ahead of what the other side has acknowledged.',
  'limits.acknowledgeBatches': 'Batches after which the receiver acknowledges.',
  'limits.transferTries': 'Tries of an interrupted transfer before it fails.',
  'limits.transferIdleMs': 'How long a parked transfer waits for its peer.',
  'limits.batchTargetBytes': 'Size that batches of new versions are cut to.',
  'limits.batchTargetRows': 'Rows that they are cut to at most.',
};
