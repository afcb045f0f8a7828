import { z } from 'zod';
import { isReadableName, LIMITS, type OrgId, orgId } from '../foundation/index.js';
import { type Address, parseAddress } from './address.js';
import { oidc } from './oidc.js';
import { timeWindow } from './windows.js';

const address = z.string().transform((text, context): Address => {
  const parsed = parseAddress(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: 'must be HOST:PORT, such as 127.0.0.1:7443 or [::1]:7443' });
  return z.NEVER;
});

const addressOrNone = z.union([z.literal('none').transform(() => null), address], {
  error: 'must be HOST:PORT, such as 0.0.0.0:7443, or none',
});

/** A name or an address that peers dial, with a port where it differs from the one listened on. */
const advertised = z.string().transform((text, context): { host: string; port?: number } => {
  if (/^[A-Za-z0-9._-]+$/.test(text) || /^[0-9A-Fa-f:]+:[0-9A-Fa-f:]*$/.test(text)) {
    const parsed = parseAddress(text);
    return parsed ?? { host: text };
  }
  const parsed = parseAddress(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: 'must be a host name or address, or HOST:PORT' });
  return z.NEVER;
});

const id = z.string().transform((text, context): OrgId => {
  try {
    return orgId(text);
  } catch {
    const message = 'is not an organisation id: use lower-case letters, digits, hyphens and dots, as in acme.example';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }
});

/** Options of a connector whose names say that they are secrets: never written into the file itself. */
export const SECRET_OPTION = /secret|password|token|credential|key/i;

const sourceAccess = z.strictObject({
  prefix: z.string().min(1),
  options: z.record(
    z.string(),
    z.union(
      [
        z.string(),
        z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/) }),
        z.strictObject({ file: z.string().min(1) }),
      ],
      { error: 'must be a text, {env: NAME} for an environment variable, or {file: PATH} for what a file holds' },
    ),
  ),
});

const hook = z
  .strictObject({
    module: z.string().min(1).optional(),
    command: z.array(z.string().min(1)).min(1).max(100).optional(),
    timeoutMs: z
      .int()
      .min(100)
      .max(24 * 3600_000)
      .default(LIMITS.hookMs),
    memoryBytes: z
      .int()
      .min(32 * 1024 * 1024)
      .max(1024 ** 4)
      .default(LIMITS.hookMemoryBytes),
    isolate: z.boolean().default(true),
    network: z.boolean().default(false),
  })
  .refine(({ module, command }) => (module === undefined) !== (command === undefined), {
    message: 'must have either module (a JavaScript file) or command (an executable and its arguments)',
  });

/** How accepted data is written: of all deliveries under `sink`, of some under `landing`. */
const written = {
  format: z.enum(['parquet', 'arrow', 'csv']),
  compression: z.enum(['snappy', 'zstd', 'uncompressed']),
  rowGroupRows: z.int().min(LIMITS.rowGroupRowsLeast).max(LIMITS.rowGroupRowsMost),
};

const landing = z
  .strictObject({
    peer: id.optional(),
    dataset: z.string().min(1).max(LIMITS.datasetNameChars).optional(),
    format: written.format.optional(),
    compression: written.compression.optional(),
    rowGroupRows: written.rowGroupRows.optional(),
    partitionBy: z
      .array(z.string().min(1).max(LIMITS.partitionNameChars))
      .max(LIMITS.partitionColumns)
      .refine((names) => new Set(names).size === names.length, { error: 'must name each column once' })
      .optional(),
  })
  .superRefine((entry, context) => {
    if (entry.format === undefined || entry.format === 'parquet') return;
    for (const path of ['compression', 'rowGroupRows'] as const)
      if (entry[path] !== undefined)
        context.addIssue({
          code: 'custom',
          path: [path],
          message: `is of Parquet alone, and the format is ${entry.format}`,
        });
  });

const bounded = (least: number, most: number, preset: number) => z.int().min(least).max(most).default(preset);

/** How much is exchanged with one peer, and when; without `peer`, with all that no entry before it names. */
const pace = z.strictObject({
  peer: id.optional(),
  streams: z.int().min(1).max(64).optional(),
  sendBytesPerSecond: z.int().min(LIMITS.bandwidthLeastBytes).max(1e12).optional(),
  receiveBytesPerSecond: z.int().min(LIMITS.bandwidthLeastBytes).max(1e12).optional(),
  windows: z.array(timeWindow).max(LIMITS.windowsPerPeer).default([]),
});

