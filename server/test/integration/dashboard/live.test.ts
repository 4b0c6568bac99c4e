import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { after, afterEach, before, test } from 'node:test';
import type { ProjectId } from '../../../src/core/ids.ts';
import { createLiveUpdates, POLL_MS } from '../../../src/services/domains/live-updates.ts';
import { type DashboardData, dashboardContract } from '../../../src/wire/dashboard/contract.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { addMember, type Browser, openBrowser, setUpOwner, signIn } from '../../support/browser/dashboard.ts';
import { waitUntil } from '../../support/clock.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { publishDomain } from '../../support/dns/publish.ts';

const HEARTBEAT_MS = 15_000;

let dns: DnsServer;
let service: TestApp;
let other: TestApp;
let owner: Browser;
let projectId: string;
let address: string;
const streams = new Set<LiveReader>();

before(async () => {
  dns = await startDnsServer();
  service = await createTestApp(import.meta.url, { dns });
  other = await createTestApp(import.meta.url, { beside: service, dns });
  owner = await setUpOwner(service);
  projectId = (await owner.get('GET /api/projects')).projects[0]?.id ?? '';
  address = await service.listen();
});
afterEach(() => {
  for (const stream of streams) stream.close();
  streams.clear();
});
after(async () => {
  await other.close();
  await service.close();
  await dns.close();
});

interface LiveReader {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly events: { readonly event: string; readonly data: Record<string, unknown> }[];
  text(): string;
  hasEnded(): boolean;
  /** Moves the clock until the condition holds. */
  until(isTrue: () => boolean): Promise<void>;
  close(): void;
}

