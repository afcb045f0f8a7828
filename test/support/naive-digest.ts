import { createHash } from 'node:crypto';
import type { DataType } from '../../daemon/columnar/index.js';
import { canonicalJson, type Json } from '../../daemon/foundation/index.js';

/**
 * The column digest of docs/DIGESTS.md from plain values (as `columnOf` takes them), written from the specification
 * alone, value by value. Shares no code with the daemon but the canonical JSON.
 */
export function naiveDigest(type: DataType, values: readonly unknown[]): Buffer {
  const text = Buffer.from(canonicalJson(type as unknown as Json));
  const hash = createHash('sha256')
    .update('counterfoil/column/1\n')
    .update(u32(text.length))
    .update(text)
    .update(u64(values.length));
  return hash
    .update(bitmap(values.map((value) => value !== null)))
    .update(valueBytes(storage(type), values))
    .digest();
}

function valueBytes(type: DataType, values: readonly unknown[]): Buffer {
  switch (type.name) {
    case 'null':
      return Buffer.alloc(0);
    case 'bool':
      return bitmap(values.map((value) => value === true));
    case 'utf8':
    case 'binary': {
      const bytes = values.map((value) => Buffer.from((value ?? '') as string));
      return Buffer.concat([...bytes.map((each) => u32(each.length)), ...bytes]);
    }
    case 'list':
    case 'fixed_size_list': {
      const lists = values.map((value) => (value ?? []) as unknown[]);
      return Buffer.concat([...lists.map((list) => u32(list.length)), naiveDigest(type.item, lists.flat(1))]);
    }
    case 'struct':
      return Buffer.concat(
        type.fields.map((field) =>
          naiveDigest(
            field.type,
            values.map((value) => (value === null ? null : (value as Record<string, unknown>)[field.name])),
          ),
        ),
      );
    default:
      return Buffer.concat(values.map((value) => fixed(type, value)));
  }
}

const WIDTHS: Record<string, number> = { 'date d': 4, 'time s': 4, 'time ms': 4 };

function fixed(type: DataType, value: unknown): Buffer {
  if (type.name === 'fixed_size_binary')
    return value === null ? Buffer.alloc(type.bytes) : Buffer.from(value as Uint8Array);
  if (type.name === 'float' && type.bits !== 16) {
    const out = Buffer.alloc(type.bits / 8);
    if (value === null) return out;
    if (type.bits === 32) out.writeFloatLE(value as number);
    else out.writeDoubleLE(value as number);
    return out;
  }
  const width =
    type.name === 'int' || type.name === 'float'
      ? type.bits / 8
      : type.name === 'decimal'
        ? type.precision > 38
          ? 32
          : 16
        : 'unit' in type
          ? (WIDTHS[`${type.name} ${type.unit}`] ?? 8)
          : 0;
  const digits = BigInt.asUintN(width * 8, BigInt((value ?? 0) as bigint))
    .toString(16)
    .padStart(width * 2, '0');
  return Buffer.from(digits, 'hex').reverse();
}

const storage = (type: DataType): DataType => (type.name === 'extension' ? storage(type.storage) : type);

function bitmap(bits: readonly boolean[]): Buffer {
  const out = Buffer.alloc(Math.ceil(bits.length / 8));
  for (const [index, bit] of bits.entries()) if (bit) out[index >> 3]! += 2 ** (index & 7);
  return out;
}

function u32(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value);
  return out;
}

function u64(value: number): Buffer {
  const out = Buffer.alloc(8);
  out.writeBigUInt64LE(BigInt(value));
  return out;
}
