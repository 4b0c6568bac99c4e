import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import pg from 'pg';
import { MIGRATIONS_FOLDER, migrateDatabase, type Patience } from '../../../src/db/migrate.ts';

/** A database that one test file has to itself. */
export interface TestDatabase {
  readonly url: string;
  /** Removes it, along with connections that are still open. */
  drop(): Promise<void>;
}

/** Any number that no one else uses: test files that start together take turns on it. */
const TEMPLATE_LOCK = 7_283_641_906;
const PREFIX = 'autosend_test_';

/** A database that others do not know yet has nobody to wait for. */
export const NOBODY_ELSE: Patience = {
  clock: { sleep: () => Promise.resolve() },
  onBlocked: () => undefined,
  waitsMs: [],
};

/**
 * Makes a database with the newest schema, cloned from a template that is migrated once for each state of the migrations.
 * @param testFileUrl the test's `import.meta.url`, so that a database which is left behind says whose it was
 */
export async function createTestDatabase(testFileUrl: string, options = { isEmpty: false }): Promise<TestDatabase> {
  const server = readServerUrl();
  const name = `${PREFIX}${slugify(testFileUrl)}_${randomBytes(5).toString('hex')}`;
  await withClient(server, async (client) => {
    const template = options.isEmpty ? 'template0' : await prepareTemplate(client, server);
    // File by file: page by page, each would also go through the write-ahead log.
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  });
  return {
    url: replaceDatabase(server, name),
    drop: () => withClient(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

function readServerUrl(): string {
  const url = process.env.AUTOSEND_TEST_DATABASE_URL;
  if (url) return url;
  throw new Error(
    'AUTOSEND_TEST_DATABASE_URL is not set. Run the tests with "npm test", or "npm test -- <file>" for one of them.',
  );
}

async function prepareTemplate(client: pg.Client, server: string): Promise<string> {
  const template = `${PREFIX}template_${await hashMigrations()}`;
  if (await exists(client, template)) return template;
  await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    if (await exists(client, template)) return template;
    // Under another name until it is whole: a kill half-way must not leave a template that checks finished.
    const unfinished = `${template}_new`;
    await client.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${unfinished}`);
    await migrateDatabase({ url: replaceDatabase(server, unfinished) }, NOBODY_ELSE);
    await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${template}`);
    return template;
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
}

async function exists(client: pg.Client, database: string): Promise<boolean> {
  const { rows } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
  return rows.length > 0;
}

async function hashMigrations(): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(MIGRATIONS_FOLDER, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) hash.update(file.slice(MIGRATIONS_FOLDER.length)).update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'autosend-test' });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function replaceDatabase(url: string, database: string): string {
  const parsed = new URL(url);
  parsed.pathname = `/${database}`;
  return parsed.href;
}

/** Names hold 63 bytes; the part from the file takes at most 30 of them. */
function slugify(testFileUrl: string): string {
  return basename(new URL(testFileUrl).pathname, '.test.ts')
    .replace(/[^a-z\d]+/gi, '_')
    .toLowerCase()
    .slice(0, 30);
}
