const LF = 0x0a;
const CR = 0x0d;

/** How a CSV file is written. Bytes; `quote` is -1 where there is none. */
export interface Dialect {
  separator: number;
  quote: number;
}

export const CELL = { plain: 0, quoted: 1, escaped: 2 } as const;

/** Why a record is not sound, and where: a place in the bytes that were given. */
export interface CsvFault {
  at: number;
  kind: 'ragged' | 'quote' | 'unclosed';
  cells?: number;
}

/**
 * Cuts bytes into cells (RFC 4180; also bare LF and quotes inside unquoted cells). The places of the cells of all
 * complete records lie row after row in `starts` and `ends`; the arrays are used again by the next call.
 */
export class CsvTokens {
  starts = new Int32Array(1 << 14);
  ends = new Int32Array(1 << 14);
  /** `CELL.escaped` cells hold doubled quotes. */
  kinds = new Uint8Array(1 << 14);
  rows = 0;
  /** Bytes that belong to complete records; the rest comes again with more after it. */
  consumed = 0;
  /** Cells of the record that `consumed` ends before, so that a caller can name the column of an endless value. */
  openCells = 0;
  readonly #dialect: Dialect;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /**
   * Reads records of `columns` cells; `last` says that nothing comes after these bytes. With 0 columns the first record
   * alone is read, whatever its size, and `openCells` is its number of cells.
   */
  read(bytes: Uint8Array, columns: number, last: boolean): CsvFault | undefined {
    const { separator, quote } = this.#dialect;
    const { length } = bytes;
    this.rows = this.consumed = this.openCells = 0;
    let cells = 0;
    let inRecord = 0;
    let at = 0;
    while (at < length || (last && inRecord > 0)) {
      if (cells === this.starts.length) this.#grow();
      let start = at;
      let end: number;
      let kind: number = CELL.plain;
      if (at < length && bytes[at] === quote) {
        kind = CELL.quoted;
        start = at + 1;
        at = start;
        for (;;) {
          at = bytes.indexOf(quote, at);
          if (at < 0 || (at === length - 1 && !last))
            return this.#open(inRecord, last ? { at: start - 1, kind: 'unclosed' } : undefined);
          if (bytes[at + 1] !== quote || at + 1 >= length) break;
          kind = CELL.escaped;
          at += 2;
        }
        end = at++;
        if (at < length && bytes[at] === CR && bytes[at + 1] === LF && at + 1 < length) at++;
        else if (at === length - 1 && bytes[at] === CR && !last) return this.#open(inRecord, undefined);
        if (at < length && bytes[at] !== separator && bytes[at] !== LF) return { at, kind: 'quote' };
      } else {
        while (at < length && bytes[at] !== separator && bytes[at] !== LF) at++;
        if (at === length && !last) return this.#open(inRecord, undefined);
        end = at > start && at < length && bytes[at] === LF && bytes[at - 1] === CR ? at - 1 : at;
      }
      this.starts[cells] = start;
      this.ends[cells] = end;
      this.kinds[cells] = kind;
      cells++;
      inRecord++;
      if (at < length && bytes[at] === separator) {
        at++;
        continue;
      }
      at++; // the line feed, or past the end
      if (inRecord === 1 && start === end && kind === CELL.plain && columns !== 1)
        cells--; // a blank line
      else if (columns === 0) {
        this.#close(inRecord, Math.min(at, length));
        return undefined;
      } else if (inRecord !== columns) return { at: start, kind: 'ragged', cells: inRecord };
      else this.rows++;
      inRecord = 0;
      this.consumed = Math.min(at, length);
    }
    return undefined;
  }

  #open(cells: number, fault: CsvFault | undefined): CsvFault | undefined {
    this.openCells = cells;
    return fault;
  }

  #close(cells: number, consumed: number): void {
    this.openCells = cells;
    this.rows = 1;
    this.consumed = consumed;
  }

  #grow(): void {
    const size = this.starts.length * 2;
    const wider = <T extends Int32Array | Uint8Array>(old: T, fresh: T): T => {
      fresh.set(old);
      return fresh;
    };
    this.starts = wider(this.starts, new Int32Array(size));
    this.ends = wider(this.ends, new Int32Array(size));
    this.kinds = wider(this.kinds, new Uint8Array(size));
  }
}

/** A quoted cell with its doubled quotes made single. */
export function unescaped(bytes: Uint8Array, start: number, end: number, quote: number): Uint8Array {
  const out = new Uint8Array(end - start);
  let length = 0;
  for (let at = start; at < end; at++) {
    out[length++] = bytes[at]!;
    if (bytes[at] === quote) at++;
  }
  return out.subarray(0, length);
}
