import { existsSync } from 'node:fs';
import {
  type Batch,
  batchLeaf,
  columnDigest,
  decodeBatch,
  decodeSchema,
  RowsDigest,
  schemaJson,
  type ViewManifest,
} from '../../columnar/index.js';
import {
  CounterfoilError,
  canonicalJson,
  type ErrorBody,
  equalBytes,
  fromHex,
  LIMITS,
  MerkleRange,
  release,
} from '../../foundation/index.js';
import { BatchFile } from '../../store/index.js';
import { type Before, type Beside, SideChecks } from '../beside/index.js';
import type { Report } from '../checks/index.js';
import type { JobContext } from '../jobs/index.js';
import { decodeMeta } from '../wire/index.js';

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
}

export interface Received {
  report: Report;
  /** For the rules that will compare the next version with this one. */
  left: Before;
}

interface WireItem {
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
  const options = { side: 'consumer' as const, version: view.version, beside, now, tmp };
  const checks = await SideChecks.open(rules, view.schema, options, signal);
  const quarantine = new Quarantine(params, checks);
  try {
    quarantine.recall(signal);
    if (!quarantine.done) {
      await emit({ item: { held: quarantine.count } satisfies Held });
      await take(quarantine, input as AsyncIterable<Incoming>, signal, emit);
    }
    quarantine.verify();
    await emit({ item: quarantine.progress() });
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
  const stream = new StreamOrder(quarantine);
  const items = incoming[Symbol.asyncIterator]();
  let unsaid = 0;
  const say = async () => {
    unsaid = 0;
    await emit({ item: quarantine.progress() });
  };
  for (let next = items.next(); ; next = items.next()) {
    // Said in time, whatever the two sides think of how many batches may be on the way.
    if (unsaid > 0 && !(await within(next, LIMITS.acknowledgeMs))) await say();
    const { done, value: item } = await next;
    signal.throwIfAborted();
    if (done) break;
    if ('failed' in item) {
      if (item.keep && unsaid > 0) await say();
      throw CounterfoilError.fromBody(item.failed);
    }
    if (!stream.take(item.frame)) continue;
    if (quarantine.stopped) return;
    if (++unsaid >= quarantine.every) await say();
  }
  if (stream.ended) return;
  if (unsaid > 0) await say();
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
      release(frame.body);
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

/** What has arrived of a view: the encrypted file, and the digests and checks over it. */
class Quarantine {
  readonly #params: ReceiveParams;
  readonly #file: BatchFile;
  readonly #digest: RowsDigest;
  readonly #running = new MerkleRange();
  readonly #checks: SideChecks;
  #rows = 0;
  #bytes = 0;
  /** A rule has failed for good; the rest need not come. */
  stopped = false;

  constructor(params: ReceiveParams, checks: SideChecks) {
    const { file, view, columnKeys } = params;
    this.#params = params;
    this.#digest = new RowsDigest(
      view.schema,
      view.schema.fields.map(({ name }) => fromHex(columnKeys[name]!)),
    );
    this.#checks = checks;
    this.#file = existsSync(file.path)
      ? BatchFile.open(file.path, file.key, file.id)
      : BatchFile.create(file.path, file.key, file.id);
  }

  get count(): number {
    return this.#digest.batches.length;
  }

  get view(): ViewManifest {
    return this.#params.view;
  }

  get every(): number {
    return this.#params.every;
  }

  get complete(): boolean {
    return this.count === this.#params.view.batches.length;
  }

  /** Nothing more need come. */
  get done(): boolean {
    return this.complete || this.stopped;
  }

  /**
   * Goes over what a run before this one left, so that digests and checks go on from there. What was not acknowledged is
   * kept as far as it is whole: a power failure may have taken bytes that were not synced yet.
   */
  recall(signal: AbortSignal): void {
    const { acknowledged, view } = this.#params;
    if (this.#file.count < acknowledged) throw lost();
    for (let index = 0; index < this.#file.count && !this.stopped; index++) {
      signal.throwIfAborted();
      try {
        const { header, body } = this.#file.read(index);
        const batch = decodeBatch(view.schema, { header, body });
        this.#add(batch, this.#digest.add(batch), header.length + body.length);
        release(body);
      } catch (error) {
        if (index < acknowledged) throw error;
        this.#file.truncate(index);
      }
    }
  }

  take(meta: { index: number; rows: number; commitments: readonly Uint8Array[] }, frame: WireItem): void {
    const { view } = this.#params;
    const index = this.count;
    if (meta.index !== index)
      throw new CounterfoilError('stream.order', `Batch ${index} was to come; the peer sent batch ${meta.index}.`);
    if (index >= view.batches.length)
      throw new CounterfoilError(
        'view.mismatch',
        `The signed view has ${view.batches.length} batches; the peer sent more.`,
      );
    const batch = decodeBatch(view.schema, frame);
    if (batch.rows !== view.batches[index] || meta.rows !== batch.rows)
      throw new CounterfoilError(
        'view.mismatch',
        `Batch ${index} has ${batch.rows} rows; ${view.batches[index]} were signed.`,
      );
    const digests = batch.columns.map(columnDigest);
    const commitments = this.#digest.addDigests(batch.rows, digests);
    const wrong = commitments.findIndex(
      (commitment, at) => meta.commitments[at] === undefined || !equalBytes(commitment, meta.commitments[at]),
    );
    if (wrong >= 0 || meta.commitments.length !== commitments.length)
      throw new CounterfoilError('batch.corrupt', `Batch ${index} is not what was committed to beside it.`);
    this.#file.append({ header: frame.header, body: frame.body, meta: Buffer.concat(commitments) });
    this.#add(batch, commitments, frame.header.length + frame.body.length);
  }

  #add(batch: Batch, commitments: readonly Uint8Array[], bytes: number): void {
    const index = this.count - 1;
    this.#running.push(batchLeaf(index, batch.rows, commitments));
    this.#rows += batch.rows;
    this.#bytes += bytes;
    this.stopped ||= this.#checks.update(batch, index).stop;
  }

  /** Where it stands, once all of it is on the disk. */
  progress(): Progress {
    this.#file.sync();
    return { batches: this.count, rows: this.#rows, bytes: this.#bytes, root: this.#running.root() };
  }

  /** Holds what arrived to what was signed. A stream that a rule has stopped is not complete, and will be rejected anyway. */
  verify(): void {
    if (this.stopped && !this.complete) return;
    const { view } = this.#params;
    const summary = this.#digest.summary();
    const wrong = summary.columns.find((column, at) => column.root !== view.columns[at]?.root);
    if (wrong !== undefined || summary.rowsRoot !== view.rowsRoot || summary.rows !== view.rows)
      throw new CounterfoilError('view.mismatch', 'The rows that arrived have other digests than the provider signed.');
  }

  finish(signal: AbortSignal): Promise<Received> {
    const partial = this.stopped && !this.complete;
    return this.#checks.finish(partial ? undefined : () => this.#batches(signal), signal);
  }

  *#batches(signal: AbortSignal): Generator<Batch> {
    for (let index = 0; index < this.#file.count; index++) {
      signal.throwIfAborted();
      yield decodeBatch(this.view.schema, this.#file.read(index));
    }
  }

  close(): void {
    this.#checks.dispose();
    this.#file.close();
  }
}

const lost = () =>
  new CounterfoilError('store.corrupt', 'The quarantine has lost batches that were acknowledged.', {
    hint: 'Start the transfer again; if it happens again, check the disk of this gateway.',
  });
