import { decodeSchema, schemaJson, type ViewManifest } from '../../columnar/index.js';
import { CounterfoilError, canonicalJson, type ErrorBody, LIMITS } from '../../foundation/index.js';
import { type Before, type Beside, SideChecks } from '../beside/index.js';
import type { Report } from '../checks/index.js';
import type { JobContext } from '../jobs/index.js';
import { decodeMeta } from '../wire/index.js';
import type { HeldBefore } from './changed-rows.js';
import { Quarantine } from './quarantine.js';

export interface ReceiveParams {
  /** The quarantine file. */
  file: { path: string; id: string; key: Uint8Array };
  /** Batches that were acknowledged, and so have to be in it. */
  acknowledged: number;
  /** Batches between two acknowledgements. */
  every: number;
  view: ViewManifest;
  /** Column key by column name, hex. */
  columnKeys: Readonly<Record<string, string>>;
  /** What is held from a delivery before, where the provider may send changed rows alone. */
  heldBefore?: HeldBefore;
  rules: readonly unknown[];
  /** What rules look at beside the rows. */
  beside: Beside;
  now: number;
  tmp: string;
}

/** Emitted first, where anything is missing: the batches that the quarantine holds. The stream is to begin after them. */
export interface Held {
  held: number;
}

/** Emitted when everything so far is on the disk, and may be acknowledged. */
export interface Progress {
  batches: number;
  rows: number;
  bytes: number;
  /** RFC 6962 root over the leaves of the batches so far. */
  root: Uint8Array;
  /** Bytes of the messages that came for it since the last time this was emitted. */
  wire: number;
}

export interface Received {
  report: Report;
  /** For the rules that will compare the next version with this one. */
  left: Before;
  /** Rows that are not to land, as `encodeAside` writes them. */
  aside?: Uint8Array;
}

export interface WireItem {
  header: Uint8Array;
  metadata: Uint8Array;
  body: Uint8Array;
}

/** What the job is given: the messages of the stream, and last how it failed, if it did. */
export type Incoming =
  | { frame: WireItem }
  | {
      failed: ErrorBody;
      /** The stream was cut, and goes on another time: what has arrived is worth acknowledging. */
      keep: boolean;
    };

/**
 * Takes the batches of a signed view into quarantine: frames → limit → digest → quarantine → check. Each batch is held to
 * the commitments that came with it and to the signed row counts; at the end every root is held to the signed view.
 * Errors: `batch.invalid`, `batch.corrupt`, `schema.mismatch`, `stream.order`, `stream.incomplete`, `view.mismatch`.
 */
export async function receive(params: ReceiveParams, { signal, input, emit }: JobContext): Promise<Received> {
  const { rules, view, beside, now, tmp } = params;
  const setsAside = view.columns.every(({ operator }) => operator !== 'encrypt');
  const options = { side: 'consumer' as const, version: view.version, setsAside, beside, now, tmp };
  const checks = await SideChecks.open(rules, view.schema, options, signal);
  const quarantine = new Quarantine(params, checks);
  try {
    quarantine.recall(signal);
    if (!quarantine.done) {
      await emit({ item: { held: quarantine.count } satisfies Held });
      await take(quarantine, input as AsyncIterable<Incoming>, signal, emit);
    }
    quarantine.verify();
    await emit({ item: await quarantine.progress() });
    return await quarantine.finish(signal);
  } finally {
    quarantine.close();
  }
}

async function take(
  quarantine: Quarantine,
  incoming: AsyncIterable<Incoming>,
  signal: AbortSignal,
  emit: JobContext['emit'],
): Promise<void> {
  const teller = new Teller(quarantine, emit);
  try {
    await takeAll(quarantine, incoming, signal, teller);
  } finally {
    await teller.quiet(); // nothing is synced any more when the file is closed
  }
}

/** Says how far it is, each time all of it is on the disk; the next batches are taken meanwhile. */
class Teller {
  readonly #quarantine: Quarantine;
  readonly #emit: JobContext['emit'];
  #telling: Promise<void> = Promise.resolve();
  #failure: { error: unknown } | undefined;

  constructor(quarantine: Quarantine, emit: JobContext['emit']) {
    this.#quarantine = quarantine;
    this.#emit = emit;
  }

  /** Begins once the word before is said. */
  async tell(): Promise<void> {
    await this.said();
    this.#telling = this.#tell().catch((error: unknown) => {
      this.#failure = { error };
    });
  }

  async #tell(): Promise<void> {
    await this.#emit({ item: await this.#quarantine.progress() });
  }

  /** Throws what went wrong. */
  async said(): Promise<void> {
    await this.#telling;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  quiet(): Promise<void> {
    return this.#telling;
  }
}

async function takeAll(
  quarantine: Quarantine,
  incoming: AsyncIterable<Incoming>,
  signal: AbortSignal,
  teller: Teller,
): Promise<void> {
  const stream = new StreamOrder(quarantine);
  const items = incoming[Symbol.asyncIterator]();
  let unsaid = 0;
  const say = () => {
    unsaid = 0;
    return teller.tell();
  };
  for (let next = items.next(); ; next = items.next()) {
    // Said in time, whatever the two sides think of how many batches may be on the way.
    if (unsaid > 0 && !(await within(next, LIMITS.acknowledgeMs))) await say();
    const { done, value: item } = await next;
    signal.throwIfAborted();
    if (done) break;
    if ('failed' in item) {
      if (item.keep && unsaid > 0) await say();
      await teller.said();
      throw CounterfoilError.fromBody(item.failed);
    }
    if (!stream.take(item.frame)) continue;
    if (quarantine.stopped) return teller.said();
    if (++unsaid >= quarantine.every) await say();
  }
  if (stream.ended) return teller.said();
  if (unsaid > 0) await say();
  await teller.said();
  throw new CounterfoilError('stream.incomplete', 'The stream of the peer ended early.');
}

/** True when the promise has settled in this time. */
async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const settled = promise.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Schema, batches, end: each where it belongs. */
class StreamOrder {
  readonly #quarantine: Quarantine;
  readonly #start: number;
  #begun = false;
  ended = false;

  constructor(quarantine: Quarantine) {
    this.#quarantine = quarantine;
    this.#start = quarantine.count;
  }

  /** True when the message was a batch. */
  take(frame: WireItem): boolean {
    if (this.ended) throw new CounterfoilError('stream.order', 'The peer sent something after the end of its stream.');
    const meta = decodeMeta(frame.metadata);
    if (this.#begun !== (meta.kind !== 'schema'))
      throw new CounterfoilError(
        'stream.order',
        'The peer did not begin its stream with the schema, or sent it twice.',
      );
    if (meta.kind === 'batch') {
      this.#quarantine.take(meta, frame);
      return true;
    }
    if (meta.kind === 'schema') {
      this.#begun = true;
      mustBeSchema(frame.header, this.#quarantine.view);
      if (meta.start !== this.#start)
        throw new CounterfoilError(
          'stream.order',
          `The peer begins at batch ${meta.start}, not at batch ${this.#start}.`,
        );
    } else {
      this.ended = true;
      if (!this.#quarantine.complete)
        throw new CounterfoilError('view.mismatch', 'The peer ended its stream before the batches that it signed.');
    }
    return false;
  }
}

function mustBeSchema(header: Uint8Array, view: ViewManifest): void {
  const schema = decodeSchema(header);
  if (canonicalJson(schemaJson(schema)) !== canonicalJson(schemaJson(view.schema)))
    throw new CounterfoilError('schema.mismatch', 'The columns of the stream are not those of the signed view.');
}
