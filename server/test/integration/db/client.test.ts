import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Autosend } from 'autosendjs';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { type DomainToPublish, publishDomain } from '../../support/dns/publish.ts';

interface Domain extends DomainToPublish {
  readonly id: string;
  readonly verificationStatus: string;
}

let dns: DnsServer;
let service: TestApp;
let baseUrl: string;
before(async () => {
  dns = await startDnsServer();
  service = await createTestApp(import.meta.url, { dns });
  baseUrl = `${await service.listen()}/v1`;
});
after(async () => {
  await service.close();
  await dns.close();
});

const createClient = (key: string = service.key) => new Autosend(key, { baseUrl, maxRetries: 1 }).http;

test("the documented service's own client adds, lists, gets, verifies and deletes a domain here", async () => {
  const client = createClient();
  const added = await client.post<Domain>('/domains', { domain: 'client.example.com', regionKey: 'us-east-1' });
  assert.ok(added.success && added.data, added.error);
  const { id } = added.data;
  assert.equal(added.data.verificationStatus, 'PENDING_CONFIGURATION');

  const listed = await client.get<{ domains: Domain[] }>('/domains');
  assert.deepEqual(listed.data?.domains, [added.data]);
  const got = await client.get<Domain>(`/domains/${id}`);
  assert.deepEqual(got.data, added.data);

  publishDomain(dns, added.data);
  // No body, and a JSON content type: that is how it sends every POST without data, and DELETE.
  const verified = await client.post<{ verificationStatus: string }>(`/domains/${id}/verify`, undefined);
  assert.equal(verified.data?.verificationStatus, 'VERIFIED');

  assert.deepEqual(await client.delete(`/domains/${id}`), { success: true, data: null });
  assert.equal((await client.get(`/domains/${id}`)).statusCode, 404);
});

test('its query parameters page through the list', async () => {
  const client = createClient();
  for (const name of ['one', 'two', 'three']) {
    service.clock.advance(1_000);
    await client.post('/domains', { domain: `${name}.example.net` });
  }
  const first = await client.get<{ domains: Domain[]; nextCursor: string }>('/domains', { limit: 2, search: '.net' });
  assert.deepEqual(
    first.data?.domains.map(({ domainName }) => domainName),
    ['three.example.net', 'two.example.net'],
  );
  const cursor = first.data?.nextCursor;
  const second = await client.get<{ domains: Domain[] }>('/domains', { limit: 2, search: '.net', cursor });
  assert.deepEqual(
    second.data?.domains.map(({ domainName }) => domainName),
    ['one.example.net'],
  );
});

test('it understands our failures: the status of each, and no success', async () => {
  const client = createClient();
  await client.post('/domains', { domain: 'taken.example.com' });
  const failures = [
    [await client.post('/domains', { domain: 'taken.example.com' }), 409],
    [await client.post('/domains', { domain: 'https://example.com' }), 400],
    [await client.get(`/domains/${'f'.repeat(24)}`), 404],
    [await createClient('as_unknown').get('/domains'), 401],
  ] as const;
  for (const [{ success, statusCode }, expected] of failures) {
    assert.equal(success, false);
    assert.equal(statusCode, expected);
  }
});
