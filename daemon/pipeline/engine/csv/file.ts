import { isUtf8 } from 'node:buffer';
import type { TextOptions } from '../../../catalog/index.js';
import { CounterfoilError, LIMITS, printable } from '../../../foundation/index.js';
import { invalid } from '../faults.js';
import { textBytes } from '../files/bytes.js';
import type { SourceFile } from '../files/local.js';
import { CELL, type CsvFault, CsvTokens, type Dialect, unescaped } from './tokens.js';

/** What the first line of a file says. */
export interface CsvHeader {
  names: readonly string[];
  dialect: Dialect;
}

/** Complete records, cut into cells; valid until the next chunk is asked for. */
export interface CsvChunk {
  bytes: Uint8Array;
  tokens: CsvTokens;
  /** Line of the file on which the record of this row starts, from 1. */
  lineOf(row: number): number;
}

const LF = 0x0a;
const SEPARATORS = [',', ';', '\t', '|'];

/** Column names and dialect. Errors: `source.invalid`, `type.unsupported` for a name that is there twice. */
export async function readHeader(file: SourceFile, options: TextOptions): Promise<CsvHeader> {
  const first = await firstRecord(file, options);
  const dialect = dialectOf(file, options, first);
  const tokens = new CsvTokens(dialect);
  const fault = tokens.read(first, 0, true);
  if (fault !== undefined) throw faultAt(file, fault, first, 1, []);
  if (tokens.openCells === 0) throw invalid(printable(file.name), 'it is empty; not even a header is there');
  const texts = Array.from({ length: tokens.openCells }, (_, cell) => cellText(tokens, first, cell, dialect.quote));
  if (options.header === false) return { names: texts.map((_, index) => `column_${index + 1}`), dialect };
  const names = texts.map((text, index) => (text === '' ? `column_${index + 1}` : text));
  checkNames(file, names);
  return { names, dialect };
}

/** All records after the header, a few MiB at a time. */
export async function* readChunks(
  file: SourceFile,
  options: TextOptions,
  header: CsvHeader,
  onRead?: (bytes: number) => void,
): AsyncGenerator<CsvChunk> {
  const columns = header.names.length;
  const tokens = new CsvTokens(header.dialect);
  let skipHeader = options.header !== false;
  let line = 1;
  for await (const { bytes, last } of joined(file, options, onRead, () => tokens.consumed)) {
    tokens.consumed = 0;
    let from = 0;
    if (skipHeader) {
      tokens.read(bytes, 0, last);
      if (tokens.rows === 0) continue;
      from = tokens.consumed;
      skipHeader = false;
    }
    const rest = from === 0 ? bytes : bytes.subarray(from);
    const start = line + newlines(bytes, 0, from);
    const fault = tokens.read(rest, columns, last);
    if (fault !== undefined) throw faultAt(file, fault, rest, start, header.names);
    if (rest.length - tokens.consumed > LIMITS.sourceRecordBytes) {
      throw endless(file, start + newlines(rest, 0, tokens.consumed), header.names[tokens.openCells]);
    }
    checkUtf8(file, rest.subarray(0, tokens.consumed), start);
    if (tokens.rows > 0)
      yield { bytes: rest, tokens, lineOf: (row) => start + newlines(rest, 0, tokens.starts[row * columns]!) };
    line = start + newlines(rest, 0, tokens.consumed);
    tokens.consumed += from;
  }
}

/** Joins what was not consumed with what comes next. */
async function* joined(
  file: SourceFile,
  options: TextOptions,
  onRead: ((bytes: number) => void) | undefined,
  consumed: () => number,
): AsyncGenerator<{ bytes: Uint8Array; last: boolean }> {
  let bytes: Uint8Array = new Uint8Array(0);
  for await (const chunk of textBytes(file, options.encoding, onRead)) {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    yield { bytes, last: false };
    bytes = bytes.subarray(consumed());
  }
  yield { bytes, last: true };
}

async function firstRecord(file: SourceFile, options: TextOptions): Promise<Uint8Array> {
  let bytes: Uint8Array = new Uint8Array(0);
  for await (const chunk of textBytes(file, options.encoding)) {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    const tokens = new CsvTokens({ separator: 0x2c, quote: quoteOf(options) });
    tokens.read(bytes, 0, false);
    if (tokens.rows > 0) return bytes.subarray(0, tokens.consumed);
    if (bytes.length > LIMITS.sourceRecordBytes) throw endless(file, 1, undefined);
  }
  return bytes;
}

