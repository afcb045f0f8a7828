/** Tables of this room in gateway.db. Steps are never edited once released. */
export const CATALOG_STEPS: readonly string[] = [
  `CREATE TABLE dataset (
     name TEXT PRIMARY KEY,
     source TEXT NOT NULL,
     contract TEXT,
     created TEXT NOT NULL
   ) STRICT;
   CREATE TABLE version (
     id TEXT PRIMARY KEY,
     place INTEGER NOT NULL UNIQUE,
     dataset TEXT NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('pending', 'published', 'shredding', 'shredded')),
     folder TEXT NOT NULL UNIQUE,
     data_key TEXT,
     salt_key TEXT,
     content TEXT,
     manifest TEXT NOT NULL,
     bytes INTEGER NOT NULL,
     notes TEXT NOT NULL
   ) STRICT;
   CREATE INDEX version_of ON version (dataset, place);
   CREATE TABLE profile (
     dataset TEXT NOT NULL,
     version TEXT NOT NULL,
     body TEXT NOT NULL,
     PRIMARY KEY (dataset, version)
   ) STRICT;`,
  `CREATE TABLE override (
     dataset TEXT NOT NULL,
     column TEXT NOT NULL,
     entity TEXT NOT NULL,
     verdict TEXT NOT NULL CHECK (verdict IN ('is', 'contains')),
     reason TEXT NOT NULL,
     by TEXT NOT NULL,
     at TEXT NOT NULL,
     PRIMARY KEY (dataset, column, entity)
   ) STRICT;
   -- Made anew: they lacked what looks personal in the fields of structs.
   DELETE FROM profile;`,
];
