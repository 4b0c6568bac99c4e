import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { DomainObject } from '../../src/wire/domain.ts';
import type { KeyObject } from '../../src/wire/key.ts';
import { BARE_KEY, type BareService, startBareService } from '../support/bare-service.ts';
import { explainMissing } from '../support/daemon.ts';
import { createTestDatabase, type TestDatabase } from '../support/db/databases.ts';
import { type PgBouncer, startPgBouncer } from '../support/db/pgbouncer.ts';
import { type DnsServer, startDnsServer } from '../support/dns/dns-server.ts';
import { listRecords, publishDomain } from '../support/dns/publish.ts';
import { createSeededRandom } from '../support/dns/seeded-random.ts';
import { type DomainLoad, startDomainLoad } from '../support/load/domain-load.ts';
import { type FollowedEvents, followEvents } from '../support/load/followed-events.ts';
import { readTimes, tellDone, tellWrong } from '../support/load/full-run.ts';
import { compareRows, QUICK_SCHEDULE, settleLoad } from '../support/load/settle-load.ts';
import { waitUntil } from '../support/service-process.ts';
import { testUserEnvironment } from '../support/test-user.ts';
import { type Receiver, startReceiver } from '../support/webhooks/receiver.ts';

/** How often PgBouncer is ended under the load. */
const TIMES = readTimes(2);
/** As few connections to PostgreSQL as there are nodes, each of which has ten to PgBouncer. */
const POOL_SIZE = 3;
const LOAD_MS = 800;
const AWAY_MS = 1_500;
const ROTATED = 3;
const PATIENCE_MS = 60_000;

const random = createSeededRandom();

