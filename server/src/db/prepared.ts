import type { SQL } from 'drizzle-orm';
import type { Db } from './db.ts';
import { PgDialect } from './drizzle.ts';

/**
 * Gives a statement that is built once for each pool, and once for each connection prepared by its name: for a short one,
 * building and planning take several times as long as running it. In a transaction it is built anew, with the same name.
 */
export function prepareOnce<Statement>(prepare: (db: Db) => Statement): (db: Db) => Statement {
  const known = new WeakMap<Db, Statement>();
  return (db) => {
    const found = known.get(db);
    if (found) return found;
    const statement = prepare(db);
    known.set(db, statement);
    return statement;
  };
}

/** SQL text with placeholders, and the name under which a connection keeps it prepared; null where it is planned for the values of each time. */
export interface Statement {
  readonly name: string | null;
  readonly text: string;
  readonly params: unknown[];
}

/** The same for a statement in SQL of our own, which the query builder does not prepare: `Database.run` runs it. Without a name, it is built once and planned each time. */
export function buildStatement(name: string | null, query: SQL): Statement {
  const { sql: text, params } = new PgDialect().sqlToQuery(query);
  return { name, text, params };
}
