/** A part of SQL that we use, and how it is recognized in a statement. */
export interface SqlFeature {
  /** In the table of docs/operations.md. */
  readonly title: string;
  /** Words that follow each other, in lower case; `f(` stands for a call of f. Of two that fit, the longer one counts. */
  readonly words?: readonly string[];
  /** Types, after `::` or a column's name. */
  readonly types?: readonly string[];
  readonly operators?: readonly string[];
  /** What consists of words of other features; looked for in statements whose tokens have one space between them. */
  readonly pattern?: RegExp;
  /** Stands in migrations that have run, and nowhere else: an engine refuses it, and there is another way. */
  readonly isOfThePast?: true;
}

/**
 * All of SQL that statements and migrations may use. The test "our SQL" (server/test/integration/db/our-sql.test.ts) finds what
 * is not in it; a new feature also needs to know what each distributed engine says about it, in the files beside this one.
 */
export const SQL_FEATURES = {
  basics: {
    title: '`SELECT`, joins, `UNION`, subqueries, `CASE`; `INSERT`, `UPDATE`, `DELETE`',
    words: [
      ...[
        'select',
        'select distinct',
        'from',
        'where',
        'and',
        'or',
        'not',
        'as',
        'on',
        'in',
        'exists',
        'like',
        'limit',
      ],
      ...['is null', 'is not null', 'is not true', 'is distinct from', 'is not distinct from', 'order by', 'group by'],
      ...[
        'asc',
        'desc',
        'nulls last',
        'nulls first',
        'join',
        'inner join',
        'left join',
        'cross join',
        'union',
        'union all',
      ],
      ...['case', 'when', 'then', 'else', 'end', 'true', 'false', 'null', 'with', 'values', 'default'],
      ...['insert into', 'update', 'set', 'delete from', 'coalesce(', 'nullif(', 'greatest(', 'least('],
    ],
    operators: ['=', '<>', '<', '>', '<=', '>=', '+', '-', '*'],
  },
  emptySelects: {
    title: '`SELECT` without columns (only in a migration; statements say `select 1`)',
    pattern: / select from /,
    isOfThePast: true,
  },
  aggregates: {
    title: 'aggregates, `FILTER`',
    words: ['count(', 'min(', 'max(', 'bool_or(', 'array_agg(', 'array_agg( distinct', 'filter('],
  },
  windows: { title: 'window functions', words: ['row_number(', 'over('] },
  writingCtes: {
    title: 'one statement that writes several tables (`WITH … AS (INSERT … | UPDATE …)`)',
    pattern: / as \( (?:insert into|update|delete from) /,
  },
  twiceWritten: {
    title: 'one statement with two `UPDATE`s of one table (keys that change place)',
    pattern: / inactive_keys as \( update .* active_keys as \( update /,
  },
  recursiveCtes: { title: '`WITH RECURSIVE`', words: ['with recursive'] },
  onConflict: {
    title: '`ON CONFLICT` by columns',
    words: ['on conflict', 'do nothing', 'do update set', 'on conflict do nothing', 'excluded'],
  },
  returning: { title: '`RETURNING`', words: ['returning'] },
  updateFrom: { title: '`UPDATE … FROM`', pattern: /^(?:.* )?update [^;]*? set [^;]* from / },
  distinctOn: { title: '`DISTINCT ON`', words: ['select distinct on'] },
  lateral: { title: '`LATERAL`', words: ['lateral', 'cross join lateral', 'left join lateral'] },
  rowLocks: {
    title: '`FOR UPDATE`, `FOR NO KEY UPDATE`, `FOR SHARE`, `FOR UPDATE OF`',
    words: ['for update', 'for no key update', 'for share', 'for update of'],
  },
  skipLocked: { title: '`SKIP LOCKED` (claims)', words: ['skip locked'] },
  advisoryLocks: {
    title: 'advisory locks of a transaction (claims, positions of events, migrations)',
    words: ['pg_advisory_xact_lock(', 'pg_try_advisory_xact_lock('],
  },
  textHashes: { title: '`hashtextextended`, `bit_xor`', words: ['hashtextextended(', 'bit_xor('] },
  texts: {
    title: 'functions of texts: `split_part`, `position`, `lpad`, `to_hex`, `md5`, `concat_ws` …',
    words: [
      ...[
        'left(',
        'right(',
        'substr(',
        'substring(',
        'lpad(',
        'replace(',
        'split_part(',
        'lower(',
        'length(',
        'position(',
      ],
      ...['octet_length(', 'concat_ws(', 'to_hex(', 'md5('],
    ],
    operators: ['||'],
  },
  times: {
    title: 'times and intervals, `extract(epoch …)`',
    words: ['now(', 'interval', 'extract( epoch'],
    types: ['timestamptz', 'timestamp(', 'with time zone', 'interval'],
  },
  chance: { title: '`random`, `gen_random_uuid`', words: ['random(', 'gen_random_uuid('] },
  jsonb: { title: '`jsonb`: `->`, `->>`, `@>`, `?`', types: ['jsonb'], operators: ['->', '->>', '@>', '?'] },
  jsonbFunctions: {
    title: '`jsonb_agg`, `jsonb_build_object`, `jsonb_array_elements`, `jsonb_array_length`, `jsonb_each_text`',
    words: [
      ...['jsonb_agg(', 'jsonb_build_object(', 'jsonb_array_elements(', 'jsonb_array_length(', 'jsonb_each_text('],
    ],
  },
  recordsets: { title: '`jsonb_to_recordset` with a list of columns', words: ['jsonb_to_recordset('] },
  jsonPaths: { title: '`jsonb_path_exists`', words: ['jsonb_path_exists('] },
  ordinality: { title: '`WITH ORDINALITY`', words: ['with ordinality'] },
  arrays: {
    title: '`text[]`: `ANY`, `&&`, `unnest`, `cardinality`; `generate_series`',
    words: ['any(', 'unnest(', 'array', 'cardinality(', 'array_append(', 'generate_series('],
    operators: ['&&'],
  },
  unnestSeveral: { title: '`unnest` of several arrays at once', pattern: / unnest \( [^()]*::[^()]* , / },
  rowComparisons: {
    title: 'comparison of rows: `(a, b) > (c, d)`',
    pattern: /\( \$0 \) \$0 \( \$0 \)/,
  },
  collations: { title: '`COLLATE "C"`', words: ['collate "C"'] },
  types: {
    title: '`text`, `integer`, `bigint`, `boolean`, `bytea`, `double precision`',
    types: ['text', 'int', 'integer', 'bigint', 'boolean', 'bytea', 'double precision', 'float8'],
  },
  tables: {
    title: '`CREATE SCHEMA`, `CREATE TABLE`, primary keys, `UNIQUE`, defaults',
    words: [
      ...['create table', 'create schema if not exists', 'create table if not exists', 'constraint', 'primary key'],
      ...['unique', 'not null'],
    ],
  },
  foreignKeys: {
    title: 'foreign keys, `ON DELETE CASCADE` and `SET NULL`',
    words: [
      ...['foreign key', 'references', 'on delete cascade', 'on delete set null', 'on delete no action'],
      'on update no action',
    ],
  },
  changedTables: {
    title: '`ALTER TABLE … ADD COLUMN`, `ADD CONSTRAINT`, `DROP NOT NULL`; `DROP INDEX`',
    words: ['alter table', 'add column', 'add constraint', 'alter column', 'drop not null', 'drop index'],
  },
  changedIdentities: { title: '`ALTER COLUMN … SET GENERATED BY DEFAULT`', words: ['set generated by default'] },
  indexes: {
    title: 'B-tree indexes, unique ones, with `DESC NULLS LAST`',
    words: ['create index', 'create unique index', 'using btree'],
  },
  uniqueOverAll: {
    title: 'unique over all rows, whatever their project (a name and selector, a token)',
    pattern: /constraint "dkim_keys_name_selector" unique/,
  },
  partialIndexes: { title: 'partial indexes, unique ones too', pattern: /^create (?:unique )?index [^;]* where / },
  expressionIndexes: {
    title: 'an expression in a unique index',
    pattern: /^create unique index [^;]*? , \( \( ?"algorithm"|^create unique index [^;]*? , \( "algorithm" = /,
  },
  ginIndexes: { title: 'a GIN index on `text[]` (search)', words: ['using gin'] },
  ginSettings: { title: '`WITH (fastupdate=false)` on it', words: ['fastupdate'] },
  identities: {
    title: 'identity columns and their sequences, `nextval`',
    words: [
      ...[
        'generated always as identity',
        'generated by default as identity',
        'sequence name',
        'create sequence',
        'increment by',
      ],
      ...['minvalue', 'maxvalue', 'start with', 'cache', 'nextval('],
    ],
  },
  serials: { title: '`serial` (the table of migrations)', types: ['serial'] },
  unlogged: { title: 'an `UNLOGGED` table (rate limits)', words: ['create unlogged table'] },
  sqlFunctions: {
    title: 'a function in SQL (`IMMUTABLE`, `PARALLEL SAFE`)',
    words: [
      'create function',
      'returns',
      'language sql',
      'immutable',
      'parallel safe',
      '"search_grams"(',
      'search_grams(',
    ],
  },
  plpgsql: {
    title: 'trigger functions in PL/pgSQL (columns as `new.id`)',
    words: [
      ...['returns trigger', 'language plpgsql', 'begin', 'return new', 'return old', 'return null', 'if', 'end if'],
      ...['elsif', 'raise exception', 'using errcode', 'tg_op', 'tg_table_name'],
    ],
    operators: [':='],
  },
  rowTriggers: {
    title: 'row triggers, `BEFORE` and `AFTER`, with `WHEN`',
    words: [
      ...['create trigger', 'before update on', 'before update or delete on', 'after insert on', 'after delete on'],
      ...['for each row', 'execute function', '"count_revision"(', '"note_domain_name"(', '"keep_audit_log"('],
      '"note_key_target"(',
    ],
  },
  columnTriggers: { title: 'a trigger `AFTER UPDATE OF` columns (keys zone)', words: ['after update of'] },
  statementTriggers: {
    title: 'a statement trigger `BEFORE TRUNCATE` (audit log)',
    words: ['before truncate on', 'for each statement'],
  },
  transactions: { title: 'transactions, `READ COMMITTED`', words: ['commit', 'rollback'] },
  ddlTransactions: {
    title: 'all pending migrations in one transaction',
    pattern: /^create schema if not exists autosend$/,
  },
  savepoints: {
    title: 'savepoints (a migration that waits for a lock)',
    words: ['savepoint', 'rollback to savepoint'],
  },
  settings: {
    title:
      '`lock_timeout`, `statement_timeout`, `idle_in_transaction_session_timeout`; `transaction_timeout` where there is one',
    words: [
      'set local',
      'lock_timeout',
      'statement_timeout',
      'idle_in_transaction_session_timeout',
      'transaction_timeout',
      'search_path',
    ],
  },
  readOnly: {
    title: '`SHOW transaction_read_only` (where the URL names several hosts)',
    words: ['show transaction_read_only'],
  },
  timelines: {
    title:
      '`pg_is_in_recovery`, `pg_current_wal_insert_lsn`, `pg_walfile_name`, `pg_control_system`, `bit(32)` (where the URL names several hosts; done without where they are missing)',
    words: [
      'pg_is_in_recovery(',
      'pg_walfile_name(',
      'pg_current_wal_insert_lsn(',
      'pg_control_system(',
      'system_identifier',
    ],
    types: ['bit('],
  },
  activity: {
    title: '`pg_stat_activity` (whether the server is still at work on a write that it has not answered)',
    words: ['pg_stat_activity'],
  },
  sessions: { title: '`pg_backend_pid` (whether there is a pooler)', words: ['pg_backend_pid('] },
  catalog: {
    title: "`pg_tables`, `current_setting('server_version')`",
    words: ['pg_tables', 'schemaname', 'tablename', 'current_setting('],
  },
} satisfies Record<string, SqlFeature>;

/** The name of a feature in the data. */
export type FeatureName = keyof typeof SQL_FEATURES;
