import { z } from 'zod';
import { CounterfoilError, LIMITS } from '../../foundation/index.js';
import { type Report, reasons } from '../checks/index.js';
import type { Reason } from './table.js';

/** Ids as gateways make them: what a peer calls one is looked at before it is kept, shown or recorded. */
const TRANSFER = /^trn-[a-z2-7]{26}$/;
const VERSION = /^v-[a-z2-7]{52}$/;
const CORRELATION = /^[\x21-\x7e]{1,64}$/;
const CODE = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/;

/** `input.invalid` unless it is the id of a transfer. */
export function transferId(text: string): string {
  if (TRANSFER.test(text)) return text;
  throw new CounterfoilError('input.invalid', 'The id of a transfer is malformed.');
}

/** What a peer says of a transfer that is not known here yet. `input.invalid`. */
export function newTransfer<T extends { transfer: string; agreement: string; correlation: string; version: string }>(
  about: T,
): T {
  transferId(about.transfer);
  if (!VERSION.test(about.version) || !CORRELATION.test(about.correlation))
    throw new CounterfoilError('input.invalid', 'The peer names the transfer, its version or its correlation wrongly.');
  return about;
}

/** A sentence of a peer, as it may be shown and logged. */
export const sentence = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').slice(0, LIMITS.peerSentenceChars);

const reason = (item: { code?: unknown; message?: unknown } | null): Reason[] =>
  typeof item?.code === 'string' && typeof item.message === 'string'
    ? [
        {
          code: CODE.test(item.code) && item.code.length <= 100 ? item.code : 'peer.error',
          message: sentence(item.message),
        },
      ]
    : [];

/** Reasons that a peer gave, as many and as long as they may be. What cannot be read is left out. */
export function readReasons(bytes: Uint8Array): Reason[] {
  try {
    const list = JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
    return Array.isArray(list) ? list.slice(0, LIMITS.reasonsPerTransfer).flatMap(reason) : [];
  } catch {
    return [];
  }
}

const status = z.enum(['pass', 'warn', 'fail', 'error', 'skip']);
const count = z.int().min(0);

/** What everyone relies on who shows a report; a newer peer may say more. */
const reportShape = z.looseObject({
  v: z.literal(1),
  side: z.enum(['provider', 'consumer']),
  verdict: status,
  rows: count,
  batches: count,
  results: z
    .array(
      z.looseObject({
        id: z.string(),
        check: z.string(),
        columns: z.array(z.string()),
        status,
        severity: z.enum(['error', 'warn', 'info']),
        tested: count,
        failed: count,
        samples: z.array(z.looseObject({})),
        message: z.string(),
      }),
    )
    .max(LIMITS.rulesPerContract),
});

/** A check report of a peer; undefined when it is none. */
export function readReport(bytes: Uint8Array): Report | undefined {
  try {
    const parsed = reportShape.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    return parsed.success ? (parsed.data as unknown as Report) : undefined;
  } catch {
    return undefined;
  }
}

/** Why a report blocks, in words that may be shown. */
export const reasonsIn = (report: Report): Reason[] =>
  reasons(report).slice(0, LIMITS.reasonsPerTransfer).flatMap(reason);
