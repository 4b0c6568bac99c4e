import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FIRST_CHECK_MS } from '../../../src/core/lifecycle/schedule.ts';
import { RECORD_KINDS } from '../../../src/core/records/record.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { type Browser, openBrowser, setUpOwner } from '../../support/browser/dashboard.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import type { ZoneRecord } from '../../support/dns/dns-server-zones.ts';
import { KEYS_ZONE, serveKeys } from '../../support/dns/keys-zone.ts';
import { listRecords, publishDomain } from '../../support/dns/publish.ts';

let dns: DnsServer;
let service: TestApp;
let owner: Browser;
let projectId: string;
let key: string;
before(async () => {
  dns = await startDnsServer();
  service = await createTestApp(import.meta.url, { dns, variables: { KEYS_ZONE } });
  const browser = await setUpOwner(service);
  owner = browser;
  projectId = (await browser.get('GET /api/projects')).projects[0]?.id ?? '';
  const body = { name: 'k', permission: 'full_access' as const };
  key = (await browser.get('POST /api/projects/:projectId/api-keys', { params: { projectId }, body })).key;
});
after(async () => {
  await service.close();
  await dns.close();
});

const add = (domain: string, regionKey?: string) =>
  owner.get('POST /api/projects/:projectId/domains', {
    params: { projectId },
    body: { domain, ...(regionKey !== undefined && { regionKey }) },
  });
const at = (domainId: string) => ({ params: { projectId, domainId } });

test('a domain that is added here is the one that the API shows, and the other way round', async () => {
  const here = await add('Here.Example.com', 'eu-west-1');
  const { json } = await service.send({ url: `/v1/domains/${here.id}`, key });
  const {
    isChecking,
    nextCheckAt,
    deadlineAt,
    atRiskAt,
    unicodeName,
    externalId,
    metadata,
    checkedAt,
    records,
    keys,
    dkimRotationDays,
    dkimMode,
    autoPublish,
    publishing,
    hasPublications,
    ...wire
  } = here;
  assert.deepEqual(json.data, wire);
  assert.deepEqual([unicodeName, externalId, metadata], [null, null, null]);
  // Due in a moment, for what its records would collide with; not checked yet.
  const firstCheckAt = new Date(Date.parse(here.createdAt) + FIRST_CHECK_MS).toISOString();
  assert.deepEqual([isChecking, nextCheckAt, deadlineAt, atRiskAt, checkedAt], [false, firstCheckAt, null, null, null]);
  assert.deepEqual(
    records.map(({ record, type, state }) => [record, type, state]),
    [
      ['ownership', 'TXT', 'unchecked'],
      ['dkim', 'TXT', 'unchecked'],
      ['mail_from_mx', 'MX', 'unchecked'],
      ['mail_from_spf', 'TXT', 'unchecked'],
      ['dmarc', 'TXT', 'unchecked'],
    ],
  );
  const { json: ofApi } = await service.send({ url: `/v1/domains/${here.id}/keys`, key });
  assert.deepEqual({ keys, dkimRotationDays }, ofApi.data);
  assert.deepEqual([dkimMode, autoPublish, publishing, hasPublications], ['txt', false, null, false]);
  const dkim = records[1];
  assert.equal(dkim?.chunks.length, 2);
  assert.equal(dkim?.chunks.join(''), dkim?.value);
  const there = await service.send({ method: 'POST', url: '/v1/domains', key, body: { domain: 'there.example.com' } });
  const shown = await owner.get('GET /api/projects/:projectId/domains/:domainId', at(there.json.data.id));
  assert.equal(shown.domainName, 'there.example.com');
});

test('what is no domain is refused in the words of the API, and a domain that is there already too', async () => {
  for (const domain of ['https://www.example.com/', 'localhost', '', 'here.example.com']) {
    const reply = await owner.send('POST /api/projects/:projectId/domains', {
      params: { projectId },
      body: { domain },
    });
    const same = await service.send({ method: 'POST', url: '/v1/domains', key, body: { domain } });
    assert.deepEqual([reply.status, reply.json], [same.status, same.json], domain);
    assert.ok(reply.status === 400 || reply.status === 409);
  }
});

