import { withConnection } from './database.ts';

/** One statement, as `pg_stat_statements` has counted it. */
interface Counted {
  readonly query: string;
  readonly calls: number;
  readonly rows: number;
  readonly total_ms: number;
  readonly wal_bytes: number;
  readonly share: number;
}

const DEAREST = 10;
const SHOWN_CHARACTERS = 150;
/** Ours: what is asked for the figure itself is no cost of a sweep. */
const OF_THE_FIGURE = ['pg_stat_', 'pg_backend_pid', 'next_check_at = now()', 'next_check_at <= now()'];

/** Makes sure that the server of the figures counts statements, before it is kept busy for minutes. @throws Error that says what is missing */
export async function requireStatements(serverUrl: string): Promise<void> {
  await withConnection(serverUrl, async (client) => {
    const { rows } = await client.query<{ shared_preload_libraries: string }>('SHOW shared_preload_libraries');
    if (!rows[0]?.shared_preload_libraries.includes('pg_stat_statements'))
      throw new Error(
        '--statements needs a server with shared_preload_libraries = pg_stat_statements; the one of AUTOSEND_TEST_DATABASE_URL has none.',
      );
  });
}

/** Runs `work`, and prints which statements it spent PostgreSQL's time on, the dearest first, for `units` of what it did. */
export async function printStatements<T>(databaseUrl: string, units: number, work: () => Promise<T>): Promise<T> {
  await withConnection(databaseUrl, async (client) => {
    await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
    await client.query('SELECT pg_stat_statements_reset()');
  });
  const result = await work();
  const counted = await withConnection(databaseUrl, async (client) => {
    const { rows } = await client.query<Counted>(
      `SELECT regexp_replace(query, '\\s+', ' ', 'g') AS query, calls::int, rows::int,
         total_exec_time + total_plan_time AS total_ms, wal_bytes::float8,
         (total_exec_time + total_plan_time) / sum(total_exec_time + total_plan_time) OVER () AS share
       FROM pg_stat_statements
       WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND NOT query LIKE ANY ($1)
       ORDER BY total_ms DESC LIMIT $2`,
      [OF_THE_FIGURE.map((text) => `%${text}%`), DEAREST],
    );
    return rows;
  });
  console.error(`the ${DEAREST} dearest statements, for each of ${units} domains:`);
  console.error(formatStatements(counted, units));
  return result;
}

function formatStatements(counted: readonly Counted[], units: number): string {
  const head = ['µs', 'share', 'calls', 'rows', 'WAL, bytes', 'statement'];
  const lines = counted.map(({ query, calls, rows, total_ms, wal_bytes, share }) => [
    ((total_ms * 1_000) / units).toFixed(1),
    `${(share * 100).toFixed(1)} %`,
    (calls / units).toFixed(3),
    (rows / units).toFixed(3),
    (wal_bytes / units).toFixed(0),
    query.slice(0, SHOWN_CHARACTERS),
  ]);
  return [head, ...lines]
    .map((cells) => cells.map((cell, n) => (n < 5 ? cell.padStart(10) : cell)).join('  '))
    .join('\n');
}
