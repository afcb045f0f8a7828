import type { Path } from './places.js';
import type { Gathered } from './rules/draft.js';
import type { SchemaMode } from './rules/index.js';
import { said, unknownEntry } from './shape/check.js';

/** Custom properties that we read, by where they stand. */
const OURS = {
  document: [
    'purpose',
    'legalBasis',
    'art9Condition',
    'transferMechanism',
    'retention',
    'presets',
    'noActualKnowledge',
    'policy',
    'allowEmpty',
  ],
  table: ['policy', 'allowEmpty', 'schemaMatch'],
  column: ['mask', 'allowEmpty'],
} as const;

interface Custom {
  property: string;
  value?: unknown;
  vendor?: string | undefined;
}

export type Found = Partial<Record<string, { value: unknown; path: Path }>>;

/** Ours among the custom properties of an element, by name; `legal_basis` and `Legal-Basis` are read as `legalBasis`. */
export function ours(list: unknown, path: Path, where: keyof typeof OURS, { faults }: Gathered): Found {
  const found: Found = {};
  ((list ?? []) as Custom[]).forEach(({ property, value, vendor }, at) => {
    const bare = property.replace(/^counterfoil[.:]/i, '');
    const plain = plainName(bare);
    const name = (OURS[where] as readonly string[]).find((each) => plainName(each) === plain);
    const place = [...path, 'customProperties', at];
    const marked = vendor?.toLowerCase() === 'counterfoil' || /^counterfoil[.:]/i.test(property);
    if (name === undefined) {
      if (marked)
        faults.add([...place, 'property'], unknownEntry(bare, OURS[where]).replace('of the standard', 'of ours'));
    } else if (found[name] !== undefined) faults.add([...place, 'property'], `is there twice: ${name}`);
    else found[name] = { value, path: [...place, 'value'] };
  });
  return found;
}

const plainName = (name: string): string => name.toLowerCase().replaceAll(/[-_ ]/g, '');

/** A yes or no; no where nothing is said. */
export function flagOf(entry: Found[string], { faults }: Gathered): boolean {
  if (entry === undefined || entry.value === false) return false;
  if (entry.value !== true) faults.add(entry.path, `is ${said(entry.value)}; true or false is expected`);
  return true;
}

export function modeOf(entry: Found[string], { faults }: Gathered): SchemaMode {
  const modes: readonly SchemaMode[] = ['superset', 'exact', 'subset'];
  const mode = entry === undefined ? 'superset' : modes.find((each) => each === entry.value);
  if (mode === undefined) faults.add(entry!.path, `is ${said(entry!.value)}; allowed is ${modes.join(', ')}`);
  return mode ?? 'superset';
}