/** Opens a stream over a real connection. */
async function openStream(path: string, cookie = owner.cookie(), base = address): Promise<LiveReader> {
  const request = get(base + path, { headers: { cookie }, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  let hasEnded = false;
  response.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  for (const end of ['end', 'error', 'close'] as const)
    response.on(end, () => {
      hasEnded = true;
    });
  const reader: LiveReader = {
    status: response.statusCode ?? 0,
    headers: response.headers,
    get events() {
      return [...text.matchAll(/^event: (\w+)\ndata: (.*)\n\n/gm)].map(([, event = '', data = '']) => ({
        event,
        data: JSON.parse(data),
      }));
    },
    text: () => text,
    hasEnded: () => hasEnded,
    until: (isTrue) =>
      waitUntil(
        async () => {
          if (isTrue()) return true;
          service.clock.advance(POLL_MS);
          return false;
        },
        () => `for an event; there is ${text.slice(-500)}`,
      ),
    close: () => request.destroy(),
  };
  streams.add(reader);
  return reader;
}

async function openReady(path: string, cookie?: string): Promise<LiveReader> {
  const reader = await openStream(path, cookie);
  assert.equal(reader.status, 200, reader.text());
  await reader.until(() => reader.events.some(({ event }) => event === 'ready'));
  return reader;
}

const listPath = () => `/api/projects/${projectId}/domains/live`;
const domainPath = (id: string) => `/api/projects/${projectId}/domains/${id}/live`;
const add = (domain: string) =>
  owner.get('POST /api/projects/:projectId/domains', { params: { projectId }, body: { domain } });
const at = (domainId: string) => ({ params: { projectId, domainId } });

type Detail = DashboardData<'GET /api/projects/:projectId/domains/:domainId'>;

test('a stream is not kept back by proxies or caches', async () => {
  const reader = await openReady(listPath());
  assert.match(String(reader.headers['content-type']), /^text\/event-stream/);
  assert.equal(reader.headers['x-accel-buffering'], 'no');
  assert.equal(reader.headers['cache-control'], 'no-store');
  assert.equal(reader.events[0]?.event, 'ready');
});

test('the stream of all projects tells of each that somebody may read, and ends when that changes', async () => {
  const { id } = await owner.get('POST /api/projects', { body: { name: 'second' } });
  const member = await addMember(service, owner, projectId, 'member', 'all-live@example.com');
  const [ofOwner, ofMember] = [
    await openReady('/api/domains/live'),
    await openReady('/api/domains/live', member.cookie()),
  ];
  const here = await add('here.example.com');
  const there = await owner.get('POST /api/projects/:projectId/domains', {
    params: { projectId: id },
    body: { domain: 'there.example.com' },
  });
  const seen = (reader: LiveReader) =>
    reader.events.filter(({ event }) => event === 'domain').map(({ data }) => [data.id, data.projectId]);
  await ofOwner.until(() => seen(ofOwner).length === 2);
  assert.deepEqual(
    seen(ofOwner).sort(),
    [
      [here.id, projectId],
      [there.id, id],
    ].sort(),
  );
  await ofMember.until(() => seen(ofMember).length > 0);
  assert.deepEqual(seen(ofMember), [[here.id, projectId]]);
  const params = { projectId, userId: member.userId };
  await owner.get('DELETE /api/projects/:projectId/members/:userId', { params, body: {} });
  await add('later.example.com');
  await ofMember.until(() => ofMember.hasEnded());
  assert.deepEqual(seen(ofMember), [[here.id, projectId]]);
});

test('what another node found is on the domain page within a poll, record by record', async () => {
  const domain = await add('live.example.com');
  const reader = await openReady(domainPath(domain.id));
  publishDomain(dns, domain);
  const elsewhere = openBrowser(other);
  const headers = { cookie: owner.cookie() };
  await elsewhere.get('POST /api/projects/:projectId/domains/:domainId/verify', { ...at(domain.id), headers });
  const last = () => reader.events.findLast(({ event }) => event === 'domain')?.data as Detail | undefined;
  await reader.until(() => last()?.verificationStatus === 'VERIFIED');
  const shown = dashboardContract['GET /api/projects/:projectId/domains/:domainId/live'].live.domain.parse(last());
  assert.ok(shown.records.every(({ state }) => state === 'verified'));
  assert.deepEqual(shown, await owner.get('GET /api/projects/:projectId/domains/:domainId', at(domain.id)));
});

test('how publishing stands is on the domain page within a poll, though nothing else of the domain changed', async () => {
  const domain = await add('published.example.com');
  await service.query(`UPDATE domains SET auto_publish = true WHERE id = $1`, [domain.id]);
  await service.query(
    `INSERT INTO dns_intents (domain_id, project_id, domain_name, next_at, compared_at, problem)
     SELECT id, project_id, name, now(), now(), '{"reason": "needs_consent", "message": "In the way.", "zone": null, "conflicts": []}' FROM domains WHERE id = $1`,
    [domain.id],
  );
  const stream = await openReady(domainPath(domain.id));
  const problemOf = () => {
    const told = stream.events.findLast(({ event }) => event === 'domain');
    return (told?.data as { publishing?: { problem: unknown } } | undefined)?.publishing?.problem;
  };
  await stream.until(() => problemOf() != null);
  await service.query(`UPDATE dns_intents SET problem = NULL WHERE domain_id = $1`, [domain.id]);
  await stream.until(() => problemOf() === null);
});

test('the list tells of domains that were added, changed and deleted, and of those of no other project', async () => {
  const foreign = await service.createProject();
  const reader = await openReady(listPath());
  const before = reader.events.length;
  await service.addDomain('foreign.example.com', foreign.key);
  const domain = await add('listed.example.com');
  const mine = () => reader.events.slice(before).filter(({ data }) => data.id === domain.id);
  await reader.until(() => mine().length > 0);
  dashboardContract['GET /api/projects/:projectId/domains/live'].live.domain.parse(mine()[0]?.data);
  publishDomain(dns, domain);
  await owner.get('POST /api/projects/:projectId/domains/:domainId/verify', at(domain.id));
  await reader.until(() => mine().at(-1)?.data.verificationStatus === 'VERIFIED');
  const call = { ...at(domain.id), body: { confirm: domain.domainName } };
  await owner.get('DELETE /api/projects/:projectId/domains/:domainId', call);
  await reader.until(() => mine().at(-1)?.event === 'deleted');
  assert.ok(!reader.text().includes('foreign'));
});

test('a change that became visible late, with a smaller id than one already seen, is not lost', async () => {
  const [first, second] = [await add('late1.example.com'), await add('late2.example.com')];
  const reader = await openReady(listPath());
  const insert = (id: string, domainId: string) =>
    service.query(
      `INSERT INTO events (id, project_id, domain_id, type, data, at) OVERRIDING SYSTEM VALUE
       SELECT max(id) + $1::int, $2, $3, 'record.verified', '{}', now() FROM events`,
      [id, projectId, domainId],
    );
  const has = (id: string) => reader.events.some(({ event, data }) => event === 'domain' && data.id === id);
  await insert('20', second.id);
  await reader.until(() => has(second.id));
  await insert('-5', first.id);
  await reader.until(() => has(first.id));
  await service.query(`SELECT setval('events_id_seq', (SELECT max(id) FROM events))`);
});

test('changes are told of also when minutes have passed, and each of them once', async () => {
  const domain = await add('minutes.example.com');
  // The node's own updates may still sleep after the test before: they end here, and those of this test are the only ones.
  service.clock.advance(POLL_MS);
  const updates = createLiveUpdates(service.ctx);
  const told: string[] = [];
  const stop = updates.watch({ projectIds: [projectId as ProjectId] }, (id) => told.push(id));
  const pass = async (ms: number) => {
    await service.clock.untilAsleep(POLL_MS);
    service.clock.advance(ms);
    await service.clock.untilAsleep(POLL_MS);
  };
  await updates.ready();
  for (const minute of [1, 2, 3]) {
    await service.query(
      `INSERT INTO events (project_id, domain_id, type, data, at) VALUES ($1, $2, 'record.verified', '{}', now())`,
      [projectId, domain.id],
    );
    await waitUntil(async () => {
      if (told.length > 0) return true;
      service.clock.advance(POLL_MS);
      return false;
    });
    for (const ms of [POLL_MS, 31_000, 31_000]) await pass(ms);
    assert.deepEqual(told.splice(0), [domain.id], `minute ${minute}`);
  }
  stop();
  service.clock.advance(POLL_MS);
});

test('a deleted domain ends its own stream', async () => {
  const domain = await add('gone.example.com');
  const reader = await openReady(domainPath(domain.id));
  const call = { ...at(domain.id), body: { confirm: domain.domainName } };
  await owner.get('DELETE /api/projects/:projectId/domains/:domainId', call);
  await reader.until(reader.hasEnded);
  assert.deepEqual(reader.events.at(-1), { event: 'deleted', data: { id: domain.id } });
});

test('a quiet stream says now and then that it is there', async () => {
  const reader = await openReady(listPath());
  await service.clock.untilAsleep(HEARTBEAT_MS);
  service.clock.advance(HEARTBEAT_MS);
  await reader.until(() => reader.text().includes(': still here\n\n'));
});

test('a stream ends when its session does, and when its reader is taken out of the project', async () => {
  const member = await addMember(service, owner, projectId, 'member');
  const left = await openReady(listPath(), member.cookie());
  const params = { projectId, userId: member.userId };
  await owner.get('DELETE /api/projects/:projectId/members/:userId', { params });
  await left.until(left.hasEnded);

  const browser = await signIn(service, 'owner@example.com');
  const reader = await openReady(listPath(), browser.cookie());
  await browser.get('DELETE /api/session');
  await reader.until(reader.hasEnded);
  assert.ok(!reader.text().includes('event: domain'));
});

test('whoever has the page of a domain or its share page open watches that domain; a list is nobody watching', async () => {
  const domain = await add('presence.example.com');
  const make = 'POST /api/projects/:projectId/domains/:domainId/share-links';
  const link = await owner.get(make, { ...at(domain.id), body: {} });
  const { presence } = service.ctx;
  const list = await openReady(listPath());
  assert.deepEqual(presence.list(service.clock.now()), []);
  const page = await openReady(domainPath(domain.id));
  const share = await openReady(`/api${new URL(link.url).pathname}/live`, '');
  assert.deepEqual(presence.list(service.clock.now()), [domain.id]);
  for (const reader of [list, page]) reader.close();
  await waitUntil(async () => page.hasEnded());
  assert.deepEqual(presence.list(service.clock.now()), [domain.id]);
  share.close();
  await waitUntil(async () => presence.list(service.clock.now()).length === 0);
});

test('a share link has live states too, and its stream ends with it', async () => {
  const domain = await add('shared-live.example.com');
  const make = 'POST /api/projects/:projectId/domains/:domainId/share-links';
  const link = await owner.get(make, { ...at(domain.id), body: {} });
  const reader = await openReady(`/api${new URL(link.url).pathname}/live`, '');
  publishDomain(dns, domain);
  await owner.get('POST /api/projects/:projectId/domains/:domainId/verify', at(domain.id));
  await reader.until(() => reader.events.at(-1)?.data.verificationStatus === 'VERIFIED');
  dashboardContract['GET /api/share/:token/live'].live.domain.parse(reader.events.at(-1)?.data);
  assert.ok(!reader.text().includes(domain.id) && !reader.text().includes(projectId));
  const revoke = 'DELETE /api/projects/:projectId/domains/:domainId/share-links/:linkId';
  await owner.get(revoke, { params: { projectId, domainId: domain.id, linkId: link.id } });
  await reader.until(reader.hasEnded);
  assert.deepEqual(reader.events.at(-1), { event: 'ended', data: {} });
  assert.equal((await openStream(`/api${new URL(link.url).pathname}/live`, '')).status, 404);
});

test('a share link that is revoked ends the pages that it has open within a poll, not with the next heartbeat', async () => {
  const domain = await add('revoked-live.example.com');
  const make = 'POST /api/projects/:projectId/domains/:domainId/share-links';
  const [kept, link] = [
    await owner.get(make, { ...at(domain.id), body: {} }),
    await owner.get(make, { ...at(domain.id), body: {} }),
  ];
  const other = await openReady(`/api${new URL(kept.url).pathname}/live`, '');
  // Who begins to watch is told once.
  await other.until(() => other.events.at(-1)?.event === 'domain');
  const reader = await openReady(`/api${new URL(link.url).pathname}/live`, '');
  const revoke = 'DELETE /api/projects/:projectId/domains/:domainId/share-links/:linkId';
  await owner.get(revoke, { params: { projectId, domainId: domain.id, linkId: link.id } });
  await service.clock.untilAsleep(POLL_MS);
  service.clock.advance(POLL_MS);
  await waitUntil(async () => reader.hasEnded());
  assert.deepEqual(reader.events.at(-1), { event: 'ended', data: {} });
  assert.equal(other.hasEnded(), false);
});

test('a person has ten streams at most on a node; one that is closed makes room', async () => {
  const browser = await signIn(service, 'owner@example.com');
  const readers = [];
  for (let n = 0; n < 10; n += 1) readers.push(await openReady(listPath(), browser.cookie()));
  const refused = await openStream(listPath(), browser.cookie());
  assert.equal(refused.status, 429);
  assert.equal(refused.headers['retry-after'], '5');
  readers[0]?.close();
  await waitUntil(async () => {
    const again = await openStream(listPath(), browser.cookie());
    return again.status === 200;
  });
});

test('a HEAD opens no stream', async () => {
  const domain = await add('head.example.com');
  const headers = { cookie: owner.cookie() };
  // In the list's place there is a domain called "live", which there is not.
  for (const [url, status] of [
    [domainPath(domain.id), 405],
    [listPath(), 404],
  ] as const)
    assert.equal((await service.send({ method: 'HEAD', url, key: null, headers })).status, status);
});

test('stopping ends open streams at once', async () => {
  const node = await createTestApp(import.meta.url, { beside: service });
  const base = await node.listen();
  const reader = await openStream(listPath(), owner.cookie(), base);
  assert.equal(reader.status, 200);
  await node.close();
  await waitUntil(async () => reader.hasEnded());
});
