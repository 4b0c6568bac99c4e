import { createRequire } from 'node:module';

// Drizzle is loaded as CommonJS on purpose. As ES modules its hundred small files make Node.js parse the package's large
// package.json once for each of them: 400 ms of every start, against 45 ms this way.
const require = createRequire(import.meta.url);

const query = require('drizzle-orm') as typeof import('drizzle-orm');
export const {
  and,
  asc,
  count,
  desc,
  eq,
  fillPlaceholders,
  getTableColumns,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  like,
  lt,
  lte,
  max,
  ne,
  not,
  or,
  sql,
} = query;

const tables = require('drizzle-orm/pg-core') as typeof import('drizzle-orm/pg-core');
export const {
  bigint,
  boolean,
  customType,
  doublePrecision,
  index,
  integer,
  jsonb,
  PgDialect,
  pgSequence,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
} = tables;

export const { drizzle } = require('drizzle-orm/node-postgres') as typeof import('drizzle-orm/node-postgres');
export const { readMigrationFiles } = require('drizzle-orm/migrator') as typeof import('drizzle-orm/migrator');
