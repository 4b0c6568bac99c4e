import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestApp, type TestApp, type TestReply, type TestRequest } from '../../support/app.ts';

let service: TestApp;
before(async () => {
  service = await createTestApp(import.meta.url);
});
after(() => service.close());

const NEVER_EXISTED = 'ffffffffffffffffffffffff';

/** An answer without what differs between any two answers. */
function comparable({ status, headers, text }: TestReply) {
  const { 'x-request-id': _id, date: _date, ...rest } = headers;
  return { status, headers: rest, text };
}

test("another project's domain answers byte for byte like one that never existed, on every route", async () => {
  const owner = await service.createProject();
  const stranger = await service.createProject();
  const { id } = await service.addDomain('secret.example.com', owner.key);
  const routes: ((id: string) => TestRequest)[] = [
    (at) => ({ url: `/v1/domains/${at}` }),
    (at) => ({ method: 'POST', url: `/v1/domains/${at}/verify` }),
    (at) => ({ method: 'DELETE', url: `/v1/domains/${at}` }),
    (at) => ({ url: `/v1/domains/${at}/diagnostics` }),
    (at) => ({ url: `/v1/domains/${at}/diagnostics?refresh=true` }),
    (at) => ({ url: `/v1/domains/${at}/events` }),
    (at) => ({ url: `/v1/domains/${at}/zone-file` }),
    (at) => ({ url: `/v1/domains/${at}/keys` }),
    (at) => ({ method: 'POST', url: `/v1/domains/${at}/proof`, body: {} }),
    (at) => ({
      method: 'POST',
      url: `/v1/domains/${at}/sign`,
      body: Buffer.from('From: a@secret.example.com\r\n\r\n'),
      headers: { 'content-type': 'message/rfc822' },
    }),
    (at) => ({ method: 'POST', url: `/v1/domains/${at}/keys`, body: {} }),
    (at) => ({ method: 'POST', url: `/v1/domains/${at}/keys/autosend/activate` }),
    (at) => ({ method: 'POST', url: `/v1/domains/${at}/keys/autosend/revoke` }),
    (at) => ({ method: 'PATCH', url: `/v1/domains/${at}`, body: { dkimRotationDays: 180 } }),
  ];
  for (const route of routes) {
    const theirs = await service.send({ ...route(id), key: stranger.key });
    const nobodys = await service.send({ ...route(NEVER_EXISTED), key: stranger.key });
    assert.equal(theirs.status, 404);
    assert.deepEqual(comparable(theirs), comparable(nobodys));
    assert.ok(!theirs.text.includes('secret'));
  }
  const kept = await service.send({ url: `/v1/domains/${id}`, key: owner.key });
  assert.equal(kept.status, 200);
  assert.equal(kept.json.data.verificationInProgress, false);
});

test("another project's domains are in no list, and a cursor made of one shows nothing of it", async () => {
  const owner = await service.createProject();
  const stranger = await service.createProject();
  const first = await service.addDomain('one.example.net', owner.key);
  service.clock.advance(1_000);
  await service.addDomain('two.example.net', owner.key);
  const page = await service.send({ url: '/v1/domains?limit=1', key: owner.key });
  assert.equal(page.json.data.domains[0].domainName, 'two.example.net');
  for (const query of [
    '',
    `?cursor=${page.json.data.nextCursor}`,
    '?search=example',
    '?status=PENDING_CONFIGURATION',
  ]) {
    const { json } = await service.send({ url: `/v1/domains${query}`, key: stranger.key });
    assert.deepEqual(json.data, { domains: [] }, query);
  }
  assert.ok(first.id);
});

test("a mail server's key pulls the keys of its own project only, whatever ids and cursor it sends", async () => {
  const owner = await service.createProject();
  const stranger = await service.createProject();
  const { id } = await service.addDomain('signed.example.com', owner.key);
  await service.query("UPDATE domains SET status = 'VERIFIED' WHERE id = $1", [id]);
  const ours = (await service.createKey(owner.project, { permission: 'mail_server' })).key;
  const theirs = (await service.createKey(stranger.project, { permission: 'mail_server' })).key;
  const { json, headers } = await service.send({ url: '/v1/mail-server-keys', key: ours });
  const [key] = json.data.keys;
  assert.equal(key.domainName, 'signed.example.com');
  const cursor = Buffer.from('key.a').toString('base64url');
  for (const query of ['', `?ids=${key.id}`, `?cursor=${cursor}`, '?format=opendkim&folder=/k']) {
    const reply = await service.send({ url: `/v1/mail-server-keys${query}`, key: theirs });
    assert.deepEqual([reply.status, reply.json.data.keys], [200, []], query);
    assert.ok(!reply.text.includes('signed.example') && !reply.text.includes('PRIVATE'));
  }
  const known = { 'if-none-match': String(headers.etag) };
  assert.equal((await service.send({ url: '/v1/mail-server-keys', key: theirs, headers: known })).status, 200);
});

test('a domainId that is not 24 lower-case hex digits is 404, as is one that never existed', async () => {
  const { text } = await service.send({ url: `/v1/domains/${NEVER_EXISTED}` });
  const ids = ['1', 'F'.repeat(24), 'g'.repeat(24), 'f'.repeat(25), '%00', '%27%20or%201%3D1', '%F0%9F%92%8C', '%2F'];
  for (const id of ids) {
    const reply = await service.send({ url: `/v1/domains/${id}` });
    assert.equal(reply.status, 404, id);
    assert.equal(reply.text, text, id);
  }
});

test('an unverified claim blocks nobody: many projects hold one name, and none learns of the others', async () => {
  const projects = await Promise.all(Array.from({ length: 5 }, () => service.createProject()));
  const added = await Promise.all(projects.map(({ key }) => service.addDomain('claimed.example.org', key)));
  // Not even the selector, nor the key: each is what the only project with that name gets.
  const { name: first } = added[0].dnsRecords.dkim;
  assert.equal(first, 'autosend._domainkey.claimed.example.org');
  assert.deepEqual([...new Set(added.map((domain) => domain.dnsRecords.dkim.name))], [first]);
  assert.equal(new Set(added.map((domain) => domain.dnsRecords.ownership.value)).size, 5);
  for (const { key } of projects) {
    const { json } = await service.send({ url: '/v1/domains', key });
    assert.equal(json.data.domains.length, 1);
  }
});
