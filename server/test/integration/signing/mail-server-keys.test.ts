import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { listRecords, publishDomain } from '../../support/dns/publish.ts';

let dns: DnsServer;
let service: TestApp;
before(async () => {
  dns = await startDnsServer();
  service = await createTestApp(import.meta.url, { dns, keys: 'fresh' });
});
after(async () => {
  await service.close();
  await dns.close();
});

const URL = '/v1/mail-server-keys';

/** A project of its own with the API key of its mail server. */
async function createSender() {
  const { project, key } = await service.createProject();
  const { key: puller } = await service.createKey(project, { permission: 'mail_server' });
  const pull = (query = '', headers: Record<string, string> = {}) =>
    service.send({ url: `${URL}${query}`, key: puller, headers });
  const addVerified = async (name: string) => {
    const domain = await service.addDomain(name, key);
    publishDomain(dns, domain);
    const { json } = await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify`, key });
    assert.equal(json.data.verificationStatus, 'VERIFIED');
    return domain;
  };
  return { project, key, puller, pull, addVerified };
}

test("each verified domain comes with the private half of the key that DNS has, and unverified ones don't", async () => {
  const { key, pull, addVerified } = await createSender();
  const domain = await addVerified('example.com');
  await service.addDomain('pending.example.com', key);
  const { status, headers, json } = await pull();
  assert.equal(status, 200);
  assert.match(String(headers['cache-control']), /no-store/);
  assert.equal(json.data.keys.length, 1);
  const [pulled] = json.data.keys;
  assert.deepEqual(Object.keys(pulled), ['id', 'domainName', 'selector', 'type', 'privateKey']);
  assert.deepEqual([pulled.domainName, pulled.selector, pulled.type], ['example.com', 'autosend', 'rsa']);
  const publicKey = createPublicKey(createPrivateKey(pulled.privateKey)).export({ type: 'spki', format: 'der' });
  assert.equal(domain.dnsRecords.dkim.value, `v=DKIM1; k=rsa; p=${publicKey.toString('base64')}`);
});

test('a pull leaves a line in the log that says who took which keys, and none of them', async () => {
  const { pull, addVerified } = await createSender();
  await addVerified('a.logged.example.com');
  await addVerified('b.logged.example.com');
  const linesOf = () => service.logLines.filter((line) => line.includes('private keys were sent'));
  const before = linesOf().length;
  const { json } = await pull();
  assert.equal(linesOf().length, before + 1);
  const line = JSON.parse(linesOf().at(-1) ?? '');
  assert.deepEqual([line.count, line.first, line.last], [2, 'a.logged.example.com', 'b.logged.example.com']);
  assert.match(line.apiKeyId, /^[a-f\d]{24}$/);
  assert.ok(!service.logLines.join('').includes(json.data.keys[0].privateKey.slice(600, 640)));
  await pull('?privateKeys=false');
  assert.equal(linesOf().length, before + 1, 'a list without private keys hands out nothing');
});

test('polling is answered 304 until a domain comes, goes or signs with another key', async () => {
  const { key, pull, addVerified } = await createSender();
  const tags: string[] = [];
  /** The keys are others than at the last call, and the same from then on. */
  const assertChanged = async (what: string) => {
    service.clock.advance(1_000);
    const known = tags.at(-1);
    const { status, headers } = await pull('', known === undefined ? {} : { 'if-none-match': known });
    assert.equal(status, 200, what);
    tags.push(String(headers.etag));
    for (const header of [`"x", W/${headers.etag}`, String(headers.etag), '*']) {
      const again = await pull('?privateKeys=false&limit=1', { 'if-none-match': header });
      assert.deepEqual([again.status, again.text, again.headers.etag], [304, '', headers.etag], what);
    }
  };
  await assertChanged('nothing is there');
  const domain = await addVerified('polled.example.com');
  await assertChanged('a domain was verified');
  service.clock.advance(1_000);
  const made = await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/keys`, key, body: {} });
  const { status } = await pull('', { 'if-none-match': tags.at(-1) ?? '' });
  assert.equal(status, 304, 'a pending key signs nothing yet');
  publishDomain(dns, domain, [...listRecords(domain), made.json.data.record]);
  const { selector } = made.json.data;
  await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/keys/${selector}/activate`, key });
  await assertChanged('signing moved to another key');
  assert.equal((await pull()).json.data.keys[0].selector, selector);
  await service.send({ method: 'DELETE', url: `/v1/domains/${domain.id}`, key });
  await assertChanged('the domain was deleted');
  assert.deepEqual((await pull()).json.data, { keys: [] });
});

test('however often it is polled, the database checks the domains once a second', async () => {
  const { pull, addVerified } = await createSender();
  service.clock.advance(1_000);
  const before = String((await pull()).headers.etag);
  await addVerified('late.example.com');
  const status = async () => (await pull('', { 'if-none-match': before })).status;
  assert.equal(await status(), 304);
  service.clock.advance(1_000);
  assert.equal(await status(), 200);
});

test('pages hold every domain once, and their tables one after the other are those of a single page', async () => {
  const { pull, addVerified } = await createSender();
  const names = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}.paged.example.com`);
  for (const name of names) await addVerified(name);
  for (const format of ['opendkim', 'rspamd']) {
    const query = `format=${format}&folder=/etc/keys/&privateKeys=false`;
    const whole = (await pull(`?${query}`)).json.data;
    assert.equal('nextCursor' in whole, false);
    const keys: { domainName: string; file: string }[] = [];
    const tables = new Map<string, string>();
    for (let cursor = ''; ; ) {
      const { data } = (await pull(`?${query}&limit=2${cursor}`)).json;
      keys.push(...data.keys);
      for (const { name, text } of data.tables) tables.set(name, (tables.get(name) ?? '') + text);
      if (data.nextCursor === undefined) break;
      cursor = `&cursor=${data.nextCursor}`;
    }
    assert.deepEqual(keys, whole.keys);
    assert.deepEqual([...new Set(keys.map(({ domainName }) => domainName))], names);
    assert.deepEqual(
      [...tables].map(([name, text]) => ({ name, text })),
      whole.tables,
    );
    const texts = [...tables.values()].join('');
    if (format === 'opendkim') for (const { file } of keys) assert.ok(texts.includes(`:/etc/keys/${file}\n`), file);
    else assert.match(texts, /path = "\/etc\/keys\/signing\/\$domain\.\$selector\.pem";/);
  }
});