test('what people paste is read while they type: the name, or what is wrong and what was meant', async () => {
  const read = (text: string) => owner.get('POST /api/domain-name', { body: { text } });
  const accepted = { problem: null, suggestion: null, warning: null };
  assert.deepEqual(await read('Example.COM.'), { domainName: 'example.com', ...accepted });
  assert.deepEqual(await read('b\u00fccher.example.com'), { domainName: 'xn--bcher-kva.example.com', ...accepted });
  const pasted: [text: string, suggestion: string | null][] = [
    ['https://www.example.com/', 'www.example.com'],
    ['jo@example.com', 'example.com'],
    ['_dmarc.example.com', 'example.com'],
    ['localhost', null],
    ['', null],
    ['x'.repeat(60_000), null],
  ];
  for (const [text, suggestion] of pasted) {
    const reading = await read(text);
    assert.deepEqual([reading.domainName, reading.suggestion], [null, suggestion], text.slice(0, 40));
    assert.ok(reading.problem);
    assert.equal(reading.warning, null);
  }
});

test('a name that is taken but probably never verified is warned about while it is typed', async () => {
  const { domainName, warning } = await owner.get('POST /api/domain-name', { body: { text: 'Gmail.com' } });
  assert.equal(domainName, 'gmail.com');
  assert.equal(warning, "You can't publish records for gmail.com unless you run it.");
});

test('records turn right one by one as they are published, and the domain with them', async () => {
  const domain = await add('green.example.com');
  const verify = () => owner.get('POST /api/projects/:projectId/domains/:domainId/verify', at(domain.id));
  const states = (detail: typeof domain) => detail.records.map(({ state }) => state);
  const all = listRecords(domain);
  publishDomain(dns, domain, all.slice(0, 2));
  const first = await verify();
  assert.deepEqual(states(first), ['verified', 'verified', 'missing', 'missing', 'missing']);
  assert.equal(first.verificationStatus, 'VERIFIED');
  assert.equal(first.checkedAt, service.clock.now().toISOString());
  publishDomain(dns, domain, all);
  assert.deepEqual(states(await verify()), ['verified', 'verified', 'verified', 'verified', 'verified']);
  const history = await owner.get('GET /api/projects/:projectId/domains/:domainId/events', at(domain.id));
  assert.equal(history.events.at(-1)?.type, 'domain.created');
  assert.ok(history.events.some(({ type }) => type === 'domain.verified'));
});

test('keys are made, activated and revoked here as by the API, and the domain shows them', async () => {
  const domain = await add('keys.example.com');
  const all = listRecords(domain);
  publishDomain(dns, domain, all);
  await owner.get('POST /api/projects/:projectId/domains/:domainId/verify', at(domain.id));
  service.clock.advance(1_000);
  const made = await owner.get('POST /api/projects/:projectId/domains/:domainId/keys', {
    ...at(domain.id),
    body: { type: 'rsa', bits: 2048 },
  });
  const of = (selector: string) => ({ params: { projectId, domainId: domain.id, selector } });
  const activate = 'POST /api/projects/:projectId/domains/:domainId/keys/:selector/activate';
  assert.equal((await owner.send(activate, of(made.selector))).json.error.code, 'KEY_NOT_PUBLISHED');
  publishDomain(dns, domain, [...all, made.record]);
  assert.equal((await owner.get(activate, of(made.selector))).stage, 'active');
  const revoke = 'POST /api/projects/:projectId/domains/:domainId/keys/:selector/revoke';
  assert.equal((await owner.send(revoke, of(made.selector))).json.error.code, 'KEY_IN_USE');
  assert.equal((await owner.get(revoke, of('autosend'))).stage, 'retired');
  const set = await owner.get('PATCH /api/projects/:projectId/domains/:domainId', {
    ...at(domain.id),
    body: { dkimRotationDays: 180 },
  });
  assert.equal(set.dkimRotationDays, 180);
  assert.deepEqual(
    set.keys.map(({ selector, stage }) => [selector, stage]),
    [
      [made.selector, 'active'],
      ['autosend', 'retired'],
    ],
  );
  assert.equal(set.dnsRecords.dkim.name, made.record.name);
  assert.equal(set.verificationStatus, 'VERIFIED');
});

