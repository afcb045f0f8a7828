import { type Batch, type Column, columnReader, type Schema } from '../../columnar/index.js';
import { printable } from '../../foundation/index.js';
import { type CellText, cellText } from './csv-cells.js';
import { OTHER_FORMAT, unsupported } from './settings.js';

const CHUNK_CHARS = 256 * 1024;

/**
 * Rows as CSV (RFC 4180 with LF): UTF-8, a header, commas. A null is an empty cell, an empty text a quoted one, so that
 * the two can be told apart; every value can be read back exactly.
 */
export class CsvLines {
  readonly #schema: Schema;

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  /** The file in pieces. `landing.unsupported` for a value that has no exact form. */
  *of(batches: Iterable<Batch>): Generator<Uint8Array, void, undefined> {
    let text = `${this.#schema.fields.map(({ name }) => quoted(name)).join(',')}\n`;
    for (const batch of batches) {
      const cells = batch.columns.map((column, at) => this.#cells(column, this.#schema.fields[at]!.name));
      const last = cells.length - 1;
      for (let row = 0; row < batch.rows; row++) {
        for (let at = 0; at < last; at++) text += `${cells[at]!(row)},`;
        text += `${cells[last]!(row)}\n`;
        if (text.length < CHUNK_CHARS) continue;
        yield Buffer.from(text);
        text = '';
      }
    }
    yield Buffer.from(text);
  }

  #cells(column: Column, name: string): (row: number) => string {
    const { isNull } = columnReader(column);
    const read: CellText = column.type.name === 'utf8' ? textCells(column) : cellText(column);
    return (row) => {
      if (isNull(row)) return '';
      const text = read(row);
      if (text !== undefined) return text;
      throw unsupported(
        `Column ${printable(name)} has a time that CSV has no exact form for: it is outside of the years 0 to 9999.`,
        OTHER_FORMAT,
      );
    };
  }
}

function textCells(column: Column): CellText {
  const text = columnReader(column).text!;
  return (row) => quoted(text(row));
}

const TO_QUOTE = /[",;|\t\r\n]|^ | $|^$/;

const quoted = (text: string): string => (TO_QUOTE.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
