import { once } from 'node:events';
import { chownSync } from 'node:fs';
import { join } from 'node:path';
import {
  hasPostgres,
  makeCluster,
  type PostgresUser,
  startPostgres,
} from '../server/test/support/db/debian-postgres.ts';
import { findFreePort } from '../server/test/support/service-process.ts';

/** A PostgreSQL that counts its statements. */
export interface StatementServer {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts Debian's PostgreSQL 15 in `folder` with `pg_stat_statements`, which the embedded one comes without. The other settings
 * are those that the embedded one has in production.
 * @throws Error that says what to install, or which server to name, where it isn't there
 */
export async function startStatementServer(folder: string, user: PostgresUser): Promise<StatementServer> {
  if (!hasPostgres(['postgres', 'initdb']))
    throw new Error(
      'The embedded PostgreSQL comes without pg_stat_statements. Install another one (apt-get install postgresql-15), or name a server that preloads it in AUTOSEND_TEST_DATABASE_URL.',
    );
  const data = join(folder, 'statements');
  if (user) chownSync(folder, user.uid, user.gid);
  await makeCluster(data, user);
  const port = await findFreePort();
  const settings = { port, shared_buffers: '128MB', jit: 'off', shared_preload_libraries: 'pg_stat_statements' };
  const { child } = await startPostgres(data, settings, user);
  const ended = once(child, 'close');
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      child.kill('SIGINT');
      await ended;
    },
  };
}