test('the list searches, filters, pages, and says when each is checked next', async () => {
  for (const n of [1, 2, 3]) {
    service.clock.advance(1_000);
    await add(`page${n}.example.org`);
  }
  const list = (query: string) =>
    owner.get('GET /api/projects/:projectId/domains', { params: { projectId }, query: `?search=example.org${query}` });
  const first = await list('&limit=2');
  assert.deepEqual(
    first.domains.map(({ domainName }) => domainName),
    ['page3.example.org', 'page2.example.org'],
  );
  const rest = await list(`&limit=2&cursor=${first.nextCursor}`);
  assert.deepEqual(
    rest.domains.map(({ domainName }) => domainName),
    ['page1.example.org'],
  );
  assert.equal(rest.nextCursor, undefined);
  assert.equal((await list('&status=VERIFIED')).domains.length, 0);
  const id = first.domains[0]?.id ?? '';
  await owner.get('POST /api/projects/:projectId/domains/:domainId/verify', at(id));
  const again = (await list('')).domains.find((domain) => domain.id === id);
  assert.ok(again?.nextCheckAt && again.deadlineAt && again.verificationInProgress);
});

test('deleting a domain takes its name as it is shown', async () => {
  const domain = await add('delete.example.com');
  for (const confirm of ['', 'DELETE.example.com', 'delete.example.co', 'other.example.com']) {
    const reply = await owner.send('DELETE /api/projects/:projectId/domains/:domainId', {
      ...at(domain.id),
      body: { confirm },
    });
    assert.deepEqual([reply.status, reply.json.error.details[0].field], [400, 'confirm']);
  }
  const call = { ...at(domain.id), body: { confirm: 'delete.example.com' } };
  await owner.get('DELETE /api/projects/:projectId/domains/:domainId', call);
  assert.equal((await service.send({ url: `/v1/domains/${domain.id}`, key })).status, 404);
  assert.equal((await owner.send('DELETE /api/projects/:projectId/domains/:domainId', call)).status, 404);
});

test('the files are those of the API, octet for octet', async () => {
  const { id } = await add('files.example.com');
  for (const query of [
    '',
    '?format=terraform',
    '?format=terraform&provider=route53',
    '?format=cloudflare',
    '?format=csv',
  ]) {
    const here = await owner.send('GET /api/projects/:projectId/domains/:domainId/zone-file', { ...at(id), query });
    const there = await service.send({ url: `/v1/domains/${id}/zone-file${query}`, key });
    assert.deepEqual(
      [here.status, here.text, here.headers['content-type'], here.headers['content-disposition']],
      [200, there.text, there.headers['content-type'], there.headers['content-disposition']],
    );
  }
});

test('the files hold the open records only where that is asked for, further keys among them', async () => {
  const domain = await add('open.example.com');
  const [ownership, ...others] = listRecords(domain);
  assert.ok(ownership);
  publishDomain(dns, domain, [ownership]);
  const read = async (query: string) =>
    (await owner.send('GET /api/projects/:projectId/domains/:domainId/zone-file', { ...at(domain.id), query })).text;
  // Before the first check nothing is known to be right.
  assert.equal(await read('?records=open'), await read('?records=all'));
  await owner.get('POST /api/projects/:projectId/domains/:domainId/verify', at(domain.id));
  for (const format of ['zone', 'terraform', 'cloudflare', 'csv']) {
    const text = await read(`?format=${format}&records=open`);
    assert.ok(!text.includes(ownership.name), format);
    for (const { name } of others) assert.ok(text.includes(name), `${format}: ${name}`);
  }
  assert.ok((await read('')).includes(ownership.name));
});

test('a share link shows the records of its domain and how they stand, and nothing else of the project', async () => {
  const domain = await add('shared.example.com');
  await add('secret.example.net');
  const { url, ...link } = await owner.get('POST /api/projects/:projectId/domains/:domainId/share-links', {
    ...at(domain.id),
    body: {},
  });
  assert.equal(Date.parse(link.expiresAt) - Date.parse(link.createdAt), 30 * 86_400_000);
  const token = new URL(url).pathname.replace('/share/', '');
  const stranger = openBrowser(service);
  const shared = await stranger.get('GET /api/share/:token', { params: { token } });
  assert.deepEqual(shared.records, domain.records);
  assert.equal(shared.linkExpiresAt, link.expiresAt);
  publishDomain(dns, domain);
  await owner.get('POST /api/projects/:projectId/domains/:domainId/verify', at(domain.id));
  const reply = await stranger.send('GET /api/share/:token', { params: { token } });
  assert.ok(reply.json.data.records.every(({ state }: { state: string }) => state === 'verified'));
  assert.deepEqual(reply.json.data.from, {
    project: service.project.name,
    person: 'Olive Owner',
    brandColor: null,
    logoVersion: null,
  });
  for (const secret of [projectId, domain.id, link.id, 'owner@', 'secret', 'us-east-1"'])
    assert.ok(!reply.text.includes(secret), secret);
  const file = await stranger.send('GET /api/share/:token/zone-file', { params: { token }, query: '?format=csv' });
  assert.match(file.text, /shared\.example\.com/);
});

