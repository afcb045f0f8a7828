import { readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { isMap, LineCounter, parseDocument } from 'yaml';
import { CounterfoilError, type OrgId } from '../foundation/index.js';
import { type Address, formatAddress, isLoopback } from './address.js';
import { type Environment, type Override, overridesOf, processEnvironment } from './env.js';
import { configError, fault, type Parsed, schemaFaults, syntaxFaults } from './faults.js';
import { type HomePaths, homePaths } from './home.js';
import { resolvedOidc } from './oidc.js';
import { type ConfigFile, configFile } from './schema.js';
import { secretOf } from './secret.js';

/** All settings of a gateway, parsed once. Paths are absolute, secrets resolved. */
export interface Config {
  paths: HomePaths;
  id: OrgId;
  org: string;
  /** Null: this gateway cannot be dialled. */
  listen: { peer: Address | null; enrol: Address | null; admin: Address };
  /** What peers dial; without a port, the one listened on. Null: this gateway cannot be dialled. */
  advertise: { host: string; port?: number } | null;
  adminTls: { cert: string; key: string } | undefined;
  /** Signing in with OpenID Connect. */
  oidc: ReturnType<typeof resolvedOidc> | undefined;
  /** PEM files of the organisation's own PKI instead of the gateway's CA. */
  pki: { ca: string; certificate: string; key: string } | undefined;
  logLevel: string;
  /** Folder of the default sink. */
  sinkFolder: string;
  /** How deliveries are written; the first entry of `landing` that fits comes before what `sink` says. */
  sink: Omit<ConfigFile['sink'], 'folder'>;
  landing: ConfigFile['landing'];
  /** How to reach sources: the entry with the longest prefix of an address applies. */
  sources: readonly { prefix: string; options: Readonly<Record<string, string>> }[];
  /** Validation code of this organisation, by name; paths are absolute. */
  hooks: Readonly<Record<string, HookConfig>>;
  /** Third parties that bear witness to the ledger; `authorityCa` as PEM. */
  anchors: ConfigFile['anchors'];
  /** How much is exchanged with peers, and when: the first entry that fits applies. */
  peers: ConfigFile['peers'];
  wireCompression: ConfigFile['wireCompression'];
  /** Keep the batches of the last delivery under each agreement. */
  keepDelivered: boolean;
  limits: ConfigFile['limits'];
  /** Not wrong, but worth telling: logged at start, shown by doctor. */
  warnings: readonly string[];
}

/** A hook: a module or a command, and what it is allowed. */
type HookConfig = ConfigFile['hooks'][string];

/** Reads config.yaml of a home. `config.missing`, or `config.invalid` with every fault of it. */
export function loadConfig(home: string, env: Environment = processEnvironment()): Config {
  const paths = homePaths(home);
  return configOf(paths, readConfig(paths), env);
}

/** What a text of config.yaml comes to. `config.invalid` with every fault of it. */
export function configOf(paths: HomePaths, text: string, env: Environment): Config {
  const { overrides, warnings } = overridesOf(env);
  const parsed = parse(text, overrides);
  if (parsed.document.errors.length > 0) throw configError(paths.config, syntaxFaults(parsed));

  const result = configFile.safeParse(withOverrides(parsed), { reportInput: true });
  if (!result.success) throw configError(paths.config, schemaFaults(parsed, result.error.issues));
  const file = result.data;
  const clashes = [...addressFaults(file), ...missingSecrets(file, env), ...anchorFaults(file)];
  if (clashes.length > 0)
    throw configError(
      paths.config,
      clashes.map(([path, message]) => fault(parsed, path, message)),
    );
  return resolved(file, paths, env, warnings);
}

/** How an address is reached: the options of the `sources` entry with the longest prefix of it; undefined when none is. */
export function sourceAccess({ sources }: Config, uri: string): Readonly<Record<string, string>> | undefined {
  const matching = sources.filter(({ prefix }) => uri.startsWith(prefix));
  return matching.sort((a, b) => b.prefix.length - a.prefix.length)[0]?.options;
}

/** How a delivery of a dataset by a peer is written, as config.yaml says. */
export function landingOf({ sink, landing }: Config, from: string, of: string) {
  const {
    peer: _,
    dataset: __,
    ...entry
  } = landing.find(({ peer, dataset }) => (peer ?? from) === from && (dataset ?? of) === of) ?? {};
  const { format, compression, rowGroupRows, partitionBy } = { ...sink, partitionBy: [], ...entry };
  return { format, compression, rowGroupRows: rowGroupRows ?? null, partitionBy };
}

/** How much is exchanged with a peer, and when. */
export function paceOf({ peers, limits }: Config, id: string) {
  const entry = peers.find(({ peer }) => (peer ?? id) === id);
  return {
    streams: entry?.streams ?? limits.streamsPerPeer,
    sendBytesPerSecond: entry?.sendBytesPerSecond ?? null,
    receiveBytesPerSecond: entry?.receiveBytesPerSecond ?? null,
    windows: entry?.windows ?? [],
  };
}

export function readConfig(paths: HomePaths): string {
  try {
    return readFileSync(paths.config, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EACCES' || code === 'EPERM')
      throw new CounterfoilError('config.permissions', `${paths.config} cannot be read by this user.`, {
        hint: 'Run as the user that owns the home folder.',
        cause: error,
      });
    throw new CounterfoilError('config.missing', `There is no gateway in ${paths.root}: config.yaml is missing.`, {
      cause: error,
    });
  }
}

export function parse(text: string, overrides: readonly Override[]): Parsed {
  const lines = new LineCounter();
  return { document: parseDocument(text, { lineCounter: lines, prettyErrors: true }), lines, overrides };
}

function withOverrides({ document, overrides }: Parsed): unknown {
  if (document.contents !== null && !isMap(document.contents)) return document.toJS();
  const merged = document.clone();
  for (const { path, value } of overrides) {
    if (path.every((_, depth) => depth === 0 || isSection(merged.getIn(path.slice(0, depth), true))))
      merged.setIn(path, value);
  }
  return merged.toJS() ?? {};
}

const isSection = (node: unknown): boolean => node === undefined || isMap(node);

type Clash = [path: string[], message: string];

function addressFaults({ listen, admin }: ConfigFile): Clash[] {
  const clashes: Clash[] = [];
  if (!isLoopback(listen.admin.host) && admin.tls === undefined)
    clashes.push([
      ['listen', 'admin'],
      'can be reached from other machines: listen on 127.0.0.1, or give admin.tls a certificate and key.',
    ]);
  const used = new Map<string, string>();
  for (const [name, address] of Object.entries(listen)) {
    if (address === null || address.port === 0) continue;
    const key = formatAddress(address);
    const other = used.get(key);
    if (other !== undefined)
      clashes.push([['listen', name], `is the same address as listen.${other}. Change one port.`]);
    used.set(key, name);
  }
  return clashes;
}

/** An age can only be asked of an anchor that there is. */
function anchorFaults({ anchors, id }: ConfigFile): Clash[] {
  const clashes: Clash[] = [];
  const need = (entry: string, other: string) =>
    clashes.push([['anchors', entry], `needs anchors.${other}, which is not set.`]);
  if (anchors.authorityAgeMs !== undefined && anchors.authority === undefined) need('authorityAgeMs', 'authority');
  if (anchors.authorityCa !== undefined && anchors.authority === undefined) need('authorityCa', 'authority');
  if (anchors.witnessAgeMs !== undefined && anchors.witness === undefined) need('witnessAgeMs', 'witness');
  if (anchors.witness === id) clashes.push([['anchors', 'witness'], 'is this organisation itself.']);
  return clashes;
}

function missingSecrets({ sources }: ConfigFile, env: Environment): Clash[] {
  return sources.flatMap((source, index) =>
    Object.entries(source.options).flatMap(([name, value]): Clash[] =>
      typeof value === 'string' || 'file' in value || env[value.env] !== undefined
        ? []
        : [
            [
              ['sources', String(index), 'options', name],
              `refers to the environment variable ${value.env}, which is not set.`,
            ],
          ],
    ),
  );
}

function resolved(file: ConfigFile, paths: HomePaths, env: Environment, warnings: readonly string[]): Config {
  const absolute = (path: string) => (isAbsolute(path) ? path : join(paths.root, path));
  const tls = file.admin.tls && { cert: absolute(file.admin.tls.cert), key: absolute(file.admin.tls.key) };
  const pki = file.pki && {
    ca: absolute(file.pki.ca),
    certificate: absolute(file.pki.certificate),
    key: absolute(file.pki.key),
  };
  if (tls !== undefined) refuseReadableKey('admin.tls.key', tls.key);
  if (pki !== undefined) refuseReadableKey('pki.key', pki.key);
  return {
    paths,
    id: file.id,
    org: file.org,
    listen: file.listen,
    advertise: advertised(file),
    adminTls: tls,
    oidc: file.admin.oidc && resolvedOidc(file.admin.oidc, env, absolute),
    pki,
    logLevel: file.log.level,
    sinkFolder: absolute(file.sink.folder),
    sink: { ...file.sink },
    landing: file.landing,
    peers: file.peers,
    sources: file.sources.map(({ prefix, options }) => ({
      prefix,
      options: Object.fromEntries(
        Object.entries(options).map(([name, value]) => [
          name,
          typeof value === 'string' ? value : secretOf(`sources ${prefix} ${name}`, value, env, absolute),
        ]),
      ),
    })),
    hooks: Object.fromEntries(
      Object.entries(file.hooks).map(([name, hook]) => [name, resolvedHook(name, hook, paths, absolute)]),
    ),
    anchors: withCertificates(file.anchors, absolute),
    wireCompression: file.wireCompression,
    keepDelivered: file.keepDelivered === 'last',
    limits: file.limits,
    warnings,
  };
}

function advertised({ listen, advertise }: ConfigFile): Config['advertise'] {
  if (listen.peer === null) return null;
  const { host } = listen.peer;
  return advertise ?? { host: host === '0.0.0.0' || host === '::' ? hostname() : host };
}

function resolvedHook(
  name: string,
  { module, command, ...bounds }: HookConfig,
  paths: HomePaths,
  absolute: (path: string) => string,
): HookConfig {
  const path = absolute(module ?? command![0]!);
  const entry = `hooks.${name}.${module === undefined ? 'command' : 'module'}`;
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) throw new CounterfoilError('config.invalid', `${entry}: there is no file ${path}.`);
  if ((mode & 0o022) !== 0)
    throw new CounterfoilError('config.permissions', `${path} (${entry}) can be changed by others.`, {
      hint: `Run: chmod go-w ${path}`,
    });
  if (path.startsWith(`${paths.root}/`) && !path.startsWith(`${join(paths.root, 'hooks')}/`))
    throw new CounterfoilError(
      'config.invalid',
      `${entry}: a hook cannot see the home of the gateway. Put it into ${join(paths.root, 'hooks')}, or elsewhere.`,
    );
  return { ...bounds, ...(module === undefined ? { command: [path, ...command!.slice(1)] } : { module: path }) };
}

/** Reads the certificates of the time-stamping authority. `config.invalid` where there are none. */
function withCertificates(anchors: ConfigFile['anchors'], absolute: (path: string) => string): ConfigFile['anchors'] {
  if (anchors.authorityCa === undefined) return anchors;
  const path = absolute(anchors.authorityCa);
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CounterfoilError('config.invalid', `anchors.authorityCa: ${path} cannot be read.`, { cause });
  }
  if (!pem.includes('-----BEGIN CERTIFICATE-----'))
    throw new CounterfoilError('config.invalid', `anchors.authorityCa: ${path} holds no PEM certificate.`);
  return { ...anchors, authorityCa: pem };
}

/** A key that others on this machine can read is not a key. */
function refuseReadableKey(entry: string, path: string): void {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) throw new CounterfoilError('config.invalid', `${entry}: there is no file ${path}.`);
  if ((mode & 0o077) !== 0)
    throw new CounterfoilError(
      'config.permissions',
      `${path} can be read by others (mode ${(mode & 0o777).toString(8)}).`,
      { hint: `Run: chmod 600 ${path}` },
    );
}
