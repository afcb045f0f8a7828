import { CounterfoilError, LIMITS, printable } from '../../foundation/index.js';
import { type Path, pathText } from './places.js';

/** What is wrong, or how to say it: a document can have more faults than anybody will be told of. */
type Message = string | (() => string);

interface Fault {
  line: number;
  path: Path;
  message: Message;
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
  add(path: Path, message: Message): void {
    this.at(this.#lineOf(path), path, message);
  }

  at(line: number, path: Path, message: Message): void {
    this.#faults.push({ line, path, message });
  }

  /** `contract.invalid` when there is any. */
  refuse(): void {
    if (this.#faults.length > 0) throw contractError(this.#faults);
  }
}

function textOf({ line, path, message }: Fault): string {
  const where = path.length === 0 ? '' : `${shown(path)} `;
  const text = `line ${line}, ${where}${typeof message === 'string' ? message : message()}`;
  return /[.?]$/.test(text) ? text : `${text}.`;
}

/** A path safe to print: keys of a hostile document can be anything. */
const shown = (path: Path): string => printable(pathText(path), 300).slice(1, -1).replaceAll('\\"', '"');

function contractError(faults: readonly Fault[]): CounterfoilError {
  const sorted = [...faults].sort((a, b) => a.line - b.line);
  const [first] = sorted;
  if (sorted.length === 1)
    return new CounterfoilError('contract.invalid', `In the contract, ${textOf(first!)}`, {
      cause: new FaultList(sorted),
    });
  const listed = sorted.slice(0, LIMITS.faultsPerContract).map((fault) => `  ${textOf(fault)}`);
  if (sorted.length > listed.length) listed.push(`  and ${sorted.length - listed.length} more.`);
  return new CounterfoilError('contract.invalid', `The contract has ${sorted.length} faults:\n${listed.join('\n')}`, {
    hint: 'Correct the contract at the lines it names.',
    cause: new FaultList(sorted),
  });
}

/** What a `contract.invalid` was made of. */
class FaultList {
  readonly all: readonly { line: number; path: string; message: string }[];

  constructor(faults: readonly Fault[]) {
    this.all = faults.slice(0, LIMITS.faultsPerContract).map(({ line, path, message }) => ({
      ...{ line, path: path.length === 0 ? '' : shown(path) },
      message: typeof message === 'string' ? message : message(),
    }));
  }
}

/** The faults behind a `contract.invalid`, each with its line; one without a line for any other error. */
export function faultsOf(error: unknown): readonly { line: number; path: string; message: string }[] {
  const { cause, message } = CounterfoilError.from(error);
  return cause instanceof FaultList ? cause.all : [{ line: 1, path: '', message }];
}
