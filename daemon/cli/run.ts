import { CommanderError } from 'commander';
import { CounterfoilError } from '../foundation/index.js';
import type { Io } from './io.js';
import { buildProgram, type Parts } from './program.js';
import { sentence } from './text.js';

/**
 * Runs one command line (without node and script) and returns its exit code: 0 done; 1 refused, failed checks or
 * tampering found; 2 wrong usage or bad input; 3 daemon or peer out of reach.
 */
export async function runCli(args: readonly string[], io: Io, parts: Parts): Promise<number> {
  // Not an option of the program: it would hide the --version of "transfer start".
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
    io.out(`${parts.version}\n`);
    return 0;
  }
  let code = 0;
  let help = '';
  const program = buildProgram(
    io,
    parts,
    (ended) => {
      code = ended;
    },
    (text) => {
      help += text;
    },
  );
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0; // help or version was printed
    if (error instanceof CommanderError && error.code === 'commander.help') io.err(`${help}\n`);
    return report(error instanceof CommanderError ? usageError(error) : CounterfoilError.from(error), args, io);
  }
}

/** The parser's complaint as an error of ours, with its suggestion as the hint. */
function usageError(error: CommanderError): CounterfoilError {
  if (error.code === 'commander.help') return new CounterfoilError('usage', 'No command is given.');
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.?]$/.test(message) ? '' : '.'}`;
  return new CounterfoilError(
    'usage',
    sentence,
    suggestion === undefined ? {} : { hint: suggestion.replace(/[()]/g, '') },
  );
}

function report(error: CounterfoilError, args: readonly string[], io: Io): number {
  if (args.includes('--json')) io.out(`${JSON.stringify({ error: error.toBody() })}\n`);
  const correlation = error.correlation === undefined ? '' : `, ${error.correlation}`;
  io.err(`error: ${sentence(error.message)}\n${sentence(error.hint)}\n(${error.code}${correlation})\n`);
  return error.exitCode;
}