test('a share link ends when it is revoked, at its time, and with its domain; then it says whom to ask', async () => {
  const domain = await add('ending.example.com');
  const other = await add('other.example.com');
  const make = async (expiresAt?: string) => {
    const body = expiresAt === undefined ? {} : { expiresAt };
    const call = 'POST /api/projects/:projectId/domains/:domainId/share-links';
    const made = await owner.get(call, { ...at(domain.id), body });
    return { id: made.id, token: new URL(made.url).pathname.replace('/share/', '') };
  };
  const open = (token: string) => openBrowser(service).send('GET /api/share/:token', { params: { token } });
  const soon = await make(new Date(service.clock.now().getTime() + 1_000).toISOString());
  const revoked = await make();
  const kept = await make();

  const revoke = (domainId: string, linkId: string) =>
    owner.send('DELETE /api/projects/:projectId/domains/:domainId/share-links/:linkId', {
      params: { projectId, domainId, linkId },
    });
  assert.equal((await revoke(other.id, revoked.id)).status, 404);
  assert.equal((await revoke(domain.id, 'f'.repeat(24))).status, 404);
  assert.equal((await open(revoked.token)).status, 200);
  assert.equal((await revoke(domain.id, revoked.id)).status, 200);
  service.clock.advance(1_000);
  // Whoever was sent the link learns whom to ask; a token that never was opens nothing and names nobody.
  for (const [token, words] of [
    [soon.token, `This link has expired. Ask Olive Owner (${service.project.name}) for a new one.`],
    [revoked.token, `This link was revoked. Ask Olive Owner (${service.project.name}) for a new one.`],
    [`share_${'x'.repeat(40)}`, "This link doesn't work. Check that you copied all of it."],
  ] as const) {
    const { status, json } = await open(token);
    assert.deepEqual([status, json.error.code, json.error.message], [404, 'NOT_FOUND', words]);
  }
  const { shareLinks } = await owner.get('GET /api/projects/:projectId/domains/:domainId/share-links', at(domain.id));
  assert.deepEqual(
    shareLinks.map(({ id, state, createdBy }) => [id, state, createdBy]).sort(),
    [
      [kept.id, 'open', 'Olive Owner'],
      [revoked.id, 'revoked', 'Olive Owner'],
      [soon.id, 'expired', 'Olive Owner'],
    ].sort(),
  );
  assert.equal((await open(kept.token)).status, 200);
  await service.send({ method: 'DELETE', url: `/v1/domains/${domain.id}`, key });
  assert.equal((await open(kept.token)).status, 404);
});

test('a share link works for a year at most, and for some time at least', async () => {
  const domain = await add('year.example.com');
  const now = service.clock.now().getTime();
  for (const time of [now, now - 1, now + 367 * 86_400_000]) {
    const reply = await owner.send('POST /api/projects/:projectId/domains/:domainId/share-links', {
      ...at(domain.id),
      body: { expiresAt: new Date(time).toISOString() },
    });
    assert.deepEqual([reply.status, reply.json.error.details[0].field], [400, 'expiresAt']);
  }
});

test('a share link changes nothing, whoever sends what', async () => {
  const domain = await add('readonly.example.com');
  const call = 'POST /api/projects/:projectId/domains/:domainId/share-links';
  const { url } = await owner.get(call, { ...at(domain.id), body: {} });
  const path = `/api${new URL(url).pathname}`;
  for (const method of ['POST', 'PATCH', 'PUT', 'DELETE'] as const)
    for (const end of ['', '/live', '/zone-file', '/verify']) {
      const { status } = await service.send({ method, url: path + end, key: null });
      assert.equal(status, end === '/verify' ? 404 : 405, `${method} ${end}`);
    }
});

