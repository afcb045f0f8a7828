import { existsSync } from 'node:fs';
import {
  type Batch,
  batchLeaf,
  columnDigest,
  decodeBatch,
  RowsDigest,
  type ViewManifest,
} from '../../columnar/index.js';
import { CounterfoilError, equalBytes, fromHex, MerkleRange, release } from '../../foundation/index.js';
import { BatchFile } from '../../store/index.js';
import type { SideChecks } from '../beside/index.js';
import { without } from '../checks/index.js';
import { type BatchMeta, unsqueezed } from '../wire/index.js';
import { encodeAside } from './aside.js';
import { ChangedRows } from './changed-rows.js';
import type { Progress, Received, ReceiveParams, WireItem } from './receive.js';

/** What has arrived of a view: the encrypted file, and the digests and checks over it. */
export class Quarantine {
  readonly #params: ReceiveParams;
  readonly #file: BatchFile;
  readonly #digest: RowsDigest;
  readonly #running = new MerkleRange();
  readonly #checks: SideChecks;
  readonly #changed: ChangedRows;
  /** Rows that rules set aside, by batch. */
  readonly #aside = new Map<number, Int32Array>();
  #rows = 0;
  #bytes = 0;
  #wire = 0;
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
    this.#changed = new ChangedRows(view.schema, params.heldBefore);
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

  take(meta: BatchMeta, came: WireItem): void {
    const { view } = this.#params;
    const index = this.count;
    this.#wire += came.header.length + came.metadata.length + came.body.length;
    if (meta.index !== index)
      throw new CounterfoilError('stream.order', `Batch ${index} was to come; the peer sent batch ${meta.index}.`);
    if (index >= view.batches.length)
      throw new CounterfoilError(
        'view.mismatch',
        `The signed view has ${view.batches.length} batches; the peer sent more.`,
      );
    if (meta.rows !== view.batches[index]) throw wrongRows(index, meta.rows, view.batches[index]!);
    const frame = { header: came.header, body: meta.isSqueezed === true ? unsqueezed(came.body) : came.body };
    const { header, body } = this.#changed.whole(meta, frame);
    const batch = decodeBatch(view.schema, { header, body });
    if (batch.rows !== meta.rows) throw wrongRows(index, batch.rows, meta.rows);
    const digests = batch.columns.map(columnDigest);
    const commitments = this.#digest.addDigests(batch.rows, digests);
    const wrong = commitments.findIndex(
      (commitment, at) => meta.commitments[at] === undefined || !equalBytes(commitment, meta.commitments[at]),
    );
    if (wrong >= 0 || meta.commitments.length !== commitments.length) throw notCommitted(index, meta);
    this.#file.append({ header, body, meta: Buffer.concat(commitments) });
    this.#add(batch, commitments, header.length + body.length);
    release(body);
  }

  #add(batch: Batch, commitments: readonly Uint8Array[], bytes: number): void {
    const index = this.count - 1;
    this.#running.push(batchLeaf(index, batch.rows, commitments));
    this.#rows += batch.rows;
    this.#bytes += bytes;
    const { stop, aside } = this.#checks.update(batch, index);
    this.stopped ||= stop;
    if (aside !== undefined) this.#aside.set(index, aside);
  }

  /** Where it stands now, once all of that is on the disk. More may be taken meanwhile. */
  async progress(): Promise<Progress> {
    const now = { batches: this.count, rows: this.#rows, bytes: this.#bytes, root: this.#running.root() };
    const wire = this.#wire;
    this.#wire = 0;
    await this.#file.synced();
    return { ...now, wire };
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

  async finish(signal: AbortSignal): Promise<Received> {
    const partial = this.stopped && !this.complete;
    const checked = await this.#checks.finish(partial ? undefined : () => this.#batches(signal), signal);
    return this.#aside.size === 0 ? checked : { ...checked, aside: encodeAside(this.#aside) };
  }

  *#batches(signal: AbortSignal): Generator<Batch> {
    for (let index = 0; index < this.#file.count; index++) {
      signal.throwIfAborted();
      yield without(decodeBatch(this.view.schema, this.#file.read(index)), this.#aside.get(index) ?? NONE);
    }
  }

  close(): void {
    this.#checks.dispose();
    this.#changed.close();
    this.#file.close();
  }
}

const NONE = new Int32Array(0);

const wrongRows = (index: number, rows: number, signed: number) =>
  new CounterfoilError('view.mismatch', `Batch ${index} has ${rows} rows; ${signed} were signed.`);

/** Changed rows are found by a hash: the one try in very many in which two rows look the same is made up for by another. */
const notCommitted = (index: number, { patch }: BatchMeta) =>
  new CounterfoilError(
    patch === undefined ? 'batch.corrupt' : 'stream.incomplete',
    `Batch ${index} is not what was committed to beside it.`,
  );

const lost = () =>
  new CounterfoilError('store.corrupt', 'The quarantine has lost batches that were acknowledged.', {
    hint: 'Start the transfer again; if it happens again, check the disk of this gateway.',
  });
