import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { publishDomain } from '../../support/dns/publish.ts';

let dns: DnsServer;
let service: TestApp;
before(async () => {
  dns = await startDnsServer();
  service = await createTestApp(import.meta.url, { dns });
});
after(async () => {
  await service.close();
  await dns.close();
});

const SECOND_MS = 1_000;
interface WireEvent {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly n?: number; readonly record?: string; readonly domainName?: string };
  readonly actor: { readonly type: string; readonly id: string | null; readonly name: string | null } | null;
  readonly at: string;
}
interface Page {
  readonly events: WireEvent[];
  readonly nextCursor?: string;
}

async function getPage(id: string, query = '', key = service.key): Promise<Page> {
  const { status, json, text } = await service.send({ url: `/v1/domains/${id}/events${query}`, key });
  assert.equal(status, 200, text);
  assert.equal(json.success, true);
  return json.data;
}

/** Adds a domain with `count` more changes in its history than the one that added it. */
async function addWithHistory(name: string, count: number) {
  const domain = await service.addDomain(name);
  await service.query(
    `INSERT INTO events (project_id, domain_id, type, data, at)
     SELECT project_id, id, 'record.verified', jsonb_build_object('n', n), created_at + n * interval '1 second'
     FROM domains, generate_series(1, $2) n WHERE id = $1`,
    [domain.id, count],
  );
  return domain;
}

test('a new domain has one event, that it was added, with all that the contract says', async () => {
  const domain = await service.addDomain('new.example.com');
  const page = await getPage(domain.id);
  assert.deepEqual(Object.keys(page), ['events']);
  const [event] = page.events;
  assert.deepEqual(Object.keys(event ?? {}), ['id', 'type', 'data', 'actor', 'at']);
  assert.match(event?.id ?? '', /^\d+$/);
  assert.deepEqual(page.events, [
    {
      ...{ id: event?.id, type: 'domain.created', data: { domainName: 'new.example.com' } },
      ...{ actor: { type: 'api_key', id: event?.actor?.id, name: 'test' }, at: domain.createdAt },
    },
  ]);
});

test('each change is there once, newest first, however often verify is called', async () => {
  const domain = await service.addDomain('changes.example.com');
  publishDomain(dns, domain);
  service.clock.advance(SECOND_MS);
  const verifiedAt = service.clock.now().toISOString();
  for (let times = 0; times < 3; times += 1) {
    await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
    service.clock.advance(SECOND_MS);
  }
  const { events } = await getPage(domain.id);
  assert.deepEqual(
    events.map(({ type, data, at }) => ({ type, data, at })),
    [
      { type: 'domain.verified', data: {}, at: verifiedAt },
      ...['dmarc', 'mailFrom', 'dkim', 'ownership'].map((record) => ({
        type: 'record.verified',
        data: { record },
        at: verifiedAt,
      })),
      { type: 'domain.created', data: { domainName: 'changes.example.com' }, at: domain.createdAt },
    ],
  );
});

test('a deleted domain is 404 with its history, which stays in the database and ends with one deletion', async () => {
  const domain = await service.addDomain('deleted.example.com');
  const url = `/v1/domains/${domain.id}`;
  assert.equal((await service.send({ method: 'DELETE', url })).status, 200);
  assert.equal((await service.send({ method: 'DELETE', url })).status, 404);
  const { status, text } = await service.send({ url: `${url}/events` });
  const never = await service.send({ url: `/v1/domains/${'f'.repeat(24)}/events` });
  assert.deepEqual([status, text], [404, never.text]);
  const kept = await service.query('SELECT type FROM events WHERE domain_id = $1 ORDER BY id', [domain.id]);
  assert.deepEqual(
    kept.map(({ type }) => type),
    ['domain.created', 'domain.deleted'],
  );
});

test('a name that is added again begins a history of its own', async () => {
  const first = await service.addDomain('again.example.com');
  await service.send({ method: 'DELETE', url: `/v1/domains/${first.id}` });
  const second = await service.addDomain('again.example.com');
  assert.deepEqual(
    (await getPage(second.id)).events.map(({ type }) => type),
    ['domain.created'],
  );
});

