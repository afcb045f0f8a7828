import { storageOf, valueBytes } from '../data-type.js';
import type { DataType } from '../types.js';

/** How the values of a type lie in a message: what the normal form of the type does not say. */
export type Layout =
  | { kind: 'null' }
  | { kind: 'bool' }
  /** `bytes` is that of the message: decimals come in 4, 8, 16 or 32 bytes. */
  | { kind: 'fixed'; bytes: number }
  /** Text and binary with 32-bit or, when `wide`, 64-bit offsets. */
  | { kind: 'bytes'; text: boolean; wide: boolean }
  | { kind: 'views'; text: boolean }
  | { kind: 'list'; wide: boolean; item: Layout; map: boolean }
  | { kind: 'list_view'; wide: boolean; item: Layout }
  | { kind: 'fixed_size_list'; size: number; item: Layout }
  | { kind: 'struct'; fields: readonly Layout[] }
  | { kind: 'dictionary'; id: number; index: { bits: 8 | 16 | 32 | 64; signed: boolean }; values: Layout };

/** Why a layout is not the canonical one of its type, or undefined when it is. */
export function notCanonical(layout: Layout, type: DataType): string | undefined {
  const storage = storageOf(type);
  switch (layout.kind) {
    case 'null':
    case 'bool':
      return undefined;
    case 'fixed':
      return layout.bytes === valueBytes(storage) ? undefined : `decimals of ${layout.bytes * 8} bits`;
    case 'bytes':
      return layout.wide ? '64-bit offsets' : undefined;
    case 'views':
      return 'a view layout';
    case 'list':
      return layout.wide ? '64-bit offsets' : notCanonical(layout.item, (storage as { item: DataType }).item);
    case 'list_view':
      return 'a list-view layout';
    case 'fixed_size_list':
      return notCanonical(layout.item, (storage as { item: DataType }).item);
    case 'struct': {
      const fields = (storage as { fields: readonly { type: DataType }[] }).fields;
      return layout.fields.map((field, index) => notCanonical(field, fields[index]!.type)).find((why) => why);
    }
    case 'dictionary':
      return 'a dictionary';
  }
}
