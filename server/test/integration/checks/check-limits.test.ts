import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { getDomain } from '../../../src/services/domains/domains.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { publishDomain } from '../../support/dns/publish.ts';

let dns: DnsServer;
let service: TestApp;
let otherNode: TestApp;
before(async () => {
  dns = await startDnsServer();
  // Requests themselves are not what is limited here.
  const options = { dns, variables: { RATE_LIMIT_PER_SECOND: '1000000', UNVERIFIED_DOMAINS: '12' } };
  service = await createTestApp(import.meta.url, options);
  otherNode = await createTestApp(import.meta.url, { ...options, beside: service });
});
beforeEach(() => {
  service.clock.advance(3_600_000);
  dns.questions.length = 0;
});
after(async () => {
  await otherNode.close();
  await service.close();
  await dns.close();
});

const verify = (id: string, key = service.key, node = service) =>
  node.send({ method: 'POST', url: `/v1/domains/${id}/verify`, key });
const refresh = (id: string, key = service.key, node = service) =>
  node.send({ url: `/v1/domains/${id}/diagnostics?refresh=true`, key });
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

test('who has proved nothing asks 50 questions a second at most about names that another project has proved, also of what is due, and does not hold up the owner', async () => {
  const owned = await service.addDomain('customer-zone.net');
  publishDomain(dns, owned);
  assert.equal((await verify(owned.id)).json.data.verificationStatus, 'VERIFIED');
  const strangers = [];
  for (let p = 0; p < 3; p += 1) {
    const { key, project } = await service.createProject();
    for (const name of ['customer-zone.net', `s${p}.customer-zone.net`])
      strangers.push({ key, project, id: (await service.addDomain(name, key)).id });
  }
  dns.questions.length = 0;
  for (let second = 0; second < 20; second += 1) {
    for (const { id, key } of strangers) {
      await verify(id, key);
      await refresh(id, key);
    }
    service.clock.advance(1_000);
  }
  const asked = countQuestions('customer-zone.net');
  assert.ok(asked > 0 && asked <= 200 + 20 * 50, `${asked} questions in 20 s`);
  const decisions = [];
  for (const { id, project } of strangers) {
    const domain = await getDomain(service.ctx, project.id, id);
    for (let n = 0; n < 3; n += 1) decisions.push(await service.ctx.checkLimits.admit(domain, 'due'));
  }
  assert.ok(
    decisions.some(({ retryAfterSeconds }) => retryAfterSeconds !== null),
    'what is due is counted',
  );
  for (let n = 0; n < 20; n += 1) assert.equal((await verify(owned.id)).headers['retry-after'], undefined, `${n}`);
});

test('a project that has lost a domain is limited like those that never proved it', async () => {
  const domain = await service.addDomain('lost-zone.net');
  publishDomain(dns, domain);
  assert.equal((await verify(domain.id)).json.data.verificationStatus, 'VERIFIED');
  await service.query("UPDATE domains SET status = 'FAILED' WHERE id = $1", [domain.id]);
  const lost = await getDomain(service.ctx, service.project.id, domain.id);
  service.clock.advance(3_600_000);
  const decisions = [];
  for (let n = 0; n < 20; n += 1) decisions.push(await service.ctx.checkLimits.admit(lost, 'due'));
  assert.ok(decisions.some(({ retryAfterSeconds }) => retryAfterSeconds !== null));
});

test('a key that only reads cannot set off a check', async () => {
  const domain = await service.addDomain('read-only.example.com');
  const { key } = await service.createKey(service.project, { permission: 'read_only' });
  const refused = await refresh(domain.id, key);
  assert.deepEqual([refused.status, refused.json.error.code], [403, 'FORBIDDEN']);
  assert.equal((await service.send({ url: `/v1/domains/${domain.id}/diagnostics`, key })).status, 200);
});

test('twenty checks of a domain are twenty over all nodes, also when they are asked for at the same time', async () => {
  const domain = await service.addDomain('two-nodes.example.com');
  publishDomain(dns, domain);
  await verify(domain.id);
  const replies = await Promise.all(
    Array.from({ length: 40 }, (_, n) => refresh(domain.id, service.key, n % 2 === 0 ? service : otherNode)),
  );
  assert.equal(replies.filter(({ headers }) => headers['retry-after'] === undefined).length, 19);
  service.clock.advance(5_000);
  const later = [await refresh(domain.id), await refresh(domain.id, service.key, otherNode)];
  assert.deepEqual(
    later.map(({ headers }) => headers['retry-after']),
    [undefined, '5'],
  );
});

