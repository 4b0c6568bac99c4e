import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import { buildKeyRecord } from '../../../src/core/records/dkim-key.ts';
import { formatPublicKey, openPublicKey } from '../../../src/crypto/dkim-keys.ts';
import { readSigningKeys } from '../../../src/services/signing/signing-keys.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { listRecords, publishDomain } from '../../support/dns/publish.ts';

let dns: DnsServer;
let service: TestApp;
before(async () => {
  dns = await startDnsServer();
  service = await createTestApp(import.meta.url, { dns });
});
after(async () => {
  await service.close();
  await dns.close();
});

const rsaPem = (modulusLength = 2048): string =>
  generateKeyPairSync('rsa', { modulusLength }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const ed25519Pem = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** The record of a key that somebody brings along. */
function recordOf(pem: string, selector: string, domainName: string) {
  const key = createPublicKey(pem);
  const algorithm = key.asymmetricKeyType === 'ed25519' ? 'ed25519' : 'rsa-2048';
  return buildKeyRecord({ selector, domainName, algorithm, publicKey: formatPublicKey(key, algorithm) });
}

async function addDomain(name: string) {
  const domain = await service.addDomain(name);
  publishDomain(dns, domain);
  service.clock.advance(1_000);
  const url = `/v1/domains/${domain.id}`;
  return {
    id: domain.id as string,
    records: listRecords(domain),
    publish: (records: readonly ReturnType<typeof listRecords>[number][], server?: string) =>
      server === undefined ? publishDomain(dns, domain, [...records]) : dns.setRecords(name, [...records], server),
    addKey: (body: object, headers = {}) => service.send({ method: 'POST', url: `${url}/keys`, body, headers }),
    verify: () => service.send({ method: 'POST', url: `${url}/verify` }),
    get: async () => (await service.send({ url })).json.data,
    countKeys: async () => (await service.send({ url: `${url}/keys` })).json.data.keys.length as number,
  };
}

for (const { what, pem, bits, type } of [
  { what: 'RSA-2048', pem: rsaPem(), bits: 2048, type: 'rsa' },
  { what: 'RSA-4096', pem: rsaPem(4096), bits: 4096, type: 'rsa' },
  { what: 'Ed25519', pem: ed25519Pem(), bits: null, type: 'ed25519' },
])
  test(`a key that is in DNS already is taken over, and signs after the next check: ${what}`, async () => {
    const name = `${what.toLowerCase()}.example.com`;
    const domain = await addDomain(name);
    const record = recordOf(pem, '2019-q3', name);
    domain.publish([...domain.records, record]);
    const { status, json, text } = await domain.addKey({ privateKey: pem, selector: '2019-Q3' });
    assert.equal(status, 201, text);
    const { selector, stage, origin, isPublished } = json.data;
    assert.deepEqual([selector, stage, origin, isPublished], ['2019-q3', 'pending', 'imported', true]);
    assert.deepEqual([json.data.type, json.data.bits, json.data.warning], [type, bits, null]);
    assert.deepEqual(json.data.record, record);
    const verified = await domain.verify();
    assert.equal(verified.json.data.verificationStatus, 'VERIFIED');
    const { keys } = await readSigningKeys(service.ctx, service.project.id, domain.id);
    const key = keys.find((each) => each.selector === '2019-q3');
    assert.ok(key);
    assert.deepEqual(createPublicKey(key.privateKey), openPublicKey(key.publicKey, key.algorithm));
    assert.equal((await domain.get()).dnsRecords.dkim.value, type === 'rsa' ? record.value : domain.records[1]?.value);
  });

test('a key whose record is nowhere yet is pending, and one of 1024 bits is taken with a warning', async () => {
  const domain = await addDomain('not-yet.example.com');
  const { status, json } = await domain.addKey({ privateKey: rsaPem(1024), selector: 'old', type: 'rsa' });
  assert.equal(status, 201);
  assert.deepEqual([json.data.stage, json.data.isPublished, json.data.bits], ['pending', false, 1024]);
  assert.match(json.data.warning, /only 1024 bits/);
});

test('without a selector it gets one of its own, as a new key does', async () => {
  const domain = await addDomain('no-selector.example.com');
  const { json } = await domain.addKey({ privateKey: ed25519Pem() });
  assert.match(json.data.selector, /^autosend-\d{8}-[0-9a-f]{2}$/);
  assert.equal(json.data.origin, 'imported');
});

test('where another record stands at the selector nothing is taken, and the answer says what was found', async () => {
  const name = 'taken.example.com';
  const domain = await addDomain(name);
  const theirs = recordOf(rsaPem(), 'mine', name);
  for (const [records, says] of [
    [[theirs], /already has a different record.*`mine\._domainkey\.taken\.example\.com` is different/],
    [[{ ...theirs, value: 'v=DKIM1; p=' }], /revoked/],
    [[{ ...theirs, value: 'hello' }], /hello/],
  ] as const) {
    domain.publish([...domain.records, ...records]);
    for (const body of [{ privateKey: rsaPem(), selector: 'mine' }, { selector: 'mine' }]) {
      const { status, json, text } = await domain.addKey(body);
      assert.deepEqual([status, json.error.code], [409, 'SELECTOR_IN_USE'], text);
      assert.match(json.error.message, says);
    }
  }
  assert.equal(await domain.countKeys(), 1);
});

test('while nobody can be asked nothing is taken, and it may be tried again', async () => {
  const domain = await addDomain('silent.example.com');
  dns.fault({ within: 'silent.example.com' }, 'servfail');
  const { status, json, headers } = await domain.addKey({ privateKey: rsaPem(), selector: 'mine' });
  assert.deepEqual([status, json.error.code], [503, 'SERVICE_UNAVAILABLE']);
  assert.ok(headers['retry-after']);
  dns.clearFaults();
  assert.equal((await domain.addKey({ privateKey: rsaPem(), selector: 'mine' })).status, 201);
});

test('a selector serves one key of a domain, also one that was revoked, and no other project can take it', async () => {
  const name = 'selectors.example.com';
  const domain = await addDomain(name);
  const own = await domain.addKey({ privateKey: rsaPem(), selector: 'autosend' });
  assert.deepEqual([own.status, own.json.error.code], [409, 'SELECTOR_IN_USE']);
  const other = await service.createProject();
  const { id } = await service.addDomain(name, other.key);
  const theirs = await service.send({
    method: 'POST',
    url: `/v1/domains/${id}/keys`,
    key: other.key,
    body: { privateKey: rsaPem(), selector: 'shared' },
  });
  assert.equal(theirs.status, 201, theirs.text);
  const ours = await domain.addKey({ privateKey: rsaPem(), selector: 'shared' });
  assert.equal(ours.status, 201, ours.text);
  assert.equal(ours.json.data.record.name, `shared._domainkey.${name}`);
  const revoked = await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/keys/shared/revoke` });
  assert.equal(revoked.status, 200);
  const again = await domain.addKey({ privateKey: rsaPem(), selector: 'shared' });
  assert.deepEqual([again.status, again.json.error.code], [409, 'SELECTOR_IN_USE']);
  assert.equal(await domain.countKeys(), 2);
});

test('what cannot be a selector, or does not go together, is refused and named', async () => {
  const domain = await addDomain(`${'x'.repeat(60)}.example.com`);
  const privateKey = rsaPem();
  for (const [body, field] of [
    [{ selector: '' }, 'selector'],
    [{ selector: '-a' }, 'selector'],
    [{ selector: 'a..b' }, 'selector'],
    [{ selector: 'a/b' }, 'selector'],
    [{ selector: 'ä' }, 'selector'],
    [{ selector: 'a'.repeat(64) }, 'selector'],
    [{ selector: 'mine._domainkey.example.com' }, 'selector'],
    [{ selector: `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.d` }, 'selector'],
    [{ selector: 'a'.repeat(201) }, 'selector'],
    [{ privateKey, bits: 2048 }, 'bits'],
    [{ privateKey, type: 'ed25519' }, 'type'],
    [{ privateKey: ed25519Pem(), type: 'rsa' }, 'type'],
    [{ privateKey: [privateKey] }, 'privateKey'],
    [{ privateKey: privateKey.repeat(12) }, 'privateKey'],
    [{ privateKey: '' }, 'privateKey'],
  ] as const) {
    const { status, json, text } = await domain.addKey(body);
    assert.equal(status, 400, text);
    assert.equal(json.error.details[0].field, field, text);
  }
  const dotted = await domain.addKey({ selector: 'mail.2026' });
  assert.equal(dotted.json.data.record.name, `mail.2026._domainkey.${'x'.repeat(60)}.example.com`);
  assert.equal(await domain.countKeys(), 2);
});

test('nothing of a private key is in an answer, the log or the database in clear, whatever goes wrong with it', async () => {
  const domain = await addDomain('leaks.example.com');
  const pem = rsaPem();
  const [first = '', second = ''] = pem.split('\n').slice(10);
  const send = (payload: string, type = 'application/json') =>
    service.app.inject({
      method: 'POST',
      url: `/v1/domains/${domain.id}/keys`,
      payload,
      headers: { authorization: `Bearer ${service.key}`, 'content-type': type },
    });
  const answers = await Promise.all([
    send(`{"privateKey": "${pem}"}`),
    send(`{"privateKey": ${pem}}`),
    send(`{'privateKey': '${pem.replaceAll('\n', '\\n')}'}`),
    send(`{"privateKey": "${pem.replaceAll('\n', '\\n')}" ${first}}`),
    send(JSON.stringify({ privateKey: pem, selector: pem })),
    send(JSON.stringify({ selector: pem })),
    send(JSON.stringify({ type: pem })),
    send(JSON.stringify({ [pem]: true })),
    send(JSON.stringify({ privateKey: { pem } })),
    send(JSON.stringify({ privateKey: `${pem}${pem}` })),
    send(JSON.stringify({ privateKey: pem.replace(first, first.slice(4)) })),
    send(pem, 'application/x-pem-file'),
    send(pem),
  ]);
  for (const [at, { statusCode, body }] of answers.entries()) {
    assert.ok(statusCode === 400 || statusCode === 415, `${at}: ${statusCode} ${body}`);
    assert.ok(![first, second, first.slice(4, 20), first.slice(-16)].some((part) => body.includes(part)), body);
  }
  const taken = await domain.addKey({ privateKey: pem });
  assert.equal(taken.status, 201);
  assert.ok(!taken.text.includes(first.slice(0, 16)));
  const log = service.logLines.join('');
  assert.ok(!log.includes(first.slice(0, 16)) && !log.includes(second.slice(0, 16)));
});

test('a read-only API key makes and takes no keys', async () => {
  const domain = await addDomain('read-only.example.com');
  const { key } = await service.createKey(service.project, { permission: 'read_only' });
  const { status } = await service.send({
    method: 'POST',
    url: `/v1/domains/${domain.id}/keys`,
    key,
    body: { privateKey: rsaPem() },
  });
  assert.equal(status, 403);
});

test('with an Idempotency-Key a key is made once, and the same answer comes again', async () => {
  const domain = await addDomain('once.example.com');
  const headers = { 'idempotency-key': 'rotate-1' };
  const body = { privateKey: ed25519Pem() };
  const first = await domain.addKey(body, headers);
  const again = await domain.addKey(body, headers);
  assert.deepEqual([first.status, again.status, again.text], [201, 201, first.text]);
  assert.equal(again.headers['idempotent-replayed'], 'true');
  assert.equal((await domain.addKey({}, headers)).json.error.code, 'IDEMPOTENCY_KEY_MISMATCH');
  assert.equal(await domain.countKeys(), 2);
});

test('a domain whose name leaves no room for a dated selector gets a short one', async () => {
  const name = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(22)}.example.com`;
  const domain = await addDomain('long-name.example.com');
  await service.query('UPDATE domains SET name = $1 WHERE id = $2', [name, domain.id]);
  const { status, json, text } = await domain.addKey({});
  assert.equal(status, 201, text);
  assert.match(json.data.selector, /^[0-9a-f]{6}$/);
  assert.ok(json.data.record.name.length <= 253);
});
