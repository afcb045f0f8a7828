import type { DataType } from './types.js';

/** A type as the option `types` of text sources takes it; undefined for those that text has no exact form for. */
export function textTypeName(type: DataType): string | undefined {
  switch (type.name) {
    case 'utf8':
    case 'bool':
      return type.name;
    case 'int':
      return `${type.signed ? '' : 'u'}int${type.bits}`;
    case 'float':
      return type.bits === 16 ? undefined : `float${type.bits}`;
    case 'decimal':
      return type.precision > 38 || type.scale < 0 || type.scale > type.precision
        ? undefined
        : `decimal(${type.precision},${type.scale})`;
    case 'date':
      return type.unit === 'd' ? 'date' : undefined;
    case 'time':
      return `time[${type.unit}]`;
    case 'timestamp':
      if (type.tz === undefined) return `timestamp[${type.unit}]`;
      return type.tz === 'UTC' ? `timestamp[${type.unit},UTC]` : undefined;
    default:
      return undefined;
  }
}