describe('three nodes and a real PgBouncer in transaction mode', { skip: explainMissing(['pgbouncer']) }, () => {
  let folder: string;
  let dns: DnsServer;
  let database: TestDatabase;
  let rows: pg.Pool;
  let pooler: PgBouncer;
  let receiver: Receiver;
  const nodes: BareService[] = [];
  const running = new Set<BareService>();
  let load: DomainLoad | undefined;
  let followed: FollowedEvents | undefined;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'autosend-pgbouncer-nodes-'));
    await writeFile(join(folder, 'schedule.json'), JSON.stringify(QUICK_SCHEDULE));
    dns = await startDnsServer();
    receiver = await startReceiver();
    database = await createTestDatabase(import.meta.url, { isEmpty: true });
    rows = new pg.Pool({ connectionString: database.url, max: 2, application_name: 'autosend-test' });
    rows.on('error', () => undefined);
    pooler = await startPgBouncer(database.url, { poolSize: POOL_SIZE });
    // All at once on an empty database: the migrations go through PgBouncer, but for those of the third, which has a way past it.
    nodes.push(...(await Promise.all([{}, { AUTOSEND_DATABASE_PREPARE: 'false' }, direct()].map(startNode))));
  });
  after(async () => {
    await load?.end();
    await followed?.end();
    for (const node of running) node.signal('SIGKILL');
    await Promise.all([...running].map((node) => node.ended()));
    await pooler.stop();
    await rows.end();
    await database.drop();
    await receiver.close();
    await dns.close();
    await rm(folder, { recursive: true });
  });

  const direct = () => ({ AUTOSEND_DATABASE_LISTEN_URL: database.url });

  async function startNode(env: Readonly<Record<string, string>>): Promise<BareService> {
    const node = await startBareService({
      databaseUrl: pooler.route(database.url),
      env: {
        AUTOSEND_DNS_SERVERS: `${dns.resolver.address}:${dns.resolver.port}`,
        AUTOSEND_DNS_AUTHORITATIVE_PORT: String(dns.port),
        AUTOSEND_DNS_ALLOW_PRIVATE: 'true',
        AUTOSEND_WEBHOOKS_ALLOW_PRIVATE: 'true',
        AUTOSEND_SCHEDULE_FILE: join(folder, 'schedule.json'),
        AUTOSEND_RATE_LIMIT_PER_SECOND: '0',
        AUTOSEND_LOG_LEVEL: 'info',
        // The socket of the test's own server is its user's.
        ...testUserEnvironment,
        ...env,
      },
    });
    running.add(node);
    void node.ended().then(() => running.delete(node));
    return node;
  }

  async function post(path: string, body: object): Promise<{ status: number; data: unknown }> {
    const reply = await fetch(`${random.pick(nodes).url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${BARE_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { data } = (await reply.json()) as { data?: unknown };
    return { status: reply.status, data };
  }

  /** Ends PgBouncer, once it has been missed brings it back, and has all be well again. */
  async function strike(load: DomainLoad): Promise<void> {
    load.resume();
    await delay(random.below(LOAD_MS));
    const { unavailable } = load.counts;
    await (random.below(2) === 0 ? pooler.kill() : pooler.end());
    await waitUntil(async () => load.counts.unavailable > unavailable);
    await delay(random.below(AWAY_MS));
    await pooler.start();
    await load.pause();
    await waitUntil(
      async () => (await load.repeatUnanswered()) === 0,
      () => 'for requests that were answered 503 to be answered when they are repeated',
      PATIENCE_MS,
    );
    await load.compare();
  }

  async function stopNodes(): Promise<void> {
    for (const node of running) node.signal('SIGTERM');
    for (const node of nodes) assert.equal(await node.ended(), 0);
    nodes.length = 0;
  }

  async function count(sql: string): Promise<number> {
    const { rows: found } = await rows.query<{ count: number }>(sql);
    return found[0]?.count ?? 0;
  }

  test('the migrations ran once, and each node said in one line what it does without', async () => {
    assert.equal(
      await count(
        'select max(n)::int as count from (select count(*) as n from autosend.__drizzle_migrations group by hash) t',
      ),
      1,
    );
    for (const node of nodes) {
      const lines = node.output().match(/There is a pooler between this node and PostgreSQL[^"]*/g) ?? [];
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? '', /not prepared by name/);
    }
  });

  test(`nothing acknowledged is lost when PgBouncer is ended under load, and all of it is told to webhooks and live: seed ${random.seed}`, async (t) => {
    t.diagnostic(`AUTOSEND_TEST_SEED=${random.seed} repeats the choices of this run`);
    const url = () => random.pick(nodes).url;
    assert.equal((await post('/v1/webhooks', { url: receiver.url, events: ['*'] })).status, 201);
    followed = await followEvents(url, BARE_KEY);
    load = startDomainLoad({ url, apiKey: BARE_KEY, dns, random });
    for (let n = 0; n < TIMES; n += 1) await strike(load);
    await settleLoad(load, rows);

    const { ledger, counts } = load;
    const { told } = followed;
    const listCreated = async () => {
      const { rows: events } = await rows.query<{ id: string }>(
        `select 'evt_' || id as id from events where type = 'domain.created'`,
      );
      return events.map(({ id }) => id);
    };
    const delivered = () => new Set(receiver.received.map(({ headers }) => headers['webhook-id']));
    const created = await listCreated();
    assert.equal(created.length, ledger.created.size);
    await waitUntil(
      async () => {
        const [arrived, seen] = [delivered(), new Set(told.map(({ id }) => id))];
        return created.every((id) => arrived.has(id) && seen.has(id));
      },
      () => `${delivered().size} events at the webhook and ${told.length} live, of ${created.length} domains`,
      PATIENCE_MS,
    );
    if (new Set(told.map(({ id }) => id)).size !== told.length)
      ledger.wrong.push('an event was told twice in the stream');
    await followed.end();
    await stopNodes();
    await compareRows(load, rows);
    await load.end();
    tellDone(t, TIMES, '× PgBouncer ended under load');
    t.diagnostic(
      `${counts.answered} answers, ${counts.unavailable} of them 503; ${ledger.created.size} domains were made`,
    );
    t.diagnostic(`${receiver.received.length} requests to the webhook, ${told.length} events in the stream`);
    tellWrong(t, ledger.wrong);
    assert.deepEqual(ledger.wrong, []);
  });

  test('keys move on while PgBouncer is ended: each once', async () => {
    nodes.push(...(await Promise.all([startNode({}), startNode(direct())])));
    const rotating: { domain: DomainObject; key: KeyObject }[] = [];
    for (let n = 0; n < ROTATED; n += 1) {
      const domain = (await post('/v1/domains', { domain: `rotated-${n}.example.com` })).data as DomainObject;
      publishDomain(dns, domain);
      const made = await post(`/v1/domains/${domain.id}/keys`, {});
      assert.equal(made.status, 201);
      rotating.push({ domain, key: made.data as KeyObject });
    }
    await pooler.kill();
    for (const { domain, key } of rotating)
      dns.setRecords(domain.domainName, [
        ...listRecords(domain),
        { name: key.record.name, value: key.record.value, type: 'TXT' },
      ]);
    await pooler.start();
    // Whoever calls verify is checked within seconds, again and again.
    for (const { domain } of rotating)
      await waitUntil(async () => (await post(`/v1/domains/${domain.id}/verify`, {})).status === 200);
    await waitUntil(
      async () => {
        const { rows: moved } = await rows.query(
          `select from dkim_keys where stage = 'active' and (domain_id, selector) in (select * from unnest($1::text[], $2::text[]))`,
          [rotating.map(({ domain }) => domain.id), rotating.map(({ key }) => key.selector)],
        );
        return moved.length === ROTATED;
      },
      () => 'for the new keys to sign',
      PATIENCE_MS,
    );
    const twice = await count(
      `select count(*)::int from (select from events where type = 'key.activated' group by domain_id having count(*) > 1) t`,
    );
    assert.equal(twice, 0);
    // PostgreSQL never had more of them than PgBouncer may open.
    const held = await count(
      `select count(*)::int from pg_stat_activity where datname = current_database() and application_name <> 'autosend-test'`,
    );
    assert.ok(held <= POOL_SIZE, `${held} connections`);
    await stopNodes();
  });
});
