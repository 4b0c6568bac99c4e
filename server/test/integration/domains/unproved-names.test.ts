import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import { listSigningKeys } from '../../../src/db/queries/dkim-keys.ts';
import { findIdentityDomain } from '../../../src/db/queries/provider-identities.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { publishDomain } from '../../support/dns/publish.ts';

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

const rsaPem = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });

test('whoever only claims a name cannot use its selectors up, nor stand in the way of an import', async () => {
  const name = 'victim.example.com';
  const attacker = await service.createProject();
  const claimed = await service.addDomain(name, attacker.key);
  publishDomain(dns, claimed, []);
  const selectors = ['s1', 'default', 'google', '2027q1'];
  const addKey = (domainId: string, key: typeof attacker.key, selector: string) =>
    service.send({
      ...{ method: 'POST', url: `/v1/domains/${domainId}/keys`, key },
      body: { selector, privateKey: rsaPem() },
    });
  for (const selector of selectors) {
    assert.equal((await addKey(claimed.id, attacker.key, selector)).status, 201);
    const url = `/v1/domains/${claimed.id}/keys/${selector}/revoke`;
    assert.equal((await service.send({ method: 'POST', url, key: attacker.key })).status, 200);
  }
  const owned = await service.addDomain(name);
  assert.equal(owned.dnsRecords.dkim.name, `autosend._domainkey.${name}`);
  for (const selector of selectors) {
    const { status, json, text } = await addKey(owned.id, service.key, selector);
    assert.equal(status, 201, text);
    assert.equal(json.data.record.name, `${selector}._domainkey.${name}`);
    await service.send({ method: 'POST', url: `/v1/domains/${owned.id}/keys/${selector}/revoke` });
  }
});

test('many projects that add one name at the same moment all get it, with and without an Idempotency-Key', async () => {
  const projects = await Promise.all(Array.from({ length: 8 }, () => service.createProject()));
  const replies = await Promise.all(
    projects.map(({ key }, n) =>
      service.send({
        ...{ method: 'POST', url: '/v1/domains', key, body: { domain: 'rush.example.com' } },
        ...(n % 2 === 0 && { headers: { 'idempotency-key': `rush ${n}` } }),
      }),
    ),
  );
  assert.deepEqual(
    replies.map(({ status, json }) => [status, json.data?.dnsRecords.dkim.name]),
    replies.map(() => [201, 'autosend._domainkey.rush.example.com']),
  );
  for (const [n, { key }] of projects.entries()) {
    const { json } = await service.send({ url: `/v1/domains/${replies[n]?.json.data.id}/keys`, key });
    assert.deepEqual(
      json.data.keys.map((each: { selector: string }) => each.selector),
      ['autosend'],
    );
  }
});

test('of two projects that verified one name, the one whose key DNS has signs outside of them, then the first', async () => {
  const [one, two] = await Promise.all([service.createProject(), service.createProject()]);
  const first = await service.addDomain('moved.example.com', one.key);
  const second = await service.addDomain('moved.example.com', two.key);
  const set = (id: string, status: string, dkim: boolean, verifiedAt: string) =>
    service.query(
      `UPDATE domains SET status = $2, dkim_enabled = $3, ownership_verified = true, verified_at = $4 WHERE id = $1`,
      [id, status, dkim, verifiedAt],
    );
  const find = async () => {
    const keys = await listSigningKeys(service.ctx.db, { limit: 100 });
    const found = keys.filter(({ domain }) => domain === 'moved.example.com').map(({ keyId }) => keyId);
    const identity = await findIdentityDomain(service.ctx.db, first.regionKey, 'moved.example.com' as never);
    assert.deepEqual(found, [identity?.key.id]);
    const [row] = await service.query<{ domain_id: string }>(
      `SELECT domain_id FROM dkim_keys WHERE id = '${found[0]}'`,
    );
    return row?.domain_id;
  };
  await set(first.id, 'VERIFIED', true, '2026-01-01');
  await set(second.id, 'PENDING_CONFIGURATION', false, '2026-02-01');
  assert.equal(await find(), first.id, 'a claim alone');
  await set(second.id, 'VERIFIED', true, '2026-02-01');
  assert.equal(await find(), first.id, 'both');
  // The customer moved: the records of the first are gone, and it is only not yet given up.
  await set(first.id, 'TEMPORARY_FAILURE', false, '2026-01-01');
  assert.equal(await find(), second.id, 'the first has lost its key');
});
