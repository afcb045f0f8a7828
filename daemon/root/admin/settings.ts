import { type Config, formatAddress } from '../../config/index.js';
import type { AdminService } from '../../edge/index.js';
import { LIMITS } from '../../foundation/index.js';

type Settings = Awaited<ReturnType<AdminService['gateway']['settings']>>;

/** What config.yaml says. Options of sources are told by name only: any of them may be a secret. */
export function settings(config: Config): Settings {
  const entry = (path: string, value: string, about: string) => ({ path, value, about });
  const { listen, advertise, adminTls, pki, sources } = config;
  const address = (at: Parameters<typeof formatAddress>[0] | null) => (at === null ? 'none' : formatAddress(at));
  const dialled =
    advertise === null ? 'none' : `${advertise.host}${advertise.port === undefined ? '' : `:${advertise.port}`}`;
  return {
    file: config.paths.config,
    entries: [
      entry('id', config.id, 'The organisation, as peers know it. Signed into the ledger at the first start.'),
      entry('org', config.org, 'Its name, shown to peers.'),
      entry('listen.peer', address(listen.peer), 'Where peers connect.'),
      entry(
        'listen.enrol',
        address(listen.enrol),
        'Where an invited organisation enrols, while an invite is outstanding.',
      ),
      entry('listen.admin', address(listen.admin), 'This page, and the admin API.'),
      entry('advertise', dialled, 'What peers dial.'),
      entry('admin.tls', adminTls?.cert ?? 'none: loopback only', 'Certificate of this page.'),
      entry('pki', pki?.certificate ?? 'its own certificate authority', 'Certificates for the connections to peers.'),
      entry('sink.folder', config.sinkFolder, 'Where accepted data lands.'),
      entry('sink.format', config.sink.format, 'How it is written, unless landing or the agreement says otherwise.'),
      ...config.landing.map(({ peer, dataset, ...written }, at) =>
        entry(
          `landing.${at}`,
          [...Object.entries(written)].map(([name, value]) => `${name} ${String(value)}`).join(', '),
          `How ${dataset ?? 'what'} from ${peer ?? 'any peer'} is written.`,
        ),
      ),
      entry('log.level', config.logLevel, 'How much is logged.'),
      ...sources.map(({ prefix, options }) =>
        entry(
          `sources ${prefix}`,
          Object.keys(options).join(', ') || 'no options',
          'How these sources are reached. Values are not shown.',
        ),
      ),
    ],
    limits: Object.entries(config.limits).map(([name, value]) => ({
      ...{ name, value },
      preset: LIMITS[name as keyof typeof LIMITS] ?? value,
    })),
    warnings: [...config.warnings],
  };
}
