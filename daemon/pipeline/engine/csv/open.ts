import type { OpenOptions, TextOptions } from '../../../catalog/index.js';
import type { Batch, DataType } from '../../../columnar/index.js';
import { CounterfoilError, printable } from '../../../foundation/index.js';
import { type CellBuilder, cellBuilder } from '../cells/builder.js';
import { TypeFinder } from '../cells/infer.js';
import { typeNamed } from '../cells/type-name.js';
import { invalid } from '../faults.js';
import type { SourceFile } from '../files/local.js';
import { progressOf, type Rows } from '../rows.js';
import { type CsvChunk, type CsvHeader, readChunks, readHeader } from './file.js';
import { NullCells } from './nulls.js';
import { CELL, unescaped } from './tokens.js';

interface CsvColumn {
  name: string;
  type: DataType;
}

/**
 * A source of CSV files, all with the same header. Read twice: once to find types that fit every cell, once for the
 * rows. Memory does not grow with the files. Errors: `source.invalid` with file and line, `type.unsupported`.
 */
export async function openCsv(files: readonly SourceFile[], options: TextOptions, open: OpenOptions): Promise<Rows> {
  const headers: CsvHeader[] = [];
  for (const file of files) headers.push(await readHeader(file, options));
  const [first] = headers as [CsvHeader];
  headers.forEach((header, index) => {
    checkSame(first, header, files[index]!);
  });
  const onRead = progressOf(files, 2, open);
  const survey = new Survey(first.names, options);
  for (const [index, file] of files.entries()) {
    for await (const chunk of readChunks(file, options, headers[index]!, onRead)) survey.add(file, chunk);
  }
  const columns = survey.columns();
  return {
    schema: { fields: columns.map(({ name, type }) => ({ name, type, nullable: true })) },
    notes: survey.notes,
    async *batches() {
      const reader = new ChunkReader(columns, options, first.dialect.quote);
      for (const [index, file] of files.entries()) {
        for await (const chunk of readChunks(file, options, headers[index]!, onRead)) yield reader.read(file, chunk);
      }
    },
  };
}

function checkSame(first: CsvHeader, header: CsvHeader, file: SourceFile): void {
  const at = first.names.findIndex((name, index) => name !== header.names[index]);
  if (at < 0 && header.names.length === first.names.length) return;
  const what = at < 0 ? 'more columns than the first file' : `another column ${at + 1} than the first file`;
  throw invalid(printable(file.name), `its header has ${what}`);
}

class Survey {
  readonly notes: string[] = [];
  readonly #names: readonly string[];
  readonly #types: (DataType | undefined)[];
  readonly #finders: TypeFinder[];
  readonly #nulls: NullCells;

  constructor(names: readonly string[], options: TextOptions) {
    this.#names = names;
    const given = options.types ?? {};
    for (const name of Object.keys(given)) {
      if (names.includes(name)) continue;
      throw new CounterfoilError('input.invalid', `A type is given for ${printable(name)}, which is no column.`);
    }
    this.#types = names.map((name) => (Object.hasOwn(given, name) ? typeNamed(given[name]!, name) : undefined));
    this.#finders = names.map(() => new TypeFinder());
    this.#nulls = new NullCells(options.nulls);
  }

  add(file: SourceFile, { bytes, tokens, lineOf }: CsvChunk): void {
    const columns = this.#names.length;
    const { starts, ends, kinds, rows } = tokens;
    for (let column = 0; column < columns; column++) {
      const finder = this.#finders[column]!;
      if (this.#types[column] !== undefined || finder.settled) continue;
      for (let row = 0, cell = column; row < rows; row++, cell += columns) {
        const start = starts[cell]!;
        const end = ends[cell]!;
        if (start === end || (kinds[cell] === CELL.plain && this.#nulls.has(bytes, start, end))) continue;
        if (!finder.add(bytes, start, end)) continue;
        if (finder.before !== undefined)
          this.#note(column, `${printable(file.name)}, line ${lineOf(row)}`, finder.before);
        break;
      }
    }
  }

  #note(column: number, place: string, before: string): void {
    const name = printable(this.#names[column]!);
    this.notes.push(`Column ${name} is text because of ${place}; the cells before it are ${before}.`);
  }

  columns(): CsvColumn[] {
    return this.#names.map((name, index) => ({ name, type: this.#types[index] ?? this.#finders[index]!.type() }));
  }
}

/** Makes columns of the cells of a chunk. */
class ChunkReader {
  readonly #columns: readonly CsvColumn[];
  readonly #builders: CellBuilder[];
  readonly #nulls: NullCells;
  readonly #quote: number;

  constructor(columns: readonly CsvColumn[], options: TextOptions, quote: number) {
    this.#columns = columns;
    this.#builders = columns.map(({ type }) => cellBuilder(type)!);
    this.#nulls = new NullCells(options.nulls);
    this.#quote = quote;
  }

  read(file: SourceFile, chunk: CsvChunk): Batch {
    const columns = this.#columns.map((column, index) => {
      const builder = this.#builders[index]!;
      const bad = this.#fill(builder, chunk, index, column.type.name === 'utf8');
      if (bad >= 0) {
        const where = `${printable(file.name)}, line ${chunk.lineOf(bad)}, column ${printable(column.name)}`;
        throw invalid(where, 'the cell is not of the type that the column has', {
          hint: 'Correct the cell, give the column another type, or name the text that stands for null.',
        });
      }
      return builder.take();
    });
    return { rows: chunk.tokens.rows, columns };
  }

  /** The row of the first cell that does not fit, or -1. A quoted empty cell is an empty text, and null in other types. */
  #fill(builder: CellBuilder, { bytes, tokens }: CsvChunk, column: number, text: boolean): number {
    const { starts, ends, kinds, rows } = tokens;
    const columns = this.#columns.length;
    for (let row = 0, cell = column; row < rows; row++, cell += columns) {
      const start = starts[cell]!;
      const end = ends[cell]!;
      const kind = kinds[cell]!;
      if (kind === CELL.plain ? start === end || this.#nulls.has(bytes, start, end) : start === end && !text) {
        builder.appendNull();
      } else if (kind === CELL.escaped) {
        const value = unescaped(bytes, start, end, this.#quote);
        if (!builder.append(value, 0, value.length)) return row;
      } else if (!builder.append(bytes, start, end)) return row;
    }
    return -1;
  }
}
