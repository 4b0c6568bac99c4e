import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { type Browser, openBrowser, setUpOwner } from '../../support/browser/dashboard.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { listRecords, publishDomain } from '../../support/dns/publish.ts';

let dns: DnsServer;
let service: TestApp;
let owner: Browser;
let projectId: string;
before(async () => {
  dns = await startDnsServer();
  service = await createTestApp(import.meta.url, { dns, keys: 'fresh' });
  owner = await setUpOwner(service);
  projectId = (await owner.get('POST /api/projects', { body: { name: 'ours' } })).id;
});
after(async () => {
  await service.close();
  await dns.close();
});

const add = (domain: string) =>
  owner.get('POST /api/projects/:projectId/domains', { params: { projectId }, body: { domain } });

test('members read what /v1 says; who holds a link reads the same without the names of other domains', async () => {
  const shared = await add('shared.example.com');
  const other = await add('secret-customer.example.org');
  const otherKey = other.dnsRecords.dkim.value;
  const records = listRecords(shared).map((record) =>
    record.type === 'TXT' && record.name === shared.dnsRecords.dkim.name ? { ...record, value: otherKey } : record,
  );
  publishDomain(dns, shared, records);
  const params = { projectId, domainId: shared.id };
  await owner.get('POST /api/projects/:projectId/domains/:domainId/verify', { params });

  const ours = await owner.get('GET /api/projects/:projectId/domains/:domainId/diagnostics', { params });
  const dkim = ours.records.find(({ record }) => record === 'dkim');
  assert.equal(dkim?.status, 'mismatched');
  const finding = dkim.findings.find(({ code }) => code === 'key_of_other_domain');
  assert.match(finding?.detail ?? '', /secret-customer\.example\.org/);

  const link = await owner.get('POST /api/projects/:projectId/domains/:domainId/share-links', { params, body: {} });
  const token = new URL(link.url).pathname.split('/').at(-1) ?? '';
  const guest = openBrowser(service);
  const theirs = await guest.get('GET /api/share/:token/diagnostics', { params: { token } });
  assert.deepEqual(
    theirs.records.map(({ record, status, host }) => [record, status, host]),
    ours.records.map(({ record, status, host }) => [record, status, host]),
  );
  assert.ok(theirs.records.some(({ findings }) => findings.some(({ code }) => code === 'key_of_other_domain')));
  assert.doesNotMatch(JSON.stringify(theirs), /secret-customer/);
});
