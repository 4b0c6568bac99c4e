import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { publishDomain } from '../../support/dns/publish.ts';

let dns: DnsServer;
let service: TestApp;
before(async () => {
  dns = await startDnsServer();
  // Requests themselves are not what is limited here.
  service = await createTestApp(import.meta.url, {
    dns,
    variables: { RATE_LIMIT_PER_SECOND: '1000000', UNVERIFIED_DOMAINS: '12' },
  });
});
beforeEach(() => {
  service.clock.advance(3_600_000);
  dns.questions.length = 0;
});
after(async () => {
  await service.close();
  await dns.close();
});

const verify = (id: string, key = service.key) =>
  service.send({ method: 'POST', url: `/v1/domains/${id}/verify`, key });
const refresh = (id: string, key = service.key) =>
  service.send({ url: `/v1/domains/${id}/diagnostics?refresh=true`, key });
/** How many questions name servers got about a domain. */
const countQuestions = (name: string) =>
  dns.questions.filter((q) => q.address !== dns.resolver.address && (q.name === name || q.name.endsWith(`.${name}`)))
    .length;

test('a proved domain may be verified and refreshed 20 times, then once in five seconds; beyond that the last outcome is answered', async () => {
  const domain = await service.addDomain('limited.example.com');
  publishDomain(dns, domain);
  for (let n = 0; n < 10; n += 1) {
    assert.equal((await verify(domain.id)).headers['retry-after'], undefined);
    assert.equal((await refresh(domain.id)).headers['retry-after'], undefined);
  }
  const asked = dns.questions.length;
  for (const limited of [await verify(domain.id), await refresh(domain.id)]) {
    assert.equal(limited.status, 200);
    assert.equal(limited.headers['retry-after'], '5');
  }
  const { json } = await verify(domain.id);
  assert.equal(json.data.verificationStatus, 'VERIFIED');
  assert.equal(dns.questions.length, asked, 'nobody was asked');
  service.clock.advance(5_000);
  assert.equal((await verify(domain.id)).headers['retry-after'], undefined);
  assert.equal((await verify(domain.id)).headers['retry-after'], '5');
});

test('a verify that may not check yet is taken note of, and the domain is due as soon as it may be', async () => {
  const domain = await service.addDomain('noted.example.com');
  publishDomain(dns, domain, []);
  for (let n = 0; n < 30; n += 1) await refresh(domain.id);
  const { json, headers } = await verify(domain.id);
  assert.equal(json.data.verificationInProgress, true);
  const [row] = await service.query<{ at: Date }>('SELECT next_check_at AS at FROM domains WHERE id = $1', [domain.id]);
  const waitMs = (row?.at.getTime() ?? 0) - service.clock.now().getTime();
  assert.equal(waitMs, Number(headers['retry-after']) * 1000);
});

test('about a domain that nobody here has proved, 50 questions go out in a second at most, whoever asks and by however many keys', async () => {
  const keys = [service.key];
  for (let n = 0; n < 11; n += 1) keys.push((await service.createKey(service.project)).key);
  const domain = await service.addDomain('bystander-zone.net');
  publishDomain(dns, domain, []);
  dns.questions.length = 0;
  for (let second = 0; second < 20; second += 1) {
    for (const key of keys) {
      await verify(domain.id, key);
      await refresh(domain.id, key);
    }
    service.clock.advance(1_000);
  }
  const asked = countQuestions('bystander-zone.net');
  assert.ok(asked <= 200 + 20 * 50, `${asked} questions in 20 s`);
  assert.ok(asked > 0);
});

test("nobody can use up another project's checks of a domain: each has one in ten seconds", async () => {
  const domain = await service.addDomain('shared-zone.net');
  publishDomain(dns, domain, []);
  const other = await service.createProject();
  const theirs = await service.addDomain('shared-zone.net', other.key);
  for (let second = 0; second < 30; second += 1) {
    for (let n = 0; n < 5; n += 1) await verify(domain.id);
    if (second % 10 === 9) assert.equal((await verify(theirs.id, other.key)).headers['retry-after'], undefined);
    service.clock.advance(1_000);
  }
});

test('who has proved a domain is not held up by what is asked about names below it', async () => {
  const parent = await service.addDomain('proved-zone.net');
  publishDomain(dns, parent);
  assert.equal((await verify(parent.id)).json.data.verificationStatus, 'VERIFIED');
  const below = await service.addDomain('mail.proved-zone.net');
  publishDomain(dns, below, []);
  for (let n = 0; n < 20; n += 1) assert.equal((await verify(below.id)).headers['retry-after'], undefined, `${n}`);
});

test('a key that only reads cannot set off a check', async () => {
  const domain = await service.addDomain('read-only.example.com');
  const { key } = await service.createKey(service.project, { permission: 'read_only' });
  const refused = await refresh(domain.id, key);
  assert.deepEqual([refused.status, refused.json.error.code], [403, 'FORBIDDEN']);
  assert.equal((await service.send({ url: `/v1/domains/${domain.id}/diagnostics`, key })).status, 200);
});

test('a project may have only so many domains that are not verified, and is told which limit that is', async () => {
  const { key } = await service.createProject();
  for (let n = 0; n < 12; n += 1) await service.addDomain(`unproved${n}.example.com`, key);
  const refused = await service.send({ method: 'POST', url: '/v1/domains', key, body: { domain: 'more.example.com' } });
  assert.deepEqual([refused.status, refused.json.error.code], [403, 'QUOTA_EXCEEDED']);
  assert.match(refused.json.error.message, /12 domains that are not verified.*AUTOSEND_UNVERIFIED_DOMAINS/);
});
