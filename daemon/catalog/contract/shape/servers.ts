import { z } from 'zod';
import { customProperties, described, only, optionalText, relay, text } from './parts.js';

export const roles = z
  .array(
    only({
      ...described,
      role: text,
      access: optionalText,
      firstLevelApprovers: optionalText,
      secondLevelApprovers: optionalText,
      customProperties,
    }),
  )
  .optional();

/** What each type of server is reached by; a star after what must be given. */
const TYPES: Record<string, string> = {
  api: 'location*',
  athena: 'schema* stagingDir catalog regionName workgroup',
  azure: 'location* format* delimiter encoding',
  bigquery: 'project* dataset*',
  btrieve: 'host* database* port',
  clickhouse: 'host* port* database*',
  cloudsql: 'host* port* database* schema*',
  custom:
    'account catalog database dataset delimiter endpointUrl format encoding host location path port project region regionName schema serviceName stagingDir stream warehouse',
  databricks: 'catalog* schema* host',
  db2: 'host* port* database* schema',
  denodo: 'host* port* database',
  dremio: 'host* port* schema',
  duckdb: 'database* schema',
  exasol: 'host* port schema',
  fastobjects: 'database* host port',
  glue: 'account* database* location format encoding',
  hana: 'host* port database schema',
  hive: 'host* database* port',
  iceberg: 'catalog* catalogUrl* namespace warehouse',
  impala: 'host* database* port',
  informix: 'host* database* port',
  ingres: 'database* host* port',
  kafka: 'host* format encoding',
  kinesis: 'region format encoding',
  local: 'path* format* encoding',
  mysql: 'host* port* database*',
  oracle: 'host* port* serviceName*',
  poet: 'database* host port',
  postgres: 'host* port* database* schema*',
  postgresql: 'host* port* database* schema*',
  presto: 'host* catalog schema',
  pubsub: 'project*',
  redshift: 'database* schema* host region account',
  s3: 'location* endpointUrl format delimiter encoding',
  sftp: 'location* format delimiter encoding',
  snowflake: 'account* database* schema* host port warehouse',
  sqlserver: 'host* database* schema* port',
  synapse: 'host* port* database*',
  teradata: 'host* port database',
  trino: 'host* port* catalog* schema*',
  vectorwise: 'database* host* port',
  versant: 'database* host port',
  vertica: 'host* port* database* schema*',
  zen: 'host* database* port',
};

const common = {
  ...described,
  server: text,
  type: z.enum(Object.keys(TYPES) as [string, ...string[]]),
  environment: optionalText,
  roles,
  customProperties,
};

const port = z.union([z.int(), text], {
  error: ({ input }) => (input === undefined ? 'is missing' : 'is a port: a whole number'),
});

/** By type: the entries such a server has. */
const SHAPES = new Map(
  Object.entries(TYPES).map(([type, entries]) => {
    const own = entries.split(' ').map((entry) => {
      const key = entry.replace('*', '');
      const value = key === 'port' ? port : text;
      return [key, entry.endsWith('*') ? value : value.optional()] as const;
    });
    return [type, only({ ...common, ...Object.fromEntries(own) })] as const;
  }),
);

/** Where the data of a contract is; kept and written again, not connected to. */
export const servers = z
  .array(
    z.looseObject(common).superRefine((server, context) => {
      relay(SHAPES.get(server.type)!, server, context);
    }),
  )
  .optional();
