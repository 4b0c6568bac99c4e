import type { Engine } from './engine.ts';

const FEATURES = 'sql-feature-support';
const FUNCTIONS = 'functions-and-operators';
const DIFFERENCES = 'postgresql-compatibility';
const CTES = 'common-table-expressions';
const TRIGGERS = 'triggers#known-limitations';

/** CockroachDB by its documentation of 26.3, and the list of functions in its repository. */
export const COCKROACHDB: Engine = {
  name: 'CockroachDB',
  base: 'https://www.cockroachlabs.com/docs/v26.3/',
  support: {
    basics: ['yes', FEATURES],
    emptySelects: ['no', 'select-clause', 'the grammar asks for at least one column'],
    aggregates: ['yes', FUNCTIONS],
    windows: ['yes', 'window-functions'],
    writingCtes: ['yes', CTES],
    twiceWritten: [
      'partly',
      DIFFERENCES,
      'disallowed unless `enable_multiple_modifications_of_table` is set ([why](https://github.com/cockroachdb/cockroach/issues/70731))',
    ],
    recursiveCtes: ['yes', CTES],
    onConflict: ['yes', 'insert'],
    returning: ['yes', 'insert'],
    updateFrom: ['yes', 'update'],
    distinctOn: ['yes', 'select-clause'],
    lateral: ['yes', 'subqueries'],
    rowLocks: [
      'partly',
      'select-for-update',
      'under `SERIALIZABLE`, the default, best effort; shared locks only by a setting',
    ],
    skipLocked: ['yes', 'select-for-update'],
    advisoryLocks: ['no', DIFFERENCES, 'some are there and do nothing'],
    textHashes: ['not documented'],
    texts: ['yes', FUNCTIONS],
    times: ['yes', 'interval'],
    chance: ['yes', FUNCTIONS],
    jsonb: ['yes', 'jsonb'],
    jsonbFunctions: ['yes', FUNCTIONS],
    recordsets: ['not documented', 'the list of functions that we read has only `jsonb_populate_recordset`'],
    jsonPaths: ['yes', 'jsonpath'],
    ordinality: ['yes', 'table-expressions'],
    arrays: ['yes', 'array'],
    unnestSeveral: ['yes', FUNCTIONS],
    rowComparisons: ['not documented'],
    collations: ['not documented', '`COLLATE` is, with the names of languages'],
    types: ['yes', FEATURES, '`integer` has 64 bits'],
    tables: ['yes', 'create-table'],
    foreignKeys: ['yes', 'foreign-key'],
    changedTables: ['yes', 'alter-table'],
    changedIdentities: ['yes', 'alter-table', 'since 24.1'],
    indexes: ['yes', 'create-index'],
    uniqueOverAll: ['yes', 'unique'],
    partialIndexes: ['yes', 'partial-indexes'],
    expressionIndexes: ['yes', 'expression-indexes'],
    ginIndexes: ['yes', 'inverted-indexes'],
    ginSettings: ['not documented'],
    identities: ['yes', 'create-table#identity-columns', 'without `OVERRIDING`, which we do not use'],
    serials: ['yes', 'serial'],
    unlogged: ['yes', 'create-table', 'the word does nothing'],
    sqlFunctions: ['partly', 'create-function', '`PARALLEL SAFE` is not documented'],
    plpgsql: ['no', 'plpgsql#known-limitations', 'columns of `NEW` and `OLD` only as `(NEW).id`'],
    rowTriggers: ['partly', 'triggers', 'the same in their conditions'],
    columnTriggers: ['no', TRIGGERS, '`UPDATE OF` is missing'],
    statementTriggers: ['no', TRIGGERS, 'none for statements, none for `TRUNCATE`'],
    transactions: ['partly', 'read-committed', '`SERIALIZABLE` is the default; set `READ COMMITTED`'],
    ddlTransactions: [
      'partly',
      'online-schema-changes#known-limitations',
      'what fails at its end leaves a part behind; mixed with `READ COMMITTED` only with `autocommit_before_ddl`',
    ],
    savepoints: ['yes', 'savepoint'],
    settings: ['yes', 'session-variables'],
    catalog: ['yes', 'pg-catalog'],
  },
};
