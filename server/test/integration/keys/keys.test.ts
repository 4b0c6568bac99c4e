import assert from 'node:assert/strict';
import { createPublicKey, sign, verify } from 'node:crypto';
import { after, before, test } from 'node:test';
import { openPublicKey } from '../../../src/crypto/dkim-keys.ts';
import { readSigningKeys } from '../../../src/services/signing/signing-keys.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';

let service: TestApp;
before(async () => {
  service = await createTestApp(import.meta.url);
});
after(() => service.close());

const KEYS_IN_ORDER = [
  ...['selector', 'type', 'bits', 'stage', 'origin', 'record', 'isPublished', 'publishedAt', 'activatedAt'],
  ...['retiresAt', 'retiredAt', 'revokedAt', 'createdAt', 'warning'],
];

async function listKeys(id: string) {
  const { status, json, text } = await service.send({ url: `/v1/domains/${id}/keys` });
  assert.equal(status, 200, text);
  return json.data.keys;
}

async function addKey(id: string, body: object) {
  return service.send({ method: 'POST', url: `/v1/domains/${id}/keys`, body });
}

test('a new domain has one key: RSA, active, and the one of its records', async () => {
  const domain = await service.addDomain('one.example.com');
  const [key, ...others] = await listKeys(domain.id);
  assert.deepEqual(others, []);
  assert.deepEqual(Object.keys(key), KEYS_IN_ORDER);
  const { createdAt, record, ...rest } = key;
  assert.deepEqual(record, domain.dnsRecords.dkim);
  assert.equal(createdAt, domain.createdAt);
  assert.deepEqual(rest, {
    selector: 'autosend',
    type: 'rsa',
    bits: 2048,
    stage: 'active',
    origin: 'generated',
    isPublished: null,
    publishedAt: null,
    activatedAt: createdAt,
    retiresAt: null,
    retiredAt: null,
    revokedAt: null,
    warning: null,
  });
});

for (const { body, type, bits, size } of [
  { body: {}, type: 'rsa', bits: 2048, size: 294 },
  { body: { type: 'rsa', bits: 3072 }, type: 'rsa', bits: 3072, size: 422 },
  { body: { bits: 4096 }, type: 'rsa', bits: 4096, size: 550 },
  { body: { type: 'ed25519' }, type: 'ed25519', bits: null, size: 32 },
])
  test(`a further key by ${JSON.stringify(body)} is pending, has a selector of its own, and changes no record`, async () => {
    const domain = await service.addDomain(`${type}-${bits}.example.com`);
    service.clock.advance(1_000);
    const { status, json } = await addKey(domain.id, body);
    assert.equal(status, 201);
    const key = json.data;
    assert.deepEqual([key.type, key.bits, key.stage], [type, bits, 'pending']);
    const day = service.clock.now().toISOString().slice(0, 10).replaceAll('-', '');
    assert.match(key.selector, new RegExp(`^autosend-${day}-[0-9a-f]{2}$`));
    assert.equal(key.record.name, `${key.selector}._domainkey.${domain.domainName}`);
    const [, published] = new RegExp(`^v=DKIM1; k=${type}; p=([A-Za-z0-9+/=]+)$`).exec(key.record.value) ?? [];
    assert.equal(Buffer.from(published ?? '', 'base64').length, size);
    assert.deepEqual((await listKeys(domain.id))[0], key);
    const { json: now } = await service.send({ url: `/v1/domains/${domain.id}` });
    assert.deepEqual(now.data, domain);
    const { json: history } = await service.send({ url: `/v1/domains/${domain.id}/events` });
    const [latest] = history.data.events;
    assert.deepEqual(
      [latest.type, latest.data],
      ['key.created', { selector: key.selector, type, name: key.record.name }],
    );
  });

test('what a key cannot be made by is refused, and named', async () => {
  const { id } = await service.addDomain('refused.example.com');
  for (const [body, field] of [
    [{ type: 'dsa' }, 'type'],
    [{ bits: 1024 }, 'bits'],
    [{ bits: '2048' }, 'bits'],
    [{ type: 'ed25519', bits: 2048 }, 'bits'],
    [{ size: 2048 }, 'size'],
  ] as const) {
    const { status, json } = await addKey(id, body);
    assert.equal(status, 400, JSON.stringify(body));
    assert.equal(json.error.details[0].field, field);
  }
  assert.equal((await listKeys(id)).length, 1);
});

test('the active keys open for signing, RSA first, and sign what their records verify; pending ones do not', async () => {
  const { id, dnsRecords } = await service.addDomain('signer.example.com');
  await addKey(id, { type: 'ed25519' });
  const before = await readSigningKeys(service.ctx, service.project.id, id);
  assert.deepEqual(
    before.keys.map(({ selector }) => selector),
    ['autosend'],
  );
  assert.ok(dnsRecords.dkim.value.endsWith(before.keys[0]?.publicKey));
  await service.query(`UPDATE dkim_keys SET stage = 'active' WHERE domain_id = $1`, [id]);
  const { name, status, keys } = await readSigningKeys(service.ctx, service.project.id, id);
  assert.deepEqual([name, status], ['signer.example.com', 'PENDING_CONFIGURATION']);
  assert.deepEqual(
    keys.map(({ algorithm }) => algorithm),
    ['rsa-2048', 'ed25519'],
  );
  const message = Buffer.from('to be signed');
  for (const { algorithm, privateKey, publicKey } of keys) {
    const hash = algorithm === 'ed25519' ? null : 'sha256';
    const signature = sign(hash, message, privateKey);
    assert.ok(verify(hash, message, openPublicKey(publicKey, algorithm), signature), algorithm);
    assert.deepEqual(createPublicKey(privateKey), openPublicKey(publicKey, algorithm));
  }
  // The Ed25519 key beside it takes nothing of the domain's own record.
  const { json } = await service.send({ url: `/v1/domains/${id}` });
  assert.deepEqual(json.data.dnsRecords.dkim, dnsRecords.dkim);
  const { json: list } = await service.send({ url: '/v1/domains?search=signer' });
  assert.equal(list.data.domains.length, 1);
});
