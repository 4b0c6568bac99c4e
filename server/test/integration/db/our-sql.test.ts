import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { SQL_FEATURES, type SqlFeature } from '../../../docs/distributed-sql/features.ts';
import { claimDueDomains } from '../../../src/db/queries/due-domains.ts';
import { queueChores } from '../../../src/jobs/housekeeping.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import {
  BUILDER_METHODS,
  findUnknownRequests,
  listBuilderMethods,
  listUnknownExports,
} from '../../support/db/query-builder.ts';
import { createScan, findNames, tokenize } from '../../support/db/statement-scan.ts';
import {
  listSources,
  listUnreadCalls,
  readMigrationStatements,
  readSqlTexts,
} from '../../support/db/statement-sources.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { publishDomain } from '../../support/dns/publish.ts';
import { startReceiver } from '../../support/webhooks/receiver.ts';
import { sendDue } from '../../support/webhooks/send-due.ts';

/** Names of ours that PostgreSQL's grammar knows as words, too. A new one is looked at here first: it hides that word. */
const NAMES_LIKE_WORDS = new Set(
  `action after at before body change cluster current data domain each first found hash health held history identity image intent key last
  keys level list link listed made mail member name news next object other owner permission person place position problem project
  provider public published reason record request response role room scope seen selector sequence session settings source stage
  state status target text title token told type types url used user value version waiting webhook zone stored`.split(
    /\s+/,
  ),
);

/** What goes into SQL as it is, or to the driver, and is no literal: each was looked at. */
const UNREAD = [
  'pool.query(prepareFor(sessions.use, config), values)',
  'client.query(prepareFor(sessions.use, config), values)',
  'client.query(beginWith(sessions.use))',
  'client.query(query)',
  'sql.raw(way)',
  "sql.raw(way === 'asc' ? '>' : '<')",
  'sql.raw(String(FILTER_MS))',
  'sql.raw(domains[column].getSQLType())',
];

const sources = listSources();
const texts = [
  ...readMigrationStatements(),
  ...sources.flatMap(({ file, text }) => readSqlTexts(text).map((sql) => ({ file, sql }))),
];
const tokensOf = texts.map(({ sql }) => tokenize(sql));

