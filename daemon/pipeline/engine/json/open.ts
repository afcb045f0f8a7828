import { isUtf8 } from 'node:buffer';
import type { OpenOptions, TextOptions } from '../../../catalog/index.js';
import { CounterfoilError, LIMITS, printable } from '../../../foundation/index.js';
import { typeNamed } from '../cells/type-name.js';
import { invalid } from '../faults.js';
import { textBytes } from '../files/bytes.js';
import type { SourceFile } from '../files/local.js';
import { progressOf, type Rows } from '../rows.js';
import { StructBuilder } from './builders.js';
import { JsonFault, parseValue, skipSpace, type ValueSink, valueEnd } from './parse.js';
import { JsonShape, type Plan } from './shape.js';

const LF = 0x0a;
const OPEN_OBJECT = 0x7b;
const COMMA = 0x2c;

/**
 * A source of JSON files: objects one after the other (NDJSON), or in one array. Read twice, as CSV is. Values that no
 * type keeps are kept as text; arrays and objects in a column of mixed kinds as their JSON text.
 */
export async function openJson(files: readonly SourceFile[], options: TextOptions, open: OpenOptions): Promise<Rows> {
  const onRead = progressOf(files, 2, open);
  const shape = new JsonShape();
  for (const file of files) {
    for await (const records of readRecords(file, options, onRead)) {
      records.each(shape);
      checkColumns(shape.members.list.length);
    }
  }
  const columns = columnsOf(shape, options);
  const notes = columns.flatMap(({ key, plan }) => noteOn(key, plan));
  return {
    schema: { fields: columns.map(({ key, plan }) => ({ name: key, type: plan.type, nullable: true })) },
    notes,
    async *batches() {
      const record = new StructBuilder({ name: 'struct', fields: [] }, columns);
      for (const file of files) {
        for await (const records of readRecords(file, options, onRead)) {
          records.each(record);
          const { rows, children = [] } = record.take();
          if (rows > 0) yield { rows, columns: children };
        }
      }
    },
  };
}

function checkColumns(count: number): void {
  if (count <= LIMITS.columns) return;
  const what = `${count} different keys; at most ${LIMITS.columns} columns are carried`;
  throw new CounterfoilError('limit.exceeded', `The records have ${what}.`);
}

function columnsOf(shape: JsonShape, options: TextOptions): { key: string; plan: Plan }[] {
  const members = shape.members.list;
  const given = options.types ?? {};
  for (const name of Object.keys(given)) {
    if (members.some(({ key }) => key === name)) continue;
    throw new CounterfoilError('input.invalid', `A type is given for ${printable(name)}, which is no column.`);
  }
  return members.map(({ key, value }) =>
    Object.hasOwn(given, key)
      ? { key, plan: { kind: 'flat', type: typeNamed(given[key]!, key) } }
      : { key, plan: value.plan() },
  );
}

function noteOn(key: string, plan: Plan): string[] {
  if (plan.kind !== 'text') return [];
  const why = plan.mixed ? 'its values are of several kinds' : 'no number type keeps all of its numbers exactly';
  return [`Column ${printable(key)} is text because ${why}.`];
}

interface Records {
  /** Gives every record to the sink. */
  each(sink: ValueSink): void;
}

/** Complete records, some MiB at a time. */
async function* readRecords(
  file: SourceFile,
  options: TextOptions,
  onRead: (bytes: number) => void,
): AsyncGenerator<Records> {
  let rest: Uint8Array = new Uint8Array(0);
  let line = 1;
  let inArray: boolean | undefined;
  const take = (bytes: Uint8Array, last: boolean): Records => {
    const found = recordsIn(bytes, inArray, (at, what) => faultAt(file, bytes, line, at, what));
    inArray = found.inArray;
    const { starts, consumed } = found;
    const end = last ? bytes.length : consumed;
    if (!isUtf8(bytes.subarray(0, end)))
      throw invalid(`${printable(file.name)}, after line ${line}`, 'it is not valid UTF-8');
    if (last && skipSpace(bytes, consumed) < bytes.length) {
      throw faultAt(file, bytes, line, skipSpace(bytes, consumed), 'a record starts there and never ends');
    }
    if (bytes.length - consumed > LIMITS.sourceRecordBytes) {
      const what = `a record has more than ${LIMITS.sourceRecordBytes} bytes`;
      throw new CounterfoilError('batch.too_large', `${printable(file.name)}: ${what}.`);
    }
    const first = line;
    line += newlines(bytes, consumed);
    rest = bytes.subarray(consumed);
    return {
      each(sink) {
        try {
          for (const start of starts) parseValue(bytes, start, sink);
        } catch (error) {
          if (!(error instanceof JsonFault)) throw error;
          throw faultAt(file, bytes, first, error.at, error.what);
        }
      },
    };
  };
  for await (const chunk of textBytes(file, options.encoding, onRead)) {
    yield take(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]), false);
  }
  yield take(rest, true);
}

/** Where the complete records start, and how far they reach. */
function recordsIn(
  bytes: Uint8Array,
  inArray: boolean | undefined,
  fault: (at: number, what: string) => Error,
): { starts: number[]; consumed: number; inArray: boolean | undefined } {
  const starts: number[] = [];
  let consumed = 0;
  for (;;) {
    let at = skipSpace(bytes, consumed);
    if (at >= bytes.length) return { starts, consumed: at, inArray };
    if (inArray === undefined) {
      inArray = bytes[at] === 0x5b;
      if (inArray) at = skipSpace(bytes, at + 1);
    } else if (inArray && (bytes[at] === COMMA || bytes[at] === 0x5d)) at = skipSpace(bytes, at + 1);
    consumed = at;
    if (at >= bytes.length) return { starts, consumed, inArray };
    if (inArray && bytes[at] === 0x5d) {
      consumed = at + 1;
      continue;
    }
    if (bytes[at] !== OPEN_OBJECT) throw fault(at, 'an object is expected there');
    const end = valueEnd(bytes, at);
    if (end < 0) return { starts, consumed, inArray };
    starts.push(at);
    consumed = end;
  }
}

function faultAt(file: SourceFile, bytes: Uint8Array, line: number, at: number, what: string): CounterfoilError {
  const start = at === 0 ? 0 : bytes.lastIndexOf(LF, at - 1) + 1;
  const where = `${printable(file.name)}, line ${line + newlines(bytes, at)}, byte ${at - start + 1}`;
  return invalid(where, what, { hint: 'One JSON object a line is read, or one array of objects.' });
}

function newlines(bytes: Uint8Array, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at >= 0 && at < to; at = bytes.indexOf(LF, at + 1)) count++;
  return count;
}
