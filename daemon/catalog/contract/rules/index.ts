import type { Document } from 'yaml';
import type { Path } from '../places.js';
import { kindOf, type Quality } from '../shape/quality.js';
import type { Property, Table } from '../shape/table.js';
import { customRule } from './custom.js';
import { addRule, columnOf, type Gathered, type Site } from './draft.js';
import { libraryRule } from './library.js';
import { propertyRules } from './property.js';
import { typeOf } from './types.js';

/** How the columns of the data compare with those of the contract: more are fine, unless it says otherwise. */
export type SchemaMode = 'superset' | 'exact' | 'subset';

/** All rules of a table, in the order of the document: its columns, then column by column, then the table. */
export function tableRules(
  table: Table,
  path: Path,
  site: Site,
  mode: SchemaMode,
  gathered: Gathered,
  document: Document,
): void {
  const properties = table.properties ?? [];
  if (properties.length > 0) schemaRule(properties, path, site, mode, gathered);
  properties.forEach((property, at) => {
    const place = [...path, 'properties', at];
    propertyRules(property, place, site, gathered);
    qualityRules(property.quality ?? [], place, site, columnOf(site, property.name!), gathered, document);
    leaveAll(property.relationships, [...place, 'relationships'], gathered);
  });
  primaryKey(properties, path, site, gathered);
  qualityRules(table.quality ?? [], path, site, undefined, gathered, document);
  leaveAll(table.relationships, [...path, 'relationships'], gathered);
}

function schemaRule(
  properties: readonly Property[],
  path: Path,
  site: Site,
  mode: SchemaMode,
  gathered: Gathered,
): void {
  const fields = properties.map((property) => {
    const type = typeOf(property);
    return { name: columnOf(site, property.name!), ...(type === undefined ? {} : { type }) };
  });
  addRule(gathered, site, {
    path: [...path, 'properties'],
    body: { check: 'schema.match', mode, fields },
    usual: 'schema',
  });
}

/** The columns of the primary key are unique together; that none is null follows column by column. */
function primaryKey(properties: readonly Property[], path: Path, site: Site, gathered: Gathered): void {
  const key = properties.filter((property) => property.primaryKey === true);
  if (key.length === 0 || (key.length === 1 && key[0]!.unique === true)) return;
  const place = (property: Property): number => property.primaryKeyPosition ?? -1;
  const columns = [...key].sort((a, b) => place(a) - place(b)).map((property) => columnOf(site, property.name!));
  const at = properties.indexOf(key[0]!);
  addRule(gathered, site, {
    path: [...path, 'properties', at, 'primaryKey'],
    body: { check: 'unique', columns },
    usual: `${site.table}.primaryKey`,
  });
}

function qualityRules(
  rules: readonly Quality[],
  path: Path,
  site: Site,
  column: string | undefined,
  gathered: Gathered,
  document: Document,
): void {
  rules.forEach((quality, at) => {
    const place = [...path, 'quality', at];
    const kind = kindOf(quality);
    if (kind === 'library') libraryRule(quality, place, site, column, gathered);
    else if (kind === 'custom') customRule(quality, place, site, column, gathered, document);
    else gathered.leave(place, kind === 'sql' ? 'it is SQL for the database of its server' : 'it is text for people');
  });
}

function leaveAll(list: readonly unknown[] | undefined, path: Path, gathered: Gathered): void {
  list?.forEach((_, at) => {
    gathered.leave([...path, at], 'references to other tables are not followed');
  });
}
