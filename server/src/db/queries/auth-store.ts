import { createHash } from 'node:crypto';
import type { CustomAdapter } from 'better-auth/adapters';
import type { AnyPgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Db } from '../db.ts';
import { and, count, eq, gt, gte, inArray, isNull, lt, lte } from '../drizzle.ts';
import { accounts, sessions, users } from '../schema-dashboard.ts';

/** better-auth's names of its tables. Its fourth, `verification`, is for e-mails, which we do not send. */
const TABLES: Readonly<Record<string, PgTable>> = { user: users, session: sessions, account: accounts };

type Row = Record<string, unknown>;
type Condition = Parameters<CustomAdapter['delete']>[0]['where'][number];

/**
 * What better-auth reads and writes, on our pool. Its own adapters would load Drizzle a second time, as ES modules, and
 * keep session tokens as they are in the cookie; here the database has only their SHA-256, so that who reads it cannot
 * sign in.
 */
export function createAuthStore(db: Db): CustomAdapter {
  return {
    async create({ model, data }) {
      const [row] = await db.insert(tableOf(model)).values(hideToken(model, data)).returning();
      return showToken(model, row, data.token) as typeof data;
    },
    async update<T>({ model, where, update }: Parameters<CustomAdapter['update']>[0]) {
      const changed = db.update(tableOf(model)).set(hideToken(model, update as Row));
      const [row] = await changed.where(toSql(model, where)).returning();
      return (row ? showToken(model, row, tokenIn(where)) : null) as T | null;
    },
    async updateMany({ model, where, update }) {
      const changed = db.update(tableOf(model)).set(hideToken(model, update));
      return (await changed.where(toSql(model, where)).returning({ id: columnOf(model, 'id') })).length;
    },
    async findOne<T>({ model, where }: Parameters<CustomAdapter['findOne']>[0]) {
      const [row] = await db.select().from(tableOf(model)).where(toSql(model, where)).limit(1);
      return (row ? showToken(model, row, tokenIn(where)) : null) as T | null;
    },
    async findMany<T>({ model, where = [], limit }: Parameters<CustomAdapter['findMany']>[0]) {
      const rows = await db.select().from(tableOf(model)).where(toSql(model, where)).limit(limit);
      return rows as T[];
    },
    async delete({ model, where }) {
      await db.delete(tableOf(model)).where(toSql(model, where));
    },
    async deleteMany({ model, where }) {
      const deleted = db.delete(tableOf(model)).where(toSql(model, where));
      return (await deleted.returning({ id: columnOf(model, 'id') })).length;
    },
    async count({ model, where = [] }) {
      const [row] = await db.select({ rows: count() }).from(tableOf(model)).where(toSql(model, where));
      return row?.rows ?? 0;
    },
  };
}

/** The form in which a session's token is stored. */
export function hashSessionToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function tableOf(model: string): PgTable {
  const table = TABLES[model];
  if (!table) throw new Error(`better-auth asks for a table that we do not have: ${model}.`);
  return table;
}

function columnOf(model: string, field: string): AnyPgColumn {
  const column = (tableOf(model) as unknown as Record<string, AnyPgColumn | undefined>)[field];
  if (!column) throw new Error(`better-auth asks for a column that we do not have: ${model}.${field}.`);
  return column;
}

function isToken(model: string, field: string): boolean {
  return model === 'session' && field === 'token';
}

function hideToken(model: string, data: Row): Row {
  if (model !== 'session' || typeof data.token !== 'string') return data;
  return { ...data, token: hashSessionToken(data.token) };
}

/** better-auth puts the token of what it gets into the cookie again: it gets the one that it knows. */
function showToken(model: string, row: Row | undefined, token: unknown): Row | undefined {
  return row && model === 'session' && typeof token === 'string' ? { ...row, token } : row;
}

function tokenIn(where: readonly Condition[]): unknown {
  return where.find(({ field }) => field === 'token')?.value;
}

function toSql(model: string, where: readonly Condition[]) {
  return and(...where.map((condition) => toComparison(model, condition)));
}

function toComparison(model: string, { field, operator, value, connector }: Condition) {
  const column = columnOf(model, field);
  const stored = (each: unknown) => (isToken(model, field) && typeof each === 'string' ? hashSessionToken(each) : each);
  if (connector !== 'OR') {
    if (operator === 'eq') return value === null ? isNull(column) : eq(column, stored(value));
    if (operator === 'in' && Array.isArray(value)) return inArray(column, value.map(stored));
    if (operator === 'lt') return lt(column, value);
    if (operator === 'lte') return lte(column, value);
    if (operator === 'gt') return gt(column, value);
    if (operator === 'gte') return gte(column, value);
  }
  throw new Error(`better-auth asks in a way that we do not know: ${connector} ${model}.${field} ${operator}.`);
}
