import { randomInt } from 'node:crypto';
import { AppError, validationError } from '../core/errors.ts';
import type { Connection } from './connector.ts';
import { callDriver, isDatabaseAway } from './failures.ts';
import { migrateDatabase, type Patience } from './migrate.ts';
import { withOwnConnection } from './own-connection.ts';
import { readProcessId } from './pooler.ts';

const VARIABLE = 'AUTOSEND_DATABASE_LISTEN_URL';
const NAME = 'autosend-start';

/** Brings the database to the newest schema, past the pooler where there is a way: there, nothing ends a migration that takes long. */
export async function migrateDirectly(
  { connection, direct }: { readonly connection: Connection; readonly direct: Connection | null },
  patience: Patience,
): Promise<void> {
  if (direct !== null) await requireDirectConnection(connection, direct);
  await migrateDatabase(direct ?? connection, patience);
}

/**
 * Makes sure that a connection beside the pooler is what it has to be: one without a pooler, to the same database. Whoever held
 * a lock in one and not in the other would migrate somebody else's database.
 * @throws AppError VALIDATION_FAILED where it leads elsewhere, SERVICE_UNAVAILABLE where nobody answers there
 */
async function requireDirectConnection(connection: Connection, direct: Connection): Promise<void> {
  const problem = await callDriver(() =>
    withOwnConnection(connection, NAME, async (usual) => {
      // Locks of this kind are a database's own: whoever finds it taken is in the same one.
      const lock = randomInt(2 ** 47);
      await usual.query('begin');
      await usual.query('select pg_advisory_xact_lock($1)', [lock]);
      const found = await findProblem(direct, lock);
      await usual.query('rollback');
      return found;
    }),
  );
  if (problem !== null) throw problem;
}

async function findProblem(direct: Connection, lock: number): Promise<AppError | null> {
  try {
    return await callDriver(() =>
      withOwnConnection(direct, NAME, async (own) => {
        const { rows } = await own.query<{ pid: number; is_free: boolean }>(
          'select pg_backend_pid() as pid, pg_try_advisory_xact_lock($1) as is_free',
          [lock],
        );
        if (rows[0]?.pid !== readProcessId(own))
          return validationError(
            VARIABLE,
            `${VARIABLE} leads through a pooler, too. Name PostgreSQL itself, or remove the variable.`,
          );
        if (!rows[0]?.is_free) return null;
        return validationError(
          VARIABLE,
          `${VARIABLE} leads to another database than AUTOSEND_DATABASE_URL. Both must name the same one.`,
        );
      }),
    );
  } catch (cause) {
    if (!isDatabaseAway(cause)) throw cause;
    return new AppError('SERVICE_UNAVAILABLE', `The database isn't responding at ${VARIABLE}.`, { cause });
  }
}
