import { type Address, formatAddress } from '../config/index.js';
import { CounterfoilError } from '../foundation/index.js';

/** Why a listener could not be opened, naming its entry in config.yaml. */
export function listenFailure(error: unknown, entry: string, address: Address): unknown {
  const text =
    error instanceof Error ? `${(error as NodeJS.ErrnoException).code ?? ''} ${error.message}` : String(error);
  const at = `${formatAddress(address)} (${entry} in config.yaml)`;
  if (text.includes('EADDRINUSE'))
    return new CounterfoilError('port.in_use', `Another program listens on ${at} already.`, { cause: error });
  if (text.includes('EACCES'))
    return new CounterfoilError('config.invalid', `This user may not listen on ${at}.`, {
      hint: 'Use a port above 1023.',
      cause: error,
    });
  if (/EADDRNOTAVAIL|ENOTFOUND|EAI_/.test(text))
    return new CounterfoilError('config.invalid', `This machine has no address for ${at}.`, { cause: error });
  return error;
}
