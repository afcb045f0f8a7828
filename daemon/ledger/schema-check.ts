import { type Database, migrate, openDatabase } from '../store/index.js';
import { MIGRATIONS } from './schema.js';

type Schema = Map<string, string>;

/** What differs between the tables, indexes and triggers of a database and those of this release; undefined when nothing does. */
export function schemaFault(db: Database): string | undefined {
  const fresh = openDatabase(':memory:');
  try {
    migrate(fresh, 'ledger', MIGRATIONS);
    const expected = schemaOf(fresh);
    const found = schemaOf(db);
    for (const [name, sql] of expected) {
      if (!found.has(name)) return `${name} is missing`;
      if (found.get(name) !== sql) return `${name} is not as it was made`;
    }
    const extra = [...found.keys()].find((name) => !expected.has(name));
    return extra === undefined ? undefined : `${extra} was added`;
  } finally {
    fresh.close();
  }
}

function schemaOf(db: Database): Schema {
  const rows = db.prepare('SELECT type, name, sql FROM sqlite_schema').all() as {
    type: string;
    name: string;
    sql: string | null;
  }[];
  return new Map(rows.map((row) => [`${row.type} ${row.name}`, (row.sql ?? '').replace(/\s+/g, ' ').trim()]));
}
