import type { Engine } from './engine.ts';

/** A fork of PostgreSQL's query layer: what isn't on one of these pages is "expected to work identically". */
const OVERVIEW = 'explore/ysql-language-features/';
const FEATURES = 'api/ysql/sql-feature-support/';
const UNSUPPORTED = 'reference/configuration/postgresql-compatibility/#unsupported-postgresql-features';
const LOCKING = 'explore/transactions/explicit-locking/';
const TRANSACTIONAL_DDL = 'architecture/transactions/transactional-ddl/';
const TRIGGERS = 'explore/ysql-language-features/advanced-features/triggers/';

/** YugabyteDB's YSQL, by its documentation ("stable", 2025.2). */
export const YUGABYTEDB: Engine = {
  name: 'YugabyteDB',
  base: 'https://docs.yugabyte.com/stable/',
  support: {
    basics: ['yes', FEATURES],
    emptySelects: ['yes', OVERVIEW],
    aggregates: ['yes', OVERVIEW],
    windows: ['yes', FEATURES],
    writingCtes: ['yes', FEATURES],
    twiceWritten: ['yes', OVERVIEW],
    recursiveCtes: ['yes', FEATURES],
    onConflict: ['yes', FEATURES],
    returning: ['yes', OVERVIEW],
    updateFrom: ['yes', OVERVIEW],
    distinctOn: ['yes', OVERVIEW],
    lateral: ['yes', OVERVIEW],
    rowLocks: ['yes', LOCKING],
    skipLocked: [
      'not documented',
      'an [issue](https://github.com/yugabyte/yugabyte-db/issues/9929) says that it is there',
    ],
    advisoryLocks: ['partly', LOCKING, 'from 2.25.1 on, where its flags are set'],
    textHashes: ['yes', OVERVIEW],
    texts: ['yes', OVERVIEW],
    times: ['yes', OVERVIEW],
    chance: ['yes', OVERVIEW],
    jsonb: ['yes', FEATURES],
    jsonbFunctions: ['yes', OVERVIEW],
    recordsets: ['yes', OVERVIEW],
    jsonPaths: ['yes', OVERVIEW],
    ordinality: ['yes', OVERVIEW],
    arrays: ['yes', FEATURES],
    unnestSeveral: ['yes', OVERVIEW],
    rowComparisons: ['yes', OVERVIEW],
    collations: ['yes', FEATURES],
    types: ['yes', FEATURES],
    tables: ['yes', FEATURES],
    foreignKeys: ['yes', FEATURES],
    changedTables: ['partly', UNSUPPORTED, 'some variants are missing; these are not named'],
    changedIdentities: ['not documented', 'some variants of `ALTER TABLE` are missing'],
    indexes: ['yes', FEATURES],
    uniqueOverAll: ['yes', FEATURES],
    partialIndexes: ['yes', FEATURES],
    expressionIndexes: ['yes', FEATURES],
    ginIndexes: ['yes', 'explore/ysql-language-features/indexes-constraints/gin/'],
    ginSettings: ['no', UNSUPPORTED, 'no storage parameters on indexes'],
    identities: ['yes', FEATURES],
    serials: ['yes', FEATURES],
    unlogged: [
      'no',
      UNSUPPORTED,
      'but the words do nothing since 2024.2, says an [issue](https://github.com/yugabyte/yugabyte-db/issues/24183)',
    ],
    sqlFunctions: ['yes', FEATURES],
    plpgsql: ['yes', TRIGGERS],
    rowTriggers: ['yes', FEATURES],
    columnTriggers: ['not documented'],
    statementTriggers: ['yes', TRIGGERS],
    transactions: [
      'partly',
      'explore/transactions/isolation-levels/',
      '`READ COMMITTED` is Snapshot before 2025.2 unless `yb_enable_read_committed_isolation` is set',
    ],
    ddlTransactions: ['partly', TRANSACTIONAL_DDL, 'early access: `ysql_yb_ddl_transaction_block_enabled`'],
    savepoints: ['yes', 'explore/ysql-language-features/advanced-features/savepoints/'],
    settings: ['not documented'],
    readOnly: ['yes', OVERVIEW],
    timelines: ['not documented'],
    activity: ['yes', 'explore/observability/pg-stat-activity/'],
    sessions: ['yes', OVERVIEW],
    catalog: ['yes', OVERVIEW],
  },
};
