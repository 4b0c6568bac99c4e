import type { Engine } from './engine.ts';

const SQL = 'working-with-postgresql-compatibility-supported-sql-features.html';
const TYPES = 'working-with-postgresql-compatibility-supported-data-types.html';
const UNSUPPORTED = 'working-with-postgresql-compatibility-unsupported-features.html';
const INDEXES = 'create-index-syntax-support.html';
const TABLES = 'create-table-syntax-support.html';
const CHANGES = 'alter-table-syntax-support.html';
const ONLY_IN_QUERIES = 'in queries; not the type of a column';

/** Aurora DSQL by its user guide. Its pages change fast; where versions differ, the one with more features counts. */
export const AURORA_DSQL: Engine = {
  name: 'Aurora DSQL',
  base: 'https://docs.aws.amazon.com/aurora-dsql/latest/userguide/',
  support: {
    basics: ['yes', SQL],
    emptySelects: ['not documented'],
    aggregates: ['not documented'],
    windows: ['partly', SQL, '`OVER` is, `row_number` is not named'],
    writingCtes: ['not documented'],
    twiceWritten: ['not documented'],
    recursiveCtes: ['not documented'],
    onConflict: ['not documented'],
    returning: ['not documented'],
    updateFrom: ['yes', SQL],
    distinctOn: ['not documented'],
    lateral: ['not documented'],
    rowLocks: [
      'partly',
      'working-with-concurrency-control.html',
      '`FOR UPDATE` without waiting: a conflict shows at the commit; `FOR SHARE` is not documented',
    ],
    skipLocked: ['not documented'],
    advisoryLocks: ['not documented', 'it is "lock-free"'],
    textHashes: ['not documented'],
    texts: ['not documented'],
    times: ['yes', TYPES],
    chance: ['not documented'],
    jsonb: ['no', TYPES, ONLY_IN_QUERIES],
    jsonbFunctions: ['not documented'],
    recordsets: ['not documented'],
    jsonPaths: ['not documented'],
    ordinality: ['not documented'],
    arrays: ['no', TYPES, ONLY_IN_QUERIES],
    unnestSeveral: ['not documented'],
    rowComparisons: ['not documented'],
    collations: ['partly', UNSUPPORTED, 'everything is `"C"`; the word is not documented'],
    types: ['yes', TYPES],
    tables: ['yes', TABLES],
    foreignKeys: ['partly', UNSUPPORTED, 'newer pages have them, older ones do not; `CASCADE` is not documented'],
    changedTables: ['no', CHANGES, '`ADD COLUMN` without `DEFAULT` and `NOT NULL`'],
    changedIdentities: ['yes', CHANGES],
    indexes: ['no', INDEXES, 'only `CREATE INDEX ASYNC`, without `DESC` and `USING`'],
    uniqueOverAll: ['yes', INDEXES],
    partialIndexes: ['partly', INDEXES, 'with `ASYNC`'],
    expressionIndexes: ['partly', INDEXES, 'with `ASYNC`'],
    ginIndexes: ['no', INDEXES, 'no `USING`'],
    ginSettings: ['no', INDEXES, 'no `WITH`'],
    identities: ['yes', TABLES],
    serials: ['not documented'],
    unlogged: ['not documented'],
    sqlFunctions: ['partly', 'create-function-syntax-support.html', '`PARALLEL SAFE` is not documented'],
    plpgsql: ['partly', 'working-with-plpgsql.html', 'functions; triggers are not among the supported statements'],
    rowTriggers: ['no', UNSUPPORTED, 'no triggers'],
    columnTriggers: ['no', UNSUPPORTED, 'no triggers'],
    statementTriggers: ['no', UNSUPPORTED, 'no triggers, no `TRUNCATE`'],
    transactions: [
      'partly',
      'working-with-concurrency-control.html',
      'snapshots only; a conflict is error `40001`, which we repeat',
    ],
    ddlTransactions: ['no', 'working-with-ddl.html', 'one DDL statement in a transaction, and nothing else'],
    savepoints: ['no', UNSUPPORTED, 'no `SAVEPOINT`'],
    settings: ['not documented'],
    readOnly: ['not documented'],
    timelines: ['not documented'],
    activity: ['not documented'],
    sessions: ['not documented'],
    catalog: ['not documented'],
  },
};
