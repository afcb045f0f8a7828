import { type Logger, pino } from 'pino';

/** Field names that hold secrets, or values of a dataset: never written. */
const SECRET_FIELDS = [
  'token',
  'secret',
  'password',
  'key',
  'privateKey',
  'authorization',
  'invite',
  'value',
  'values',
  'sample',
];

const REDACTED = SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

export type Log = Logger;

/** Structured log on stderr, one JSON object a line. Secrets and dataset values are replaced by their field's name. */
export function createLog(options: { level: string; id: string }): Log {
  return pino(
    {
      level: options.level,
      base: { gateway: options.id },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: REDACTED, censor: '[redacted]' },
      serializers: { err: pino.stdSerializers.err },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}

/** A log that keeps nothing, for tests and one-shot commands. */
export const silentLog: Log = pino({ level: 'silent' });
