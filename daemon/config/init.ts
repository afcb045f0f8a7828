import { existsSync, rmSync } from 'node:fs';
import { stringify } from 'yaml';
import { CounterfoilError, privateFolder, writeFileAtomic } from '../foundation/index.js';
import { parseAddress } from './address.js';
import { type HomePaths, homePaths } from './home.js';
import { configFile } from './schema.js';

/** What `init` asks for. Addresses are HOST:PORT; `listen` and `enrol` may be `none`. */
export interface InitOptions {
  id: string;
  org: string;
  listen?: string;
  enrol?: string;
  advertise?: string;
  admin?: string;
}

const FLAGS: Record<string, string> = {
  id: '--id',
  org: '--org',
  'listen.peer': '--listen',
  'listen.enrol': '--enrol',
  'listen.admin': '--admin',
  advertise: '--advertise',
};

/**
 * Makes the home folder with a commented config.yaml. `home.exists` when a gateway lives there, `input.invalid` when
 * an option is wrong; then nothing is left behind. The keys are made by `Identity.create` afterwards.
 */
export function initHome(home: string, options: InitOptions): HomePaths {
  const paths = homePaths(home);
  for (const there of [paths.config, paths.keys, paths.gatewayDb, paths.ledgerDb]) {
    if (existsSync(there))
      throw new CounterfoilError('home.exists', `There is a gateway in ${paths.root} already: ${there} exists.`);
  }
  const all = withPorts(options);
  refuseWrong(all);
  privateFolder(paths.root);
  for (const folder of [paths.keys, paths.store, paths.quarantine, paths.landing]) privateFolder(folder);
  writeFileAtomic(paths.config, configText(all));
  return paths;
}

/** Takes back what `initHome` made, when the rest of `init` fails. */
export function undoInit(paths: HomePaths): void {
  for (const path of [paths.config, paths.keys, paths.store, paths.quarantine, paths.landing])
    rmSync(path, { recursive: true, force: true });
}

/** The other two addresses follow the first: one and two ports above it, free ones where it is, none with none. */
function withPorts(options: InitOptions): Required<Omit<InitOptions, 'advertise'>> & { advertise?: string } {
  const listen = options.listen ?? '0.0.0.0:7443';
  const base = parseAddress(listen);
  const host = listen.slice(0, listen.lastIndexOf(':'));
  const above = (ports: number) => (base === undefined ? 7443 + ports : base.port === 0 ? 0 : base.port + ports);
  return {
    ...options,
    listen,
    enrol: options.enrol ?? (listen === 'none' ? 'none' : `${base === undefined ? '0.0.0.0' : host}:${above(1)}`),
    admin: options.admin ?? `127.0.0.1:${above(2)}`,
  };
}

function refuseWrong({ id, org, listen, enrol, admin, advertise }: InitOptions): void {
  const result = configFile.safeParse({ id, org, listen: { peer: listen, enrol, admin }, advertise });
  if (result.success) return;
  const faults = result.error.issues.map((issue) => `${FLAGS[issue.path.join('.')] ?? '?'} ${issue.message}`);
  throw new CounterfoilError('input.invalid', `${faults.join('; ')}.`, { hint: 'See "counterfoil init --help".' });
}

const configText = (options: ReturnType<typeof withPorts>): string => `\
# A Counterfoil gateway. docs/OPERATOR.md describes each entry; every one of them can be overridden by an
# environment variable, such as COUNTERFOIL_LOG_LEVEL for log.level. Restart the gateway after a change.

# The organisation, as peers know it. Signed into the ledger at the first start: do not change it afterwards.
id: ${value(options.id)}
org: ${value(options.org)}

listen:
  # Where peers connect with their certificates. "none": this gateway dials its peers and cannot be dialled.
  peer: ${value(options.listen)}
  # Where an invited organisation enrols. Open only while an invite is outstanding. "none": exchanged texts only.
  enrol: ${value(options.enrol)}
  # The admin API. Another address than loopback needs admin.tls.
  admin: ${value(options.admin)}

# The name or address under which peers reach this gateway, written into invites: HOST, or HOST:PORT behind a
# forwarded port. Without it: the address of listen.peer, or this machine's name.
${options.advertise === undefined ? '# advertise: gateway.example.org' : `advertise: ${value(options.advertise)}`}

log:
  # trace, debug, info, warn, error or silent. One JSON object a line on stderr.
  level: info

sink:
  # Where accepted data lands. Relative to this folder, or absolute.
  folder: landing
  # Of the Parquet files: snappy (fast), zstd (a third smaller), uncompressed.
  compression: snappy
  # parquet, arrow or csv; what a format cannot hold exactly is refused before it is sent.
  # format: parquet

# Where some of it is to be written otherwise. The first entry that fits a delivery applies.
# landing:
#   - { peer: acme.example, dataset: flights, format: parquet, partitionBy: [origin], compression: zstd }
#   - { peer: acme.example, format: csv }

# Whether batches are compressed on the way: auto (where the link is found to be slow), always or never.
# wireCompression: auto

# The batches of the last delivery under each agreement are kept, encrypted, so that the next version sends only changed
# rows. They take as much room as the rows without compression: none saves it, and each version is sent whole.
# keepDelivered: last

# PEM files of your own PKI, instead of the CA that this gateway has made for itself.
# pki: { ca: /etc/pki/ca.pem, certificate: /etc/pki/gateway.pem, key: /etc/pki/gateway.key }

# How much is exchanged with peers, and when. The first entry that fits a peer applies; without "peer", all others.
# peers:
#   - peer: vendor.example
#     sendBytesPerSecond: 10000000
#     windows: ["20:00-06:00 Europe/Amsterdam", "sat,sun 00:00-24:00 Europe/Amsterdam"]

# How sources are reached. The entry with the longest matching prefix applies. Secrets are named, not written here.
# sources:
#   - prefix: s3://bucket/
#     options:
#       region: eu-west-1
#       access_key_id: { env: BUCKET_KEY_ID }
#       secret_access_key: { env: BUCKET_KEY }

# Validation code of your own, which rules of a contract can name. docs/HOOKS.md shows how it is written.
# hooks:
#   no-gaps: { module: /etc/counterfoil/hooks/no-gaps.mjs }
#   plausible: { command: [/etc/counterfoil/hooks/plausible.py, --fast], timeoutMs: 60000 }

# Bounds that can be changed; docs/LIMITS.md has all of them.
# limits:
#   streamsPerPeer: 8
`;

const value = (text: string): string => stringify(text, { lineWidth: 0, blockQuote: false }).trimEnd();
