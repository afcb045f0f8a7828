import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { personalDetector } from '../../daemon/catalog/index.js';
import { textColumn } from '../../daemon/columnar/index.js';

/** Tables of the collection that are about people. */
const ABOUT_PEOPLE = new Set([
  'la-riots.csv',
  'lookup_people.csv',
  'lookup_groups.csv',
  'political-contributions.json',
]);

/** Share of the columns of the JSON tables of vega-datasets in which something is found, all read as text. */
export function cleanTables(): { columns: number; alarms: number } {
  const folder = join(import.meta.dirname, '..', '..', '..', 'node_modules', 'vega-datasets', 'data');
  let columns = 0;
  let alarms = 0;
  for (const file of readdirSync(folder)) {
    if (!file.endsWith('.json') || ABOUT_PEOPLE.has(file)) continue;
    const rows: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    if (!Array.isArray(rows) || typeof rows[0] !== 'object') continue;
    const names = [...new Set(rows.flatMap((row: object) => Object.keys(row)))];
    const detector = personalDetector({
      fields: names.map((name) => ({ name, type: { name: 'utf8' }, nullable: true })),
    });
    detector.update({
      rows: rows.length,
      columns: names.map((name) => textColumn(rows.map((row: Record<string, unknown>) => textOf(row[name])))),
    });
    columns += names.length;
    alarms += new Set(detector.findings().map(({ column }) => column)).size;
  }
  return { columns, alarms };
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