test('pages of every size hold the whole history once, and the last one has no cursor', async () => {
  const domain = await addWithHistory('paged.example.com', 6);
  await addWithHistory('between.example.com', 3);
  const whole = (await getPage(domain.id)).events;
  assert.deepEqual(
    whole.map(({ data }) => data.n ?? 0),
    [6, 5, 4, 3, 2, 1, 0],
  );
  for (const limit of [1, 2, 3, 6, 7, 100]) {
    const seen: WireEvent[] = [];
    let page = await getPage(domain.id, `?limit=${limit}`);
    seen.push(...page.events);
    while (page.nextCursor !== undefined) {
      assert.equal(page.events.length, limit);
      page = await getPage(domain.id, `?limit=${limit}&cursor=${page.nextCursor}`);
      assert.ok(page.events.length > 0);
      seen.push(...page.events);
    }
    assert.deepEqual(seen, whole, `limit ${limit}`);
  }
});

test('what happens while someone pages neither repeats nor hides anything of the rest', async () => {
  const domain = await addWithHistory('moving.example.com', 3);
  const whole = (await getPage(domain.id)).events;
  const first = await getPage(domain.id, '?limit=2');
  publishDomain(dns, domain);
  await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
  const rest = await getPage(domain.id, `?cursor=${first.nextCursor}`);
  assert.deepEqual([...first.events, ...rest.events], whole);
});

test('without a limit a page has 50', async () => {
  const domain = await addWithHistory('many.example.com', 60);
  const first = await getPage(domain.id);
  assert.equal(first.events.length, 50);
  assert.equal((await getPage(domain.id, `?cursor=${first.nextCursor}`)).events.length, 11);
  assert.equal((await getPage(domain.id, '?limit=100')).events.length, 61);
});

test("another project's domain is 404 like one that never was, and its cursor shows nothing of it", async () => {
  const owner = await service.createProject();
  const theirs = await service.addDomain('secret.example.com', owner.key);
  publishDomain(dns, theirs);
  await service.send({ method: 'POST', url: `/v1/domains/${theirs.id}/verify`, key: owner.key });
  const { nextCursor } = await getPage(theirs.id, '?limit=1', owner.key);
  const mine = await service.addDomain('mine.example.com');
  const never = await service.send({ url: `/v1/domains/${'f'.repeat(24)}/events` });
  for (const query of ['', '?limit=1', `?cursor=${nextCursor}`]) {
    const { status, text } = await service.send({ url: `/v1/domains/${theirs.id}/events${query}` });
    assert.deepEqual([status, text], [404, never.text], query);
    assert.ok((await getPage(mine.id, query)).events.every(({ data }) => data.domainName === 'mine.example.com'));
  }
});

test('a key that may only read may read the history', async () => {
  const { id } = await service.addDomain('read.example.com');
  const { key } = await service.createKey(service.project, { permission: 'read_only' });
  assert.equal((await getPage(id, '', key)).events.length, 1);
});

test('what the query cannot mean is 400 and names the field', async () => {
  const { id } = await service.addDomain('query.example.com');
  const cursorOf = (text: string) => Buffer.from(text).toString('base64url');
  const cases: [query: string, field: string][] = [
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=', 'limit'],
    ['limit=5&limit=6', 'limit'],
    ['cursor=', 'cursor'],
    ['cursor=nonsense', 'cursor'],
    [`cursor=${cursorOf('event.-1')}`, 'cursor'],
    [`cursor=${cursorOf('event.1 or 1=1')}`, 'cursor'],
    [`cursor=${cursorOf(`event.${'9'.repeat(16)}`)}`, 'cursor'],
    [`cursor=${cursorOf(`1.${'f'.repeat(24)}`)}`, 'cursor'],
    ['cursor=a&cursor=b', 'cursor'],
    ['type=domain.created', 'type'],
  ];
  for (const [query, field] of cases) {
    const { status, json } = await service.send({ url: `/v1/domains/${id}/events?${query}` });
    assert.equal(status, 400, query);
    assert.equal(json.error.details[0].field, field, query);
  }
  const farthest = await getPage(id, `?cursor=${cursorOf(`event.${'9'.repeat(15)}`)}`);
  assert.equal(farthest.events.length, 1);
});
