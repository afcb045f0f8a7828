import type { Path } from '../places.js';

interface Newer {
  path: Path;
  message: string;
}

type Map = Record<string, unknown>;

const isMap = (value: unknown): value is Map => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Entries that v3.2 brought, by the list that the element stands in. */
const BROUGHT: Record<string, readonly string[]> = {
  schema: ['synonyms', 'deprecated', 'context'],
  properties: ['synonyms', 'deprecated', 'enum', 'semanticType', 'map'],
  items: ['synonyms', 'deprecated', 'enum', 'semanticType', 'map'],
  slaProperties: ['authoritativeDefinitions', 'customProperties'],
  customProperties: ['vendor'],
  relationships: ['id'],
};

/** Values that are not elements of the standard, whatever their entries are called. */
const OPAQUE = ['value', 'implementation', 'arguments', 'examples', 'logicalTypeOptions', 'description'];

/** Parts of a document of an older version that only v3.2 knows. */
export function newerParts(top: Map, apiVersion: string): Newer[] {
  const found: Newer[] = [];
  const brought = (path: Path): void => {
    found.push({ path, message: `came with ODCS v3.2.0, and this document says ${apiVersion}` });
  };
  const walk = (value: unknown, path: Path, list: string): void => {
    if (Array.isArray(value)) {
      value.forEach((each, at) => {
        walk(each, [...path, at], list);
      });
      return;
    }
    if (!isMap(value)) return;
    for (const key of BROUGHT[list] ?? []) if (value[key] !== undefined) brought([...path, key]);
    if (value.logicalType === 'map' || value.logicalType === 'vector') brought([...path, 'logicalType']);
    for (const [key, member] of Object.entries(value)) if (!OPAQUE.includes(key)) walk(member, [...path, key], key);
  };
  if (top.context !== undefined) brought(['context']);
  walk(top, [], '');
  return found;
}