describe('our SQL', () => {
  let dns: DnsServer;
  let service: TestApp;
  let scan: ReturnType<typeof createScan>;
  const sent = new Set<string>();
  const original = pg.Client.prototype.query;
  before(async () => {
    dns = await startDnsServer();
    service = await createTestApp(import.meta.url, { dns, variables: { WEBHOOKS_ALLOW_PRIVATE: 'true' } });
    const words = await service.query<{ word: string }>('SELECT word FROM pg_get_keywords()');
    const names = findNames(tokensOf);
    for (const { word } of words) if (!NAMES_LIKE_WORDS.has(word)) names.delete(word);
    scan = createScan(SQL_FEATURES, names);
  });
  after(async () => {
    pg.Client.prototype.query = original;
    await service.close();
    await dns.close();
  });

  it('every word, call, type and operator in migrations and sources is in the table of docs/operations.md', () => {
    const unknown = tokensOf.flatMap((tokens, at) => scan(tokens).unknown.map((part) => `${texts[at]?.file}: ${part}`));
    assert.equal(
      unknown.join('\n'),
      '',
      `Not in the table:\n${unknown.join('\n')}\nDo without it, or put it into server/docs/distributed-sql/ with what each engine says about it. A name of ours that PostgreSQL's grammar knows as a word goes into NAMES_LIKE_WORDS.`,
    );
  });

  it('every feature in the table is used, and what only migrations of the past have is in no source', () => {
    const found = tokensOf.map((tokens, at) => ({ file: texts[at]?.file ?? '', features: scan(tokens).features }));
    const built = new Set(BUILDER_METHODS.values());
    for (const [name, { isOfThePast }] of Object.entries<SqlFeature>(SQL_FEATURES)) {
      const files = found.filter(({ features }) => features.has(name)).map(({ file }) => file);
      assert.ok(files.length > 0 || built.has(name), `${name} is used nowhere`);
      if (isOfThePast)
        assert.deepEqual(
          files.filter((file) => !file.endsWith('.sql')),
          [],
          name,
        );
    }
  });

  it('what is put into SQL as it is, or sent without being a text, is known', () => {
    const calls = sources.flatMap(({ text }) => listUnreadCalls(text));
    assert.deepEqual(
      calls.filter((call) => !UNREAD.includes(call)),
      [],
    );
  });

  it('the query builder is asked only for what the table has', () => {
    const methods = listBuilderMethods();
    assert.ok(methods.has('fullJoin') && methods.has('onConflictDoUpdate') && methods.has('for'), 'they were found');
    const unknown = sources
      .filter(({ file }) => file.startsWith('db/'))
      .flatMap(({ file, text }) => findUnknownRequests(text, methods).map((request) => `${file}: ${request}`));
    assert.deepEqual([...unknown, ...listUnknownExports()], []);
    for (const request of [
      'db.select().from(a).fullJoin(b)',
      "query.for('no key update')",
      "a.for('update', { noWait: true })",
    ])
      assert.equal(findUnknownRequests(request, methods).length, 1, request);
  });

  it('the statements that the main use cases really send are in it, with what the query builder makes of them', async () => {
    pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]) {
      const [config] = given;
      sent.add(typeof config === 'string' ? config : (config as { text: string }).text);
      return Reflect.apply(original, this, given);
    } as typeof original;
    await useTheService(service, dns);
    pg.Client.prototype.query = original;
    assert.ok(sent.size > 30, `${sent.size} statements`);
    const all = [...sent].map(tokenize);
    // Names that are put together, such as those of columns in a list, stand in no source; all are quoted or listed in one.
    assert.deepEqual([...new Set(all.flatMap((tokens) => scan(tokens).unknown))], []);
  });

  for (const [what, sql] of [
    ['a statement', 'CREATE RULE quiet AS ON INSERT TO "domains" DO INSTEAD NOTHING'],
    ['an extension', 'CREATE EXTENSION pg_trgm'],
    ['an index by an extension', 'CREATE INDEX "x" ON "domains" USING gin ("name" gin_trgm_ops)'],
    ['another kind of index', 'CREATE INDEX "x" ON "domains" USING brin ("created_at")'],
    ['an index that is built beside', 'CREATE INDEX CONCURRENTLY "x" ON "domains" USING btree ("name")'],
    ['a call', 'select pg_sleep(1)'],
    ['a call in a schema', 'select pg_catalog.pg_sleep(1)'],
    ['a call in quotes', 'select "pg_sleep"(1)'],
    ['a type', 'select id::uuid from domains'],
    ['a column of another type', 'ALTER TABLE "domains" ADD COLUMN "address" inet'],
    ['a column of a type in quotes', 'ALTER TABLE "domains" ADD COLUMN "names" "citext"'],
    ['a generated column', 'ALTER TABLE "domains" ADD COLUMN "x" text GENERATED ALWAYS AS (lower("name")) STORED'],
    ['an operator', "select id from domains where name ~ '^a'"],
    ['a lock', 'select id from domains for key share'],
    ['another way to wait', 'select id from domains for update nowait'],
    ['a listener', 'listen changes'],
    ['a message', "notify changes, 'x'"],
    ['a temporary table', 'create temporary table x (id text)'],
    ['a lock of a table', 'lock table domains in share mode'],
    [
      'a constraint that waits',
      'ALTER TABLE "domains" ADD CONSTRAINT "x" UNIQUE("name") DEFERRABLE INITIALLY DEFERRED',
    ],
    ['nulls that are alike', 'CREATE UNIQUE INDEX "x" ON "domains" USING btree ("name") NULLS NOT DISTINCT'],
    ['a merge', 'merge into domains using projects on true when matched then delete'],
    ['a transaction id', 'select xmin from domains'],
    ['a system column', 'select ctid from domains'],
    ['another collation', 'select name from domains order by name collate "en-x-icu"'],
    ['a conflict by name', 'insert into domains (id) values ($1) on conflict on constraint domains_pkey do nothing'],
    ['an overridden identity', 'insert into events (id) overriding system value values ($1)'],
    ['a sample', 'select id from domains tablesample system (1)'],
    ['an enum', "CREATE TYPE mood AS ENUM ('ok')"],
  ] as const)
    it(`${what} that is not in the table is found: ${sql}`, () => {
      assert.notDeepEqual(scan(tokenize(sql)).unknown, []);
    });

  it('comments and literals count for nothing, and the bodies of functions do', () => {
    assert.deepEqual(scan(tokenize("-- pg_sleep(1)\nselect 'pg_sleep(1)' /* listen x */")).unknown, []);
    assert.notDeepEqual(
      scan(tokenize('CREATE FUNCTION "x"() RETURNS trigger LANGUAGE plpgsql AS $$ begin perform pg_sleep(1); end $$'))
        .unknown,
      [],
    );
  });

  it('SQL in a template is read with what is nested in it, and without what is filled in', () => {
    const source =
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a source that is read
      "const a = sql<string>`select ${b ? sql`pg_sleep(1)` : `}`} from ${t}`; client.query('begin'); sql.raw(`x`);";
    const named = "const QUESTION = 'select pg_sleep(1)';\nclient.query<Answer>(QUESTION); client.query(other);";
    assert.deepEqual(readSqlTexts(named), ['select pg_sleep(1)']);
    assert.deepEqual(listUnreadCalls(named), ['client.query(other)']);
    assert.deepEqual(
      readSqlTexts(source).map((text) => tokenize(text).join(' ')),
      ['select $0 from $0', 'pg_sleep ( 1 )', 'begin', 'x'],
    );
  });
});

/** A domain's life as a product drives it, and what a node does beside it. */
async function useTheService({ ctx, clock, send, addDomain }: TestApp, dns: DnsServer): Promise<void> {
  const receiver = await startReceiver();
  const ask = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: object) => {
    const { status, text, json } = await send({ method, url, body });
    assert.ok(status < 300, `${method} ${url}: ${status} ${text}`);
    return json.data;
  };
  await ask('POST', '/v1/webhooks', { url: receiver.url, events: ['*'] });
  const domain = await addDomain('sent.example.com');
  publishDomain(dns, domain);
  const path = `/v1/domains/${domain.id}`;
  await ask('POST', `${path}/verify`);
  for (const url of [path, '/v1/domains?limit=5', '/v1/domains?search=sent', `${path}/events`, `${path}/diagnostics`])
    await ask('GET', url);
  await ask('POST', `${path}/keys`, {});
  await ask('POST', `${path}/share-links`, {});
  await sendDue(ctx);
  clock.advance(86_400_000);
  const lease = { owner: 'test', until: new Date(clock.now().getTime() + 30_000) };
  assert.equal((await claimDueDomains(ctx.db, clock.now(), lease, 10)).length, 1);
  for (const chore of await queueChores(ctx).claim('test', 10)) await queueChores(ctx).run(chore);
  await ask('DELETE', path);
  await receiver.close();
}
