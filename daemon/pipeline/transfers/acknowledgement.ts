import { z } from 'zod';
import type { ViewManifest } from '../../columnar/index.js';
import { CounterfoilError, hex, type Json, MerkleRange, rfc3339 } from '../../foundation/index.js';
import { parseCanonical, type Signed, signDocument, verifySigned } from '../../identity/index.js';
import type { TransferPorts } from './ports.js';
import type { Transfer } from './table.js';

const HASH_BYTES = 32;

const schema = z.strictObject({
  v: z.literal(1),
  transfer: z.string(),
  view: z.string(),
  batches: z.int().min(0),
  rows: z.int().min(0),
  bytes: z.int().min(0),
  root: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
});

export type Acknowledgement = z.infer<typeof schema>;

/** The consumer's signed word that it holds the first `batches` batches durably; `root` is over their leaves. */
export function signAcknowledgement(
  ports: Pick<TransferPorts, 'signer' | 'clock'>,
  transfer: Transfer,
  done: { batches: number; rows: number; bytes: number; root: Uint8Array },
): Signed {
  const { batches, rows, bytes, root } = done;
  const document = {
    v: 1,
    transfer: transfer.id,
    view: transfer.detail.viewDigest!,
    batches,
    rows,
    bytes,
    root: hex(root),
    at: rfc3339(ports.clock.now()),
  };
  return signDocument(ports.signer, 'acknowledgement', document satisfies Json);
}

/** Reads one; the transfer it is about is still to be looked up, and the rest to be verified against what was sent. */
export function readAcknowledgement(signed: Signed): Acknowledgement {
  const parsed = schema.safeParse(parseCanonical(signed.document));
  if (!parsed.success)
    throw new CounterfoilError('input.invalid', 'The acknowledgement of a transfer is malformed.', {
      cause: parsed.error,
    });
  return parsed.data;
}

/** What was, or is to be, sent of one view: enough to judge what a consumer says that it holds. */
export class Outgone {
  readonly batches: number;
  readonly #leaves: Uint8Array;
  readonly #rows: readonly number[];
  readonly #viewDigest: string;
  /** Root and rows of the batches acknowledged so far; goes on from there. */
  #range = new MerkleRange();
  #sum = 0;

  /** `leaves`: 32 bytes for each batch, in order. */
  constructor(leaves: Uint8Array, view: ViewManifest, viewDigest: string) {
    this.#leaves = leaves;
    this.#rows = view.batches;
    this.#viewDigest = viewDigest;
    this.batches = view.batches.length;
    if (leaves.length !== this.batches * HASH_BYTES)
      throw new CounterfoilError('store.corrupt', 'The leaves of a signed view are incomplete.', {
        hint: 'Start the transfer again.',
      });
  }

  /** A consumer that signs for batches it cannot have is answered with `peer.evidence`. */
  verify(signed: Signed, read: Acknowledgement, key: Uint8Array): void {
    if (!verifySigned(signed, 'acknowledgement', key))
      throw new CounterfoilError('input.invalid', 'The acknowledgement of a transfer is not signed by the peer.');
    const fits =
      read.view === this.#viewDigest &&
      read.batches <= this.batches &&
      this.#upTo(read.batches) === read.root &&
      this.#sum === read.rows;
    if (!fits)
      throw new CounterfoilError('peer.evidence', 'The peer acknowledged batches that are not those that were sent.');
  }

  #upTo(count: number): string {
    if (count < this.#range.size) {
      this.#range = new MerkleRange();
      this.#sum = 0;
    }
    for (let at = this.#range.size; at < count; at++) {
      this.#range.push(this.#leaves.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
      this.#sum += this.#rows[at]!;
    }
    return hex(this.#range.root());
  }
}
