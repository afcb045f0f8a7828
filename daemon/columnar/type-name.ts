import type { DataType } from './types.js';

/** The exact types by their text: `int64`, `float32`, `decimal(15,2)`, `timestamp[us]`, `timestamp[us,UTC]`, `list<int32>`. */
export function exactText(type: DataType): string {
  switch (type.name) {
    case 'int':
      return `${type.signed ? '' : 'u'}int${type.bits}`;
    case 'float':
      return `float${type.bits}`;
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'fixed_size_binary':
      return `fixed_size_binary(${type.bytes})`;
    case 'date':
      return type.unit === 'd' ? 'date32' : 'date64';
    case 'time':
    case 'duration':
      return `${type.name}[${type.unit}]`;
    case 'timestamp':
      return type.tz === undefined ? `timestamp[${type.unit}]` : `timestamp[${type.unit},${type.tz}]`;
    case 'list':
      return `list<${exactText(type.item)}>`;
    case 'fixed_size_list':
      return `fixed_size_list<${exactText(type.item)},${type.size}>`;
    case 'struct':
      return `struct<${type.fields.map((field) => `${field.name}:${exactText(field.type)}`).join(',')}>`;
    case 'extension':
      return `extension<${type.id}>`;
    default:
      return type.name;
  }
}
