import { isFinal, TRANSFER_TABLE, type TransferState } from './states.js';

/**
 * The state that an ending brings a transfer to; undefined where it changes nothing: the table has no way, both sides have
 * come to the same end (who came first gave the reasons), an end of our own is not weighed against another of our own, or
 * the rows are in place already.
 */
export function endsAs(
  state: TransferState,
  event: 'cancel' | 'fail' | 'refuse',
  { byPeer, inPlace }: { byPeer: boolean; inPlace: boolean },
): TransferState | undefined {
  const next = TRANSFER_TABLE[state][event];
  if (next === null || next === state || (isFinal(state) && !byPeer) || inPlace) return undefined;
  return next;
}

/**
 * What becomes of a receipt: it moves the transfer, is kept beside an end that this side came to by itself after it had
 * sent everything, or is refused.
 */
export function takesReceipt(
  state: TransferState,
  event: 'land' | 'reject',
  wasSent: boolean,
): 'move' | 'keep' | 'refuse' {
  if (TRANSFER_TABLE[state][event] !== null) return 'move';
  return isFinal(state) && wasSent ? 'keep' : 'refuse';
}

/**
 * True for a provider that has sent everything: whether it has landed is the consumer's to say, so neither an error of its
 * own nor the end of the agreement, which the consumer is told as well, ends it here. A revoked peer says nothing any more.
 */
export const awaitsWord = (role: 'provider' | 'consumer', state: TransferState, isRevoked: boolean): boolean =>
  role === 'provider' && state === 'verifying' && !isRevoked;
