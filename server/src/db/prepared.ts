import type { Db } from './client.ts';

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
