import { type Column, type DataType, nullColumn } from '../../columnar/index.js';
import { storageType } from '../checks/values/access.js';
import { cellBuilder } from '../engine/cells/builder.js';
import { inventing } from './invented.js';
import { between, usualSpan } from './numbers.js';
import type { Draw, Seeded } from './seeded.js';

/** Whether values of a type can be drawn as text. Others are told by their type alone. */
export const isDrawn = (type: DataType): boolean => cellBuilder(storageType(type)) !== undefined;

/** A column of drawn values. */
export function drawnColumn(type: DataType, rows: number, random: Seeded, draw: Draw): Column {
  const builder = cellBuilder(storageType(type))!;
  for (let row = 0; row < rows; row++) {
    const cell = draw(random, row);
    const bytes = Buffer.from(cell ?? '');
    if (cell === null) builder.appendNull();
    else if (!builder.append(bytes, 0, bytes.length)) throw new Error(`A drawn value is no ${type.name}.`);
  }
  return { ...builder.take(), type };
}

/** A column made from its type alone: no nulls, up to three items in a list. */
export function plainColumn(name: string, type: DataType, rows: number, random: Seeded): Column {
  const storage = storageType(type);
  const plain: Column = { type, rows, nulls: 0 };
  switch (storage.name) {
    case 'null':
      return nullColumn(type, rows);
    case 'binary': {
      const offsets = Int32Array.from({ length: rows + 1 }, (_, row) => row * 8);
      return { ...plain, offsets, data: bytes(rows * 8, random) };
    }
    case 'fixed_size_binary':
      return { ...plain, data: bytes(rows * storage.bytes, random) };
    case 'duration':
      return { ...plain, data: words(rows, () => BigInt(random.below(86_400))) };
    case 'date':
      if (storage.unit === 'd') break;
      return { ...plain, data: words(rows, () => BigInt(20_089 + random.below(365)) * 86_400_000n) };
    case 'float':
      if (storage.bits !== 16) break;
      return { ...plain, data: raw(Uint16Array.from({ length: rows }, () => 0x3c00 + random.below(1024))) };
    case 'decimal':
      if (storage.precision <= 38) break;
      return { ...plain, data: words(rows * 4, (at) => (at % 4 === 0 ? BigInt(random.below(100_000)) : 0n)) };
    case 'list': {
      const offsets = new Int32Array(rows + 1);
      for (let row = 0; row < rows; row++) offsets[row + 1] = offsets[row]! + random.below(4);
      return { ...plain, offsets, children: [plainColumn(name, storage.item, offsets[rows]!, random)] };
    }
    case 'fixed_size_list':
      return { ...plain, children: [plainColumn(name, storage.item, rows * storage.size, random)] };
    case 'struct':
      return { ...plain, children: storage.fields.map((field) => plainColumn(field.name, field.type, rows, random)) };
  }
  return drawnColumn(type, rows, random, drawOf(name, storage));
}

function drawOf(name: string, type: DataType): Draw {
  if (type.name === 'bool') return (random) => String(random.below(2) === 1);
  if (type.name !== 'utf8') return between(type, usualSpan(type));
  const invent = inventing(undefined, name);
  return (_random, row) => invent(row);
}

const bytes = (count: number, random: Seeded): Uint8Array =>
  Uint8Array.from({ length: count }, () => random.below(256));
const raw = ({ buffer }: Uint16Array | BigInt64Array): Uint8Array => new Uint8Array(buffer);
const words = (count: number, word: (at: number) => bigint): Uint8Array =>
  raw(BigInt64Array.from({ length: count }, (_, at) => word(at)));
