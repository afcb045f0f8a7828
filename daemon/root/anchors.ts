import type { Config } from '../config/index.js';
import { type Clock, CounterfoilError, LIMITS, type Log, type OrgId, utf8 } from '../foundation/index.js';
import { openTimestamp, timestampRequest } from '../identity/index.js';
import type { Ledger } from '../ledger/index.js';

/** From this part of the age that is allowed on, operators are warned. */
const WARN_FROM = 0.7;

interface Parts {
  config: Config['anchors'];
  ledger: Ledger;
  clock: Clock;
  log: Log;
  /** Exchanges heads with a peer. Rejects where it cannot be reached. */
  exchange(peer: OrgId): Promise<void>;
}

type Warning = { code: string; message: string; hint?: string };

/** An anchor that has an age it must not pass. */
interface Policy {
  what: string;
  most: number;
  /** When it was given last; undefined when never. */
  at: number | undefined;
}

/**
 * Keeps the master log anchored: asks a time-stamping authority for tokens and a witness for cosignatures, at intervals
 * and never on the way of an exchange. Where the policies of config.yaml ask for it, an anchor that is too old stops
 * exchange.
 */
export class Anchors {
  readonly #parts: Parts;
  readonly #begun: number;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #failure: Warning | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#begun = parts.clock.now();
  }

  start(): void {
    const { config } = this.#parts;
    if (config.authority === undefined && config.witness === undefined) return;
    // Looks more often than it anchors, so that a failure does not cost a whole interval.
    this.#timer = setInterval(() => void this.renew(), Math.max(1000, config.everyMs / 10)).unref();
    void this.renew();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Asks for what is due; with `now`, for all there is. Failures are warned about and tried again. */
  renew({ now = false }: { now?: boolean } = {}): Promise<void> {
    this.#running ??= this.#renew(now).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #renew(now: boolean): Promise<void> {
    const { config, ledger, clock, log } = this.#parts;
    const isDue = (at: number | undefined) => now || at === undefined || clock.now() - at >= config.everyMs;
    try {
      if (config.witness !== undefined && isDue(ledger.anchors.witnessed(config.witness)?.at)) {
        await this.#parts.exchange(config.witness);
        await ledger.anchors.recordWitness(config.witness);
      }
      if (config.authority !== undefined && isDue(ledger.anchors.stamped()?.at)) await this.#stamp(config.authority);
      this.#failure = undefined;
    } catch (error) {
      const { code, message, hint } = CounterfoilError.from(error);
      this.#failure = { code, message: `The ledger could not be anchored: ${message}`, hint };
      log.warn({ err: error }, 'the ledger could not be anchored');
    }
  }

  async #stamp(authority: string): Promise<void> {
    const { ledger, config } = this.#parts;
    const head = ledger.anchors.masterHead();
    const data = utf8(head.note);
    const { der, nonce } = timestampRequest(data);
    const response = await post(authority, der);
    await ledger.anchors.keep(head, await openTimestamp(response, { data, nonce, anchors: config.authorityCa }));
  }

  /** Refuses an exchange with a peer while an anchor is older than the policies allow. `anchor.stale`. */
  mayExchange(peer: OrgId): void {
    for (const { what, most, at } of this.#policies([peer])) {
      if (this.#age(at) > most)
        throw new CounterfoilError('anchor.stale', `${what} is older than the ${describe(most)} that is allowed.`);
    }
  }

  /** What operators should know: anchors that cannot be had, and those that near their age or have passed it. */
  warnings(peers: readonly OrgId[]): Warning[] {
    const aged = this.#policies(peers)
      .filter(({ most, at }) => this.#age(at) > most * WARN_FROM)
      .map(({ what, most, at }) => ({
        code: 'anchor.stale',
        message:
          this.#age(at) > most
            ? `${what} is older than the ${describe(most)} that is allowed: nothing is exchanged.`
            : `${what} is ${describe(this.#age(at))} old; after ${describe(most)} nothing is exchanged.`,
      }));
    return [...(this.#failure === undefined ? [] : [this.#failure]), ...aged];
  }

  #policies(peers: readonly OrgId[]): Policy[] {
    const { config, ledger } = this.#parts;
    const { authorityAgeMs, witnessAgeMs, peerAgeMs, witness } = config;
    const policies: Policy[] = [];
    if (authorityAgeMs !== undefined)
      policies.push({
        what: 'The time-stamp of the ledger',
        most: authorityAgeMs,
        at: ledger.anchors.stamped()?.at,
      });
    if (witnessAgeMs !== undefined && witness !== undefined)
      policies.push({
        what: `The cosignature of the witness ${witness}`,
        most: witnessAgeMs,
        at: ledger.anchors.cosigned(witness, 'master')?.at,
      });
    if (peerAgeMs !== undefined)
      for (const peer of peers)
        policies.push({
          what: `The cosignature of ${peer}`,
          most: peerAgeMs,
          at: ledger.anchors.cosigned(peer, 'channel')?.at,
        });
    return policies;
  }

  /** What was never given counts from the start of this process. */
  #age(at: number | undefined): number {
    return this.#parts.clock.now() - (at ?? this.#begun);
  }
}

async function post(authority: string, der: Uint8Array): Promise<Uint8Array> {
  try {
    const response = await fetch(authority, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query' },
      body: Buffer.from(der),
      redirect: 'error',
      signal: AbortSignal.timeout(LIMITS.timestampTimeoutMs),
    });
    if (!response.ok) throw new CounterfoilError('anchor.failed', `${authority} answers with ${response.status}.`);
    return await bounded(response);
  } catch (cause) {
    if (cause instanceof CounterfoilError) throw cause;
    throw new CounterfoilError('anchor.failed', `${authority} does not answer.`, { cause });
  }
}

async function bounded({ body, url }: Response): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += piece.length;
    if (size > LIMITS.timestampBytes)
      throw new CounterfoilError('anchor.failed', `${url} answers with more than a time-stamp.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** A length of time in the largest unit that fits. */
function describe(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} seconds`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3600)} hours`;
}
