import type { Path } from '../places.js';
import type { Property } from '../shape/table.js';
import { addRule, columnOf, type Gathered, type RuleBody, type Site } from './draft.js';
import { optionRules } from './options.js';

/** Rules that follow from what a property says of its column. */
export function propertyRules(property: Property, path: Path, site: Site, gathered: Gathered): void {
  const column = columnOf(site, property.name!);
  const rule = (suffix: string, key: string, body: RuleBody): void =>
    addRule(gathered, site, {
      path: [...path, key],
      body: { ...body, columns: [column] },
      usual: `${column}.${suffix}`,
      column,
    });

  if (property.required === true || property.primaryKey === true) {
    rule('required', property.required === true ? 'required' : 'primaryKey', { check: 'null' });
  }
  if (property.unique === true) rule('unique', 'unique', { check: 'unique' });
  if (property.enum !== undefined) {
    const values = [...new Set(property.enum.map(({ value }) => value))].filter((value) => value !== null);
    if (values.length > 0) rule('enum', 'enum', { check: 'in_set', values });
    else gathered.leave([...path, 'enum'], 'it lists nothing but null');
  }
  const at: Path = [...path, 'logicalTypeOptions'];
  for (const { suffix, body } of optionRules(property, at, gathered))
    addRule(gathered, site, { path: at, body: { ...body, columns: [column] }, usual: `${column}.${suffix}`, column });
  leaveInner(property, path, gathered);
}

/** What is said of the inside of a column is kept; only the column as a whole is checked. */
function leaveInner(property: Property, path: Path, gathered: Gathered): void {
  const inner: [Property, Path][] = [
    ...(property.properties ?? []).map((each, at): [Property, Path] => [each, [...path, 'properties', at]]),
    ...(property.items === undefined ? [] : [[property.items, [...path, 'items']] as [Property, Path]]),
    ...(property.map === undefined
      ? []
      : ([
          [property.map.key, [...path, 'map', 'key']],
          [property.map.value, [...path, 'map', 'value']],
        ] as [Property, Path][])),
  ];
  for (const [each, at] of inner) {
    for (const key of ['required', 'unique', 'primaryKey', 'enum', 'logicalTypeOptions', 'quality'] as const) {
      const value = each[key];
      if (value === undefined || value === false || (Array.isArray(value) && value.length === 0)) continue;
      gathered.leave([...at, key], 'it is about the inside of a column; checks look at columns');
    }
    leaveInner(each, at, gathered);
  }
}
