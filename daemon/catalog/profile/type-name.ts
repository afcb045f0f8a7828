import type { DataType } from '../../columnar/index.js';

/** A type as people and contracts write it: `int64`, `decimal(15,2)`, `timestamp[us,UTC]`, `list<utf8>`. */
export function typeName(type: DataType): string {
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
      return `list<${typeName(type.item)}>`;
    case 'fixed_size_list':
      return `fixed_size_list<${typeName(type.item)},${type.size}>`;
    case 'struct':
      return `struct<${type.fields.map((field) => `${field.name}:${typeName(field.type)}`).join(',')}>`;
    case 'extension':
      return `extension<${type.id}>`;
    default:
      return type.name;
  }
}
