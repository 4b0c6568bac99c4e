import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PART_NAMES } from '../../../src/core/test-mode/parts.ts';
import type { ApiKey } from '../../../src/crypto/api-keys.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';

let service: TestApp;
let asked: string[] = [];

before(async () => {
  service = await createTestApp(import.meta.url, { variables: { ALLOW_RESERVED_TLDS: 'true' } });
  const { dns } = service.ctx;
  const { lookup, lookupAll } = dns;
  Object.assign(dns, {
    lookup: (...given: Parameters<typeof lookup>) => {
      asked.push(given[0].name);
      return lookup(...given);
    },
    lookupAll: (...given: Parameters<typeof lookupAll>) => {
      asked.push(...given[0].map(({ name }) => name));
      return lookupAll(...given);
    },
  });
});
after(() => service.close());

const createTestProject = () => service.createProject({ isTest: true });
const add = (key: ApiKey, domain: string) =>
  service.send({ method: 'POST', url: '/v1/domains', key, body: { domain } });
const verify = async (key: ApiKey, id: string) =>
  (await service.send({ method: 'POST', url: `/v1/domains/${id}/verify`, key, body: {} })).json.data;

test('a domain of a test project is verified through the same call, and no name server is asked', async () => {
  const { key } = await createTestProject();
  asked = [];
  const { id } = await service.addDomain('verified.test', key);
  const { domain } = await verify(key, id);
  assert.equal(domain.verificationStatus, 'VERIFIED');
  assert.deepEqual(
    [domain.ownershipVerified, domain.dkimEnabled, domain.mailFromEnabled, domain.dmarcEnabled],
    [true, true, true, true],
  );
  const url = `/v1/domains/${id}/diagnostics?refresh=true`;
  const { data } = (await service.send({ url, key })).json;
  assert.deepEqual(
    data.zone.nameservers.map(({ name }: { name: string }) => name),
    ['ns1.dns-host.test', 'ns2.dns-host.test'],
  );
  assert.deepEqual(data.findings, []);
  const proof = await service.send({
    method: 'POST',
    url: `/v1/domains/${id}/proof`,
    key,
    body: { ip: '203.0.113.25' },
  });
  assert.equal(proof.status, 200, proof.text);
  assert.deepEqual(asked, []);
});

test('keys of a test project begin with as_test_, and are told from real ones in lists', async () => {
  const { project, key } = await createTestProject();
  assert.match(key, /^as_test_[A-Za-z0-9]{40}$/);
  assert.match(service.key, /^as_[A-Za-z0-9]{40}$/);
  const [stored] = await service.query<{ prefix: string }>('SELECT prefix FROM api_keys WHERE project_id = $1', [
    project.id,
  ]);
  assert.equal(stored?.prefix, key.slice(0, 'as_test_'.length + 9));
});

test('only names that play a part can be added to a test project; the refusal lists them', async () => {
  const { key } = await createTestProject();
  for (const domain of ['example.com', 'other.test', 'notverified.test', 'test']) {
    const { status, json } = await add(key, domain);
    assert.equal(status, 400, domain);
    assert.equal(json.error.details[0].field, 'domain');
    if (domain !== 'test') for (const part of PART_NAMES) assert.ok(json.error.message.includes(part), part);
  }
  assert.equal((await add(key, 'a.b.verified.test')).status, 201);
});

test('the same name in an ordinary project is an ordinary name, which name servers are asked for', async () => {
  const { key } = await createTestProject();
  const test = await service.addDomain('leak.verified.test', key);
  assert.equal((await verify(key, test.id)).verificationStatus, 'VERIFIED');
  asked = [];
  const real = await service.addDomain('leak.verified.test');
  // Were the test domain known here, the selector would be another one.
  assert.equal(real.dnsRecords.dkim.name, test.dnsRecords.dkim.name);
  assert.equal((await verify(service.key, real.id)).verificationStatus, 'PENDING_CONFIGURATION');
  assert.ok(asked.includes(real.dnsRecords.dkim.name));
});

test('the same names in two test projects are domains of their own, with the same records', async () => {
  const [one, two] = [await createTestProject(), await createTestProject()];
  const domains = [
    await service.addDomain('verified.test', one.key),
    await service.addDomain('verified.test', two.key),
  ];
  assert.equal((await verify(one.key, domains[0].id)).verificationStatus, 'VERIFIED');
  assert.equal((await verify(two.key, domains[1].id)).verificationStatus, 'VERIFIED');
  assert.equal(domains[0].dnsRecords.dkim.name, domains[1].dnsRecords.dkim.name);
  assert.equal((await service.send({ url: `/v1/domains/${domains[0].id}`, key: two.key })).status, 404);
});
