/** The one source of time, so that tests can set it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** RFC 3339 UTC with milliseconds: the form of every time in ledgers, manifests and JSON output. */
export const rfc3339 = (ms: number): string => new Date(ms).toISOString();
