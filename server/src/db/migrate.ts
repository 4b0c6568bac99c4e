import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { type Connection, toPoolConfig } from './client.ts';
import { drizzle, migrate } from './drizzle.ts';

/** Where `drizzle-kit generate` puts the SQL. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('./migrations', import.meta.url));

/** Any number that no one else uses: nodes that start together take turns on it. */
const MIGRATION_LOCK = 7_283_641_905;

/**
 * Brings the database to the newest schema; safe to call from several nodes at once. All that is
 * outstanding runs in one transaction, so that a node that dies half-way leaves nothing behind.
 */
export async function migrateDatabase(connection: Connection): Promise<void> {
  const client = new Client({ ...toPoolConfig(connection), application_name: 'autosend-migrate' });
  // A connection that breaks between two queries rejects the next one; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await migrate(drizzle(client), { migrationsFolder: MIGRATIONS_FOLDER, migrationsSchema: 'autosend' });
  } finally {
    await client.end();
  }
}
