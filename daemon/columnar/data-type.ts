import { canonicalJson, type Json } from '../foundation/index.js';
import type { DataType, Field, MapForm } from './types.js';

const texts = new WeakMap<DataType, string>();

/** RFC 8785 text of a type in normal form: what a digest is taken over and a manifest shows. */
export function typeText(type: DataType): string {
  let text = texts.get(type);
  if (text === undefined) {
    text = canonicalJson(type as unknown as Json);
    texts.set(type, text);
  }
  return text;
}

/** Bytes of one value of a fixed-width type, or undefined for the others (null, bool, text, nested). */
export function valueBytes(type: DataType): number | undefined {
  switch (type.name) {
    case 'int':
    case 'float':
      return type.bits / 8;
    case 'decimal':
      return type.precision > 38 ? 32 : 16;
    case 'fixed_size_binary':
      return type.bytes;
    case 'date':
      return type.unit === 'd' ? 4 : 8;
    case 'time':
      return type.unit === 's' || type.unit === 'ms' ? 4 : 8;
    case 'timestamp':
    case 'duration':
      return 8;
    default:
      return undefined;
  }
}

/** The type that the values of an extension are stored as; any other type is its own storage. */
export function storageOf(type: DataType): Exclude<DataType, { name: 'extension' }> {
  let storage = type;
  while (storage.name === 'extension') storage = storage.storage;
  return storage;
}

/** A place in a column: '' is the column itself, else child positions joined by dots, as in `Field.innerMaps`. */
export type Path = string;
export const below = (path: Path, position: number): Path => (path === '' ? `${position}` : `${path}.${position}`);

/** How the map at a place of a field is laid out, or undefined where there is no map. */
export const mapAt = (field: Field, path: Path): MapForm | undefined =>
  path === '' ? field.map : field.innerMaps?.[path];