test('keys are asked for by id; what is no key of a verified domain is left out', async () => {
  const { key, pull, addVerified } = await createSender();
  await addVerified('one.ids.example.com');
  await addVerified('two.ids.example.com');
  const pending = await service.addDomain('three.ids.example.com', key);
  const [row] = await service.query<{ id: string }>('SELECT id FROM dkim_keys WHERE domain_id = $1', [pending.id]);
  const [one] = (await pull('?privateKeys=false')).json.data.keys;
  const { json, headers } = await pull(`?ids=${one.id},${row?.id},${'f'.repeat(24)}`);
  assert.deepEqual(
    json.data.keys.map(({ id }: { id: string }) => id),
    [one.id],
  );
  assert.match(json.data.keys[0].privateKey, /BEGIN PRIVATE KEY/);
  assert.equal(headers.etag, undefined, 'a part has no tag that stands for all');
});

test('of a domain that signs with RSA and Ed25519, the RSA key is pulled: OpenDKIM has no other, a map one for each domain', async () => {
  const { key, pull, addVerified } = await createSender();
  const domain = await addVerified('two-kinds.example.com');
  const url = `/v1/domains/${domain.id}/keys`;
  service.clock.advance(1_000);
  const made = await service.send({ method: 'POST', url, key, body: { type: 'ed25519' } });
  publishDomain(dns, domain, [...listRecords(domain), made.json.data.record]);
  await service.send({ method: 'POST', url: `${url}/${made.json.data.selector}/activate`, key });
  const stages = (await service.send({ url, key })).json.data.keys;
  assert.deepEqual(
    stages.map((each: { type: string; stage: string }) => [each.type, each.stage]),
    [
      ['ed25519', 'active'],
      ['rsa', 'active'],
    ],
  );
  for (const query of ['', '?format=opendkim&folder=/k', '?format=rspamd&folder=/k']) {
    const { data } = (await pull(query)).json;
    assert.deepEqual(
      data.keys.map((each: { type: string; selector: string }) => [each.type, each.selector]),
      [['rsa', 'autosend']],
    );
    assert.equal(createPrivateKey(data.keys[0].privateKey).asymmetricKeyType, 'rsa');
    assert.ok(!JSON.stringify(data).includes(made.json.data.selector), query);
  }
});

test('a query that asks for nothing sensible is refused by the field', async () => {
  const { pull } = await createSender();
  const wrong: [query: string, field: string][] = [
    ['format=opendkim', 'folder'],
    ['folder=/etc', 'format'],
    ['format=exim&folder=/etc', 'format'],
    ['format=opendkim&folder=etc', 'folder'],
    [`format=opendkim&folder=${encodeURIComponent('/a b')}`, 'folder'],
    [`format=opendkim&folder=${encodeURIComponent('/a\n')}`, 'folder'],
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['cursor=x', 'cursor'],
    ['ids=', 'ids'],
    ['ids=1', 'ids'],
    [`ids=${Array.from({ length: 101 }, () => 'f'.repeat(24)).join(',')}`, 'ids'],
    [`ids=${'f'.repeat(24)}&limit=1`, 'ids'],
    ['privateKeys=no', 'privateKeys'],
  ];
  for (const [query, field] of wrong) {
    const { status, json } = await pull(`?${query}`);
    assert.equal(status, 400, query);
    assert.ok(
      json.error.details.some((detail: { field: string }) => detail.field.endsWith(field)),
      query,
    );
  }
});
