import type { Health } from '../edge/index.js';
import { CounterfoilError } from '../foundation/index.js';
import type { Identity } from '../identity/index.js';
import type { Ledger } from '../ledger/index.js';

/** Whether the gateway can exchange now: without a ledger that can be written and keys that work, it cannot. */
export function healthOf(ledger: Ledger, identity: Identity, stopping: boolean): Health {
  const reasons: { code: string; message: string }[] = [];
  if (stopping) reasons.push({ code: 'cancelled', message: 'The gateway is stopping.' });
  if (!ledger.healthy) reasons.push({ code: 'ledger.unavailable', message: 'The ledger cannot be written.' });
  if (ledger.lostHeads.length > 0)
    reasons.push({
      code: 'ledger.behind',
      message: 'The ledger was restored from an older copy, and that was not declared yet.',
    });
  try {
    identity.verify();
  } catch (error) {
    const { code, message } = CounterfoilError.from(error);
    reasons.push({ code, message });
  }
  return { ready: reasons.length === 0, reasons };
}
