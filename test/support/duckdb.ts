import { DuckDBInstance } from '@duckdb/node-api';

/** The rows that a second tool gives for a statement, as plain JSON. */
export async function duckdb(statement: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(statement)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Asks a second tool that has run some statements before, again and again. */
export async function duckdbOf(
  t: { after(work: () => void): void },
  statement: string,
): Promise<(query: string) => Promise<Record<string, unknown>[]>> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  t.after(() => {
    connection.closeSync();
    instance.closeSync();
  });
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run(statement);
  return async (query) => (await connection.runAndReadAll(query)).getRowObjectsJson();
}
