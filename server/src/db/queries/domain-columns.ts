import type { SQL } from 'drizzle-orm';
import { getTableColumns, sql } from '../drizzle.ts';
import { domains } from '../schema.ts';

/** A row as it is, without its key. */
export type DomainRow = typeof domains.$inferSelect;

/** A column of a domain by its name in the schema: statements in SQL of our own take names and types from here. */
export type DomainColumn = keyof DomainRow;

/** All columns of a domain. Statements name them one by one: `*` in a prepared one breaks when a newer node adds a column. */
export const ALL_COLUMNS = Object.keys(getTableColumns(domains)) as DomainColumn[];

/** Names columns, as in an INSERT. */
export function nameColumns(columns: readonly DomainColumn[]): SQL {
  return joinColumns(columns, (column) => sql`${sql.identifier(domains[column].name)}`);
}

/** Names columns with their types, as in the definition of a record set. */
export function defineColumns(columns: readonly DomainColumn[]): SQL {
  return joinColumns(columns, (column) => sql`${sql.identifier(domains[column].name)} ${typeOf(column)}`);
}

/** Sets columns to those of the same name in `source`. */
export function assignColumns(columns: readonly DomainColumn[], source: SQL): SQL {
  return joinColumns(columns, (column) => {
    const name = sql.identifier(domains[column].name);
    return sql`${name} = ${source}.${name}`;
  });
}

/** The type of a column in SQL. */
export function typeOf(column: DomainColumn): SQL {
  return sql.raw(domains[column].getSQLType());
}

function joinColumns(columns: readonly DomainColumn[], toText: (column: DomainColumn) => SQL): SQL {
  return sql.join(columns.map(toText), sql`, `);
}

/** Names the values of a row as its columns are named. */
export function toNamedValues(row: Partial<Record<DomainColumn, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [domains[column as DomainColumn].name, value]),
  );
}

/** Reads a row that a statement in SQL of our own gave back with the names of its columns. */
export function readDomainRow(row: Readonly<Record<string, unknown>>): DomainRow {
  const domain: Record<string, unknown> = {};
  for (const key of ALL_COLUMNS) {
    const column = domains[key];
    const value = row[column.name];
    domain[key] = value === null ? null : column.mapFromDriverValue(value as never);
  }
  return domain as DomainRow;
}
