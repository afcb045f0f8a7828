import { CounterfoilError, LIMITS, printable } from '../../foundation/index.js';
import { type Path, pathText } from './places.js';

interface Fault {
  line: number;
  text: string;
}

/** Everything that is wrong with a contract, told at once, each fault with its line and path. */
export class Faults {
  readonly #faults: Fault[] = [];
  readonly #lineOf: (path: Path) => number;

  constructor(lineOf: (path: Path) => number) {
    this.#lineOf = lineOf;
  }

  get count(): number {
    return this.#faults.length;
  }

  /** `message` completes "schema[0].name …": "is missing", "is not a number". */
  add(path: Path, message: string): void {
    this.at(this.#lineOf(path), path, message);
  }

  at(line: number, path: Path, message: string): void {
    const where = path.length === 0 ? '' : `${shown(path)} `;
    this.#faults.push({ line, text: `line ${line}, ${where}${message}` });
  }

  /** `contract.invalid` when there is any. */
  refuse(): void {
    if (this.#faults.length > 0) throw contractError(this.#faults);
  }
}

const ended = (text: string): string => (/[.?]$/.test(text) ? text : `${text}.`);

/** A path safe to print: keys of a hostile document can be anything. */
const shown = (path: Path): string => printable(pathText(path), 300).slice(1, -1).replaceAll('\\"', '"');

function contractError(faults: readonly Fault[]): CounterfoilError {
  const sorted = [...faults].sort((a, b) => a.line - b.line);
  const [first] = sorted;
  if (sorted.length === 1) return new CounterfoilError('contract.invalid', `In the contract, ${ended(first!.text)}`);
  const listed = sorted.slice(0, LIMITS.faultsPerContract).map(({ text }) => `  ${ended(text)}`);
  if (sorted.length > listed.length) listed.push(`  and ${sorted.length - listed.length} more.`);
  return new CounterfoilError('contract.invalid', `The contract has ${sorted.length} faults:\n${listed.join('\n')}`, {
    hint: 'Correct the contract at the lines it names.',
  });
}