test('a hundred checks of a project are a hundred over all nodes, domains and keys', async () => {
  const { project } = await service.createProject();
  const keys = await Promise.all(Array.from({ length: 4 }, async () => (await service.createKey(project)).key));
  const domains = [];
  for (let n = 0; n < 8; n += 1) {
    const domain = await service.addDomain(`many${n}.example.org`, keys[0]);
    publishDomain(dns, domain);
    domains.push(domain);
  }
  // Proved names, so that nothing else is limited.
  for (const { id } of domains) await verify(id, keys[0]);
  service.clock.advance(3_600_000);
  let made = 0;
  for (let n = 0; n < 152; n += 1) {
    const { headers } = await refresh(domains[n % 8]?.id ?? '', keys[n % 4], n % 2 === 0 ? service : otherNode);
    if (headers['retry-after'] === undefined) made += 1;
  }
  assert.equal(made, 100);
});

test('what another project was told less than two seconds ago is not asked again, unless something is missing by it', async () => {
  const first = await service.addDomain('shared-answers.example.com');
  publishDomain(dns, first);
  const other = await service.createProject();
  const { id } = await service.addDomain('shared-answers.example.com', other.key);
  await verify(first.id);
  dns.questions.length = 0;
  const due = await otherNode.ctx.checkLimits.admit(await getDomain(otherNode.ctx, other.project.id, id), 'watched');
  assert.deepEqual([due.sharesAnswers, due.isScarce], [true, false]);
  const shown = await refresh(id, other.key);
  assert.equal(shown.headers['retry-after'], undefined);
  // Its own value is not there, as the other's check has seen: so it was looked for anew, as it may have been published since.
  const { ownership } = (await service.send({ url: `/v1/domains/${id}`, key: other.key })).json.data.dnsRecords;
  const asked = () => dns.questions.filter(({ name }) => name === ownership.name).length;
  assert.ok(asked() > 0);
  dns.addRecord('shared-answers.example.com', { name: ownership.name, type: 'TXT', value: ownership.value });
  const found = (await refresh(id, other.key)).json.data.records;
  assert.equal(found.find(({ record }: { record: string }) => record === 'ownership').status, 'verified');
});

test('thirty projects that check one name of nobody here cost it no more than one does', async () => {
  const projects = await Promise.all(Array.from({ length: 30 }, () => service.createProject()));
  const domains = [];
  for (const { key } of projects) domains.push({ key, id: (await service.addDomain('crowd-zone.net', key)).id });
  publishDomain(dns, await service.addDomain('crowd-zone.net'), []);
  dns.questions.length = 0;
  for (let second = 0; second < 20; second += 1) {
    for (const { id, key } of domains) await verify(id, key, second % 2 === 0 ? service : otherNode);
    service.clock.advance(1_000);
  }
  const asked = countQuestions('crowd-zone.net');
  assert.ok(asked <= 200 + 20 * 50, `${asked} questions in 20 s`);
});

test('a key that is activated before its record is there costs checks, and is told when there may be another', async () => {
  const domain = await service.addDomain('keys-zone.net');
  publishDomain(dns, domain, []);
  const { json } = await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/keys`, body: {} });
  const url = `/v1/domains/${domain.id}/keys/${json.data.selector}/activate`;
  const statuses = [];
  for (let n = 0; n < 30; n += 1) statuses.push((await service.send({ method: 'POST', url })).status);
  const limited = await service.send({ method: 'POST', url });
  assert.equal(statuses[0], 409);
  assert.deepEqual([limited.status, limited.json.error.code], [429, 'RATE_LIMIT_EXCEEDED']);
  assert.ok(countQuestions('keys-zone.net') <= 250);
});

test('a share link has one check in five seconds, whichever nodes it is used at', async () => {
  const ask = (node: TestApp) => node.ctx.checkLimits.admitLink('link');
  assert.deepEqual([await ask(service), await ask(otherNode), await ask(service)], [null, 5, 5]);
  service.clock.advance(5_000);
  assert.equal(await ask(otherNode), null);
});

test('a project may have only so many domains that are not verified, however many are added at once, and is told which limit that is', async () => {
  const { key } = await service.createProject();
  const replies = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      service.send({ method: 'POST', url: '/v1/domains', key, body: { domain: `unproved${n}.example.com` } }),
    ),
  );
  assert.equal(replies.filter(({ status }) => status === 201).length, 12);
  const refused = await service.send({ method: 'POST', url: '/v1/domains', key, body: { domain: 'more.example.com' } });
  assert.deepEqual([refused.status, refused.json.error.code], [403, 'QUOTA_EXCEEDED']);
  assert.match(refused.json.error.message, /12 domains that are not verified.*AUTOSEND_UNVERIFIED_DOMAINS/);
});