const quoteOf = (options: TextOptions): number => (options.quote === '' ? -1 : (options.quote ?? '"').charCodeAt(0));

/** The separator that was given, or of the usual ones the only one in the header; a comma where that is unclear. */
function dialectOf(file: SourceFile, options: TextOptions, header: Uint8Array): Dialect {
  const quote = quoteOf(options);
  if (options.separator !== undefined) return { separator: options.separator.charCodeAt(0), quote };
  const seen = SEPARATORS.filter((separator) => {
    const tokens = new CsvTokens({ separator: separator.charCodeAt(0), quote });
    return tokens.read(header, 0, true) === undefined && tokens.openCells > 1;
  });
  const fallback = /\.(tsv|tab)(\.gz)?$/i.test(file.name) ? '\t' : ',';
  const separator = seen.length === 1 ? seen[0]! : fallback;
  return { separator: separator.charCodeAt(0), quote };
}

function cellText(tokens: CsvTokens, bytes: Uint8Array, cell: number, quote: number): string {
  const start = tokens.starts[cell]!;
  const end = tokens.ends[cell]!;
  const raw = tokens.kinds[cell] === CELL.escaped ? unescaped(bytes, start, end, quote) : bytes.subarray(start, end);
  return Buffer.from(raw).toString('utf8');
}

function checkNames(file: SourceFile, names: readonly string[]): void {
  if (names.length > LIMITS.columns) {
    const what = `${names.length} columns; at most ${LIMITS.columns} are carried`;
    throw new CounterfoilError('limit.exceeded', `${printable(file.name)} has ${what}.`);
  }
  const seen = new Set<string>();
  for (const name of names) {
    if (Buffer.byteLength(name) > LIMITS.columnNameBytes) {
      throw invalid(`${printable(file.name)}, line 1`, `a column name is longer than ${LIMITS.columnNameBytes} bytes`);
    }
    if (seen.has(name))
      throw new CounterfoilError('type.unsupported', `Column ${printable(name)}: the name is there more than once.`, {
        hint: 'Give each column of the header its own name.',
      });
    seen.add(name);
  }
}

function checkUtf8(file: SourceFile, bytes: Uint8Array, line: number): void {
  if (isUtf8(bytes)) return;
  let sound = 0;
  for (
    let next = bytes.indexOf(LF);
    next >= 0 && isUtf8(bytes.subarray(sound, next));
    next = bytes.indexOf(LF, sound)
  ) {
    sound = next + 1;
    line++;
  }
  throw invalid(`${printable(file.name)}, line ${line}`, 'it is not valid UTF-8', {
    hint: 'Say how the file is encoded, for instance with the option encoding: windows-1252.',
  });
}

function newlines(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(LF, from); at >= 0 && at < to; at = bytes.indexOf(LF, at + 1)) count++;
  return count;
}

function endless(file: SourceFile, line: number, column: string | undefined): CounterfoilError {
  const where = column === undefined ? '' : ` in column ${printable(column)}`;
  const what = `a value${where} has more than ${LIMITS.sourceRecordBytes} bytes`;
  return new CounterfoilError('batch.too_large', `${printable(file.name)}, line ${line}: ${what}.`, {
    hint: 'Look for a quote that is opened there and never closed, or shorten the value.',
  });
}

function faultAt(file: SourceFile, fault: CsvFault, bytes: Uint8Array, line: number, names: readonly string[]) {
  const where = `${printable(file.name)}, line ${line + newlines(bytes, 0, fault.at)}`;
  switch (fault.kind) {
    case 'ragged':
      return invalid(where, `it has ${fault.cells} cells where the header has ${names.length}`, {
        hint: 'Correct the line, or quote the cell that holds the separator.',
      });
    case 'quote':
      return invalid(where, 'something follows a closing quote before the next separator', {
        hint: 'Double the quotes that belong to the text, or give the option quote: "" if quotes mean nothing here.',
      });
    case 'unclosed':
      return invalid(where, 'a quote is opened there and never closed');
  }
}
