import type { Pool } from 'pg';
import * as exported from '../../../src/db/drizzle.ts';
import { projects } from '../../../src/db/schema.ts';

/** What the query builder's methods write, by the feature of our SQL that covers it. A method that isn't here is new to us. */
export const BUILDER_METHODS: ReadonlyMap<string, string> = byName({
  basics: 'select from where innerJoin leftJoin orderBy groupBy limit offset insert values update set delete as',
  writingCtes: 'with',
  distinctOn: 'selectDistinctOn',
  returning: 'returning',
  onConflict: 'onConflictDoNothing onConflictDoUpdate',
  rowLocks: 'for',
  // These send, or name what was built.
  nothing: 'execute query prepare getSQL then catch finally transaction',
});

/** The same of what `db/drizzle.ts` gives out. */
const BUILDER_EXPORTS: ReadonlyMap<string, string> = byName({
  basics: 'and asc desc eq gt gte inArray isNotNull isNull like lt lte ne not or sql',
  aggregates: 'count max',
  nothing: 'fillPlaceholders getTableColumns PgDialect drizzle readMigrationFiles',
  // What makes columns and indexes stands in migrations.
  tables: 'bigint boolean customType doublePrecision integer jsonb pgTable primaryKey text timestamp unique',
  indexes: 'index uniqueIndex',
  identities: 'pgSequence',
});

/** The locks that may be asked for, as they are written. */
const ROW_LOCK = /^'(?:update|share)'(?:, \{ (?:skipLocked: true|of: \w+) \})?$/;

/** Finds what a source asks of the query builder that isn't covered. */
export function findUnknownRequests(source: string, methods: ReadonlySet<string>): string[] {
  const calls = [...source.matchAll(/\.(\w+)\(/g)].map(([, method = '']) => method);
  const locks = [...source.matchAll(/\.for\(([^)]*)\)/g)].map(([, lock = '']) => lock);
  return [
    ...calls.filter((method) => methods.has(method) && !BUILDER_METHODS.has(method)),
    ...locks.filter((lock) => !ROW_LOCK.test(lock)),
  ];
}

/** Lists what `db/drizzle.ts` gives out without being covered. */
export function listUnknownExports(): string[] {
  return Object.keys(exported).filter((name) => !BUILDER_EXPORTS.has(name));
}

/** Lists the methods of all that the query builder builds. */
export function listBuilderMethods(): Set<string> {
  const db = exported.drizzle({ client: {} as Pool });
  const built: object[] = [
    ...[
      db,
      db.with(),
      db.select(),
      db.select().from(projects),
      db.insert(projects),
      db.insert(projects).values({} as typeof projects.$inferInsert),
    ],
    ...[db.update(projects), db.update(projects).set({ title: '' }), db.delete(projects)],
  ];
  const methods = new Set<string>();
  for (const each of built)
    for (let at = each; at && at !== Object.prototype; at = Object.getPrototypeOf(at))
      for (const name of Object.getOwnPropertyNames(at)) methods.add(name);
  methods.delete('constructor');
  return methods;
}

function byName(lists: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(lists).flatMap(([feature, names]) => names.split(' ').map((name) => [name, feature] as const)),
  );
}