const age = z
  .int()
  .min(1000)
  .max(365 * 24 * 3600_000);

/** config.yaml as written. docs/OPERATOR.md describes each entry. */
export const configFile = z.strictObject({
  id,
  org: z.string().refine((text) => isReadableName(text, LIMITS.orgNameChars), {
    error: `must be a name of one line, of 1 to ${LIMITS.orgNameChars} characters`,
  }),
  listen: z
    .strictObject({
      peer: addressOrNone.prefault('0.0.0.0:7443'),
      enrol: addressOrNone.prefault('0.0.0.0:7444'),
      admin: address.prefault('127.0.0.1:7445'),
    })
    .prefault({}),
  advertise: advertised.optional(),
  admin: z
    .strictObject({
      tls: z.strictObject({ cert: z.string().min(1), key: z.string().min(1) }).optional(),
      oidc: oidc.optional(),
    })
    .prefault({}),
  pki: z.strictObject({ ca: z.string().min(1), certificate: z.string().min(1), key: z.string().min(1) }).optional(),
  log: z
    .strictObject({ level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info') })
    .prefault({}),
  sink: z
    .strictObject({
      folder: z.string().min(1).default('landing'),
      format: written.format.default('parquet'),
      compression: written.compression.default('snappy'),
      rowGroupRows: written.rowGroupRows.optional(),
    })
    .prefault({}),
  landing: z
    .array(landing)
    .default([])
    .superRefine((entries, context) => {
      entries.forEach((entry, index) => {
        const before = entries.findIndex(
          ({ peer, dataset }, at) =>
            at < index && (peer ?? entry.peer) === entry.peer && (dataset ?? entry.dataset) === entry.dataset,
        );
        if (before < 0) return;
        const message = `is never reached: landing.${before} fits all that it fits; put it first, or remove it`;
        context.addIssue({ code: 'custom', path: [index], message });
      });
    }),
  peers: z
    .array(pace)
    .default([])
    .superRefine((entries, context) => {
      entries.forEach((entry, index) => {
        const before = entries.findIndex(({ peer }, at) => at < index && (peer ?? entry.peer) === entry.peer);
        if (before < 0) return;
        const message = `is never reached: peers.${before} fits all that it fits; put it first, or remove it`;
        context.addIssue({ code: 'custom', path: [index], message });
      });
    }),
  wireCompression: z.enum(['auto', 'always', 'never']).default('auto'),
  keepDelivered: z.enum(['last', 'none']).default('last'),
  sources: z
    .array(sourceAccess)
    .default([])
    .superRefine((sources, context) => {
      sources.forEach((source, index) => {
        for (const [name, value] of Object.entries(source.options)) {
          if (typeof value !== 'string' || !SECRET_OPTION.test(name)) continue;
          const message = 'is a secret: write {env: NAME} or {file: PATH}, and put it there';
          context.addIssue({ code: 'custom', path: [index, 'options', name], message });
        }
      });
    }),
  hooks: z
    .record(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be lower-case letters, digits, - and _'), hook)
    .default({}),
  anchors: z
    .strictObject({
      authority: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional(),
      authorityCa: z.string().min(1).optional(),
      witness: id.optional(),
      everyMs: bounded(1000, 7 * 24 * 3600_000, LIMITS.anchorEveryMs),
      authorityAgeMs: age.optional(),
      witnessAgeMs: age.optional(),
      peerAgeMs: age.optional(),
    })
    .prefault({}),
  limits: z
    .strictObject({
      heartbeatMs: bounded(1000, 3600_000, LIMITS.heartbeatMs),
      callTimeoutMs: bounded(1000, 600_000, LIMITS.callTimeoutMs),
      streams: bounded(1, 256, LIMITS.streams),
      streamsPerPeer: bounded(1, 64, LIMITS.streamsPerPeer),
      batchesUnacknowledged: bounded(1, 1024, LIMITS.batchesUnacknowledged),
      acknowledgeBatches: bounded(1, 1024, LIMITS.acknowledgeBatches),
      transferTries: bounded(1, 1000, LIMITS.transferTries),
      transferIdleMs: bounded(60_000, 365 * 24 * 3600_000, LIMITS.transferIdleMs),
      batchTargetBytes: bounded(64 * 1024, 8 * 1024 * 1024, LIMITS.batchTargetBytes),
      batchTargetRows: bounded(1024, 4 * 1024 * 1024, LIMITS.batchTargetRows),
    })
    .prefault({}),
});

export type ConfigFile = z.output<typeof configFile>;
