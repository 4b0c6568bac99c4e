import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { waitUntil } from '../../support/clock.ts';

let service: TestApp;
let other: TestApp;
let address: string;
before(async () => {
  service = await createTestApp(import.meta.url, { isRealTime: true });
  other = await createTestApp(import.meta.url, { beside: service, isRealTime: true });
  address = await service.listen();
});
after(async () => {
  await other.close();
  await service.close();
});

interface FeedEvent {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly domain: { readonly domainName: string }; readonly sequence: number };
}
interface Page {
  readonly events: FeedEvent[];
  readonly nextCursor?: string;
  readonly hasMore: boolean;
}

async function getFeed(key: string, query = ''): Promise<Page> {
  const { status, json, text } = await service.send({ url: `/v1/events${query}`, key });
  assert.equal(status, 200, text);
  return json.data;
}

const namesOf = ({ events }: Page) => events.map(({ data }) => data.domain.domainName);

test('the feed of a project is what webhooks get, oldest first, in pages of every size, and of no other project', async () => {
  const { key } = await service.createProject();
  const stranger = await service.createProject();
  assert.deepEqual(await getFeed(key), { events: [], hasMore: false });
  const names = Array.from({ length: 5 }, (_, n) => `d${n}.feed.example.com`);
  for (const name of names) {
    await service.addDomain(name, key);
    await service.addDomain(name, stranger.key);
  }
  const whole = await getFeed(key);
  assert.deepEqual(namesOf(whole), names);
  assert.deepEqual(Object.keys(whole.events[0] ?? {}), ['id', 'type', 'createdAt', 'timestamp', 'data']);
  for (const limit of [1, 2, 5, 6]) {
    let page = await getFeed(key, `?limit=${limit}`);
    const seen = [...page.events];
    while (page.hasMore) {
      page = await getFeed(key, `?limit=${limit}&cursor=${page.nextCursor}`);
      seen.push(...page.events);
    }
    assert.deepEqual(seen, whole.events, `limit ${limit}`);
    assert.deepEqual(await getFeed(key, `?cursor=${page.nextCursor}`), {
      events: [],
      nextCursor: whole.events.at(-1)?.id,
      hasMore: false,
    });
  }
  const [, second] = names;
  const domain = (await service.send({ url: `/v1/domains?search=${second}`, key })).json.data.domains[0];
  assert.deepEqual(namesOf(await getFeed(key, `?domainId=${domain.id}`)), [second]);
  // Another project's event is a place in time, and shows nothing.
  const theirs = (await getFeed(stranger.key)).events[2]?.id;
  assert.ok(namesOf(await getFeed(key, `?cursor=${theirs}`)).every((name) => names.includes(name)));
});

test('a cursor never passes an event whose transaction commits later', async () => {
  const { project, key } = await service.createProject();
  const domain = await service.addDomain('slow.example.com', key);
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query("SELECT nextval('events_id_seq') AS id");
    await client.query(
      `INSERT INTO event_feed (event_id, project_id, domain_id, type, body, at)
       SELECT $1, $2, $3, 'domain.updated', body, at FROM event_feed WHERE domain_id = $3 LIMIT 1`,
      [rows[0].id, project.id, domain.id],
    );
    await service.addDomain('quick.example.com', key);
    const first = await getFeed(key);
    assert.deepEqual(namesOf(first), ['slow.example.com', 'quick.example.com']);
    await client.query('COMMIT');
    const next = await getFeed(key, `?cursor=${first.nextCursor}`);
    assert.deepEqual(
      next.events.map(({ id }) => id),
      [`evt_${rows[0].id}`],
    );
    assert.ok(Number(rows[0].id) < Number(first.nextCursor?.slice(4)));
    assert.equal((await getFeed(key)).events.length, 3);
  } finally {
    await client.end();
  }
});