test('the list says how each record of its domains stands, and which domains need somebody', async () => {
  const wrong = await add('wrong.example.com');
  const misplaced = await add('misplaced.example.com');
  const right = await add('right.example.com');
  const fresh = await add('fresh.example.com');
  const [ownership] = listRecords(wrong);
  assert.ok(ownership);
  publishDomain(dns, wrong, [{ ...ownership, value: 'autosend-verify-of-somebody-else' }]);
  const [other] = listRecords(misplaced);
  assert.ok(other);
  publishDomain(dns, misplaced, [{ ...other, name: `${other.name}.misplaced.example.com` }]);
  publishDomain(dns, right);
  for (const { id } of [wrong, misplaced, right])
    await owner.get('POST /api/projects/:projectId/domains/:domainId/verify', at(id));
  const { domains } = await owner.get('GET /api/projects/:projectId/domains', { params: { projectId } });
  const standingOf = ({ id }: { id: string }) => {
    const found = domains.find((domain) => domain.id === id);
    return [found?.listState, found?.standings];
  };
  const all = (standing: string) => Array.from({ length: 5 }, () => standing);
  assert.deepEqual([wrong, misplaced, right, fresh].map(standingOf), [
    ['attention', ['wrong', ...all('waiting').slice(1)]],
    ['attention', ['wrong', ...all('waiting').slice(1)]],
    ['verified', all('right')],
    ['waiting', null],
  ]);
});

test('the list says of two CNAMEs how the worse one stands', async () => {
  const body = { domain: 'cnames.example.com', dkimMode: 'cname' };
  const { json } = await service.send({ method: 'POST', url: '/v1/domains', key, body });
  const domain = json.data;
  const [first, second] = await serveKeys(dns, service, domain);
  const others = listRecords(domain).filter(({ type }) => type !== 'CNAME');
  const readDkim = async (cnames: readonly ZoneRecord[]) => {
    publishDomain(dns, domain, [...others, ...cnames]);
    await owner.get('POST /api/projects/:projectId/domains/:domainId/verify', at(domain.id));
    const { domains } = await owner.get('GET /api/projects/:projectId/domains', { params: { projectId } });
    const found = domains.find(({ id }) => id === domain.id);
    return [found?.listState, found?.standings?.[RECORD_KINDS.indexOf('dkim')]];
  };
  assert.deepEqual(await readDkim([first]), ['waiting', 'waiting']);
  assert.deepEqual(await readDkim([second]), ['waiting', 'waiting']);
  assert.deepEqual(await readDkim([first, { ...second, value: 'elsewhere.example.com' } as ZoneRecord]), [
    'attention',
    'wrong',
  ]);
  assert.deepEqual(await readDkim([first, second]), ['verified', 'right']);
});

test('a share link shows which records new and retiring keys want, and none of the keys that are past', async () => {
  const { id } = await add('shared-keys.example.com');
  const make = (type: 'rsa' | 'ed25519') =>
    owner.get('POST /api/projects/:projectId/domains/:domainId/keys', { ...at(id), body: { type } });
  const given = await make('ed25519');
  await owner.get('POST /api/projects/:projectId/domains/:domainId/keys/:selector/revoke', {
    params: { projectId, domainId: id, selector: given.selector },
  });
  const wanted = await make('rsa');
  const links = 'POST /api/projects/:projectId/domains/:domainId/share-links';
  const { url } = await owner.get(links, { ...at(id), body: {} });
  const token = new URL(url).pathname.split('/').at(-1) ?? '';
  const { keys } = await openBrowser(service).get('GET /api/share/:token', { params: { token } });
  assert.deepEqual(keys, [wanted]);
  await service.query("UPDATE dkim_keys SET stage = 'retiring' WHERE domain_id = $1 AND selector = $2", [
    id,
    wanted.selector,
  ]);
  const retiring = await openBrowser(service).get('GET /api/share/:token', { params: { token } });
  assert.deepEqual(
    retiring.keys.map(({ selector, stage }) => [selector, stage]),
    [[wanted.selector, 'retiring']],
  );
});
