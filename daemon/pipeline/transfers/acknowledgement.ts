import { z } from 'zod';
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
  at: z.string(),
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

/** Reads one; the transfer it is about is still to be looked up, and `verifyAcknowledgement` to be called. */
export function readAcknowledgement(signed: Signed): Acknowledgement {
  const parsed = schema.safeParse(parseCanonical(signed.document));
  if (!parsed.success)
    throw new CounterfoilError('input.invalid', 'The acknowledgement of a transfer is malformed.', {
      cause: parsed.error,
    });
  return parsed.data;
}

/**
 * Checks signature, subject and root against the leaves of the batches that were sent (32 bytes each, in order). A
 * consumer that signs for batches it cannot have is answered with `peer.evidence`.
 */
export function verifyAcknowledgement(
  signed: Signed,
  read: Acknowledgement,
  transfer: Transfer,
  key: Uint8Array,
  leaves: Uint8Array,
): void {
  if (!verifySigned(signed, 'acknowledgement', key))
    throw new CounterfoilError('input.invalid', 'The acknowledgement of a transfer is not signed by the peer.');
  if (
    read.view !== transfer.detail.viewDigest ||
    read.batches * HASH_BYTES > leaves.length ||
    read.root !== rootOf(leaves, read.batches)
  )
    throw new CounterfoilError('peer.evidence', 'The peer acknowledged batches that are not those that were sent.');
}

function rootOf(leaves: Uint8Array, count: number): string {
  const range = new MerkleRange();
  for (let i = 0; i < count; i++) range.push(leaves.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
  return hex(range.root());
}