test('what the query cannot mean is 400 and names the field', async () => {
  for (const [query, field] of [
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['cursor=', 'cursor'],
    ['cursor=7', 'cursor'],
    ['cursor=evt_-1', 'cursor'],
    ['cursor=evt_1&cursor=evt_2', 'cursor'],
    ['type=domain.created', 'type'],
  ]) {
    const { status, json } = await service.send({ url: `/v1/events?${query}` });
    assert.deepEqual([status, json.error.details[0].field], [400, field], query);
  }
});

interface Stream {
  readonly status: number;
  events(): { id: string; event: string; data: string }[];
  hasEnded(): boolean;
  close(): void;
}

async function openStream(key: string, { query = '', lastEventId = '' } = {}): Promise<Stream> {
  const headers = { authorization: `Bearer ${key}`, ...(lastEventId && { 'last-event-id': lastEventId }) };
  const request = get(`${address}/v1/events/stream${query}`, { headers, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  let hasEnded = false;
  response.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  for (const end of ['end', 'error', 'close'])
    response.on(end, () => {
      hasEnded = true;
    });
  request.on('error', () => undefined);
  return {
    status: response.statusCode ?? 0,
    events: () =>
      [...text.matchAll(/^id: (.*)\nevent: (.*)\ndata: (.*)\n\n/gm)].map(([, id = '', event = '', data = '']) => ({
        ...{ id, event, data },
      })),
    hasEnded: () => hasEnded,
    close: () => void request.destroy(),
  };
}

test('the stream tells what happens on any node, to the octet, and goes on after Last-Event-ID without a gap', async () => {
  const { key } = await service.createProject();
  await service.addDomain('before.example.com', key);
  const stream = await openStream(key);
  assert.equal(stream.status, 200);
  const watched = (
    await other.send({ method: 'POST', url: '/v1/domains', body: { domain: 'a.stream.example.com' }, key })
  ).json.data;
  await waitUntil(async () => stream.events().length === 1);
  stream.close();
  await other.send({ method: 'POST', url: '/v1/domains', body: { domain: 'b.stream.example.com' }, key });
  const [first] = stream.events();
  assert.ok(first);
  assert.equal(first.event, 'domain.created');
  const [row] = await service.query<{ body: string }>('SELECT body FROM event_feed WHERE event_id = $1', [
    first.id.slice(4),
  ]);
  assert.equal(first.data, row?.body);
  const resumed = await openStream(key, { lastEventId: first.id });
  await service.addDomain('c.stream.example.com', key);
  await waitUntil(async () => resumed.events().length === 2);
  assert.deepEqual(
    resumed.events().map(({ data }) => JSON.parse(data).data.domain.domainName),
    ['b.stream.example.com', 'c.stream.example.com'],
  );
  resumed.close();
  const ofOne = await openStream(key, { query: `?domainId=${watched.id}`, lastEventId: 'evt_0' });
  await waitUntil(async () => ofOne.events().length === 1);
  assert.equal(JSON.parse(ofOne.events()[0]?.data ?? '{}').data.domain.id, watched.id);
  ofOne.close();
});

test('a stream ends when its key is revoked, and a key has ten at most', async () => {
  const { project } = await service.createProject();
  const { id, key } = await service.createKey(project, { permission: 'read_only' });
  const writer = await service.createKey(project);
  const streams = await Promise.all(Array.from({ length: 10 }, () => openStream(key)));
  const refused = await openStream(key);
  assert.equal(refused.status, 429);
  await service.query('UPDATE api_keys SET revoked_at = now() WHERE id = $1', [id]);
  await service.addDomain('unseen.example.com', writer.key);
  await waitUntil(async () => streams.every((stream) => stream.hasEnded()));
  assert.ok(streams.every((stream) => stream.events().length === 0));
});

test('a Last-Event-ID that is none is 400', async () => {
  const { status, json } = await service.send({ url: '/v1/events/stream', headers: { 'last-event-id': 'seven' } });
  assert.deepEqual([status, json.error.details[0].field], [400, 'last-event-id']);
});
