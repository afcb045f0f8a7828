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
