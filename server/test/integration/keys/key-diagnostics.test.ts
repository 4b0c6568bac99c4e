import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
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

async function addDomainWithKey(name: string, body: object) {
  const domain = await service.addDomain(name);
  const url = `/v1/domains/${domain.id}`;
  publishDomain(dns, domain);
  service.clock.advance(1_000);
  const made = await service.send({ method: 'POST', url: `${url}/keys`, body });
  assert.equal(made.status, 201, made.text);
  return {
    key: made.json.data,
    records: listRecords(domain),
    publish: (records: readonly ReturnType<typeof listRecords>[number][]) => publishDomain(dns, domain, [...records]),
    verify: () => service.send({ method: 'POST', url: `${url}/verify` }),
    revoke: (selector: string) => service.send({ method: 'POST', url: `${url}/keys/${selector}/revoke` }),
    diagnose: async (query = '') => (await service.send({ url: `${url}/diagnostics${query}` })).json.data,
  };
}

test('a pending key is in the diagnostics as the records are: before a check, missing, wrong, in the wrong place', async () => {
  const { key, records, publish, verify, diagnose } = await addDomainWithKey('pending.example.com', {});
  const [unseen] = (await diagnose()).keys;
  const { name, value } = key.record;
  assert.deepEqual(
    [unseen.selector, unseen.stage, unseen.status, unseen.name, unseen.expected, unseen.findings],
    [key.selector, 'pending', 'unknown', name, value, []],
  );
  assert.equal(unseen.host, `${key.selector}._domainkey.pending`);
  await verify();
  const missing = await diagnose();
  assert.deepEqual(
    missing.keys.map(({ status, findings }: { status: string; findings: { code: string }[] }) => [
      status,
      findings.map(({ code }) => code),
    ]),
    [['missing', ['record_missing']]],
  );
  assert.ok(missing.keys[0].findings[0].fix.includes(missing.keys[0].host));
  assert.ok(missing.keys[0].answers.length >= 2);
  assert.deepEqual(
    Object.keys(missing.keys[0]).filter((field) => field !== 'selector' && field !== 'stage'),
    Object.keys(missing.records[1]).filter((field) => field !== 'record'),
  );

  publish([...records, { ...key.record, value: value.slice(0, 255) }]);
  const cut = await diagnose('?refresh=true');
  assert.deepEqual([cut.keys[0].status, cut.keys[0].findings[0].code], ['mismatched', 'value_truncated']);
  publish([...records, { ...key.record, name: `${name}.pending.example.com` }]);
  const doubled = await diagnose('?refresh=true');
  assert.equal(doubled.keys[0].findings[0].code, 'published_at_doubled_name');
});

test('a check that is made for the diagnostics moves no key, and shows that it could', async () => {
  const { key, records, publish, verify, diagnose } = await addDomainWithKey('refreshed.example.com', {});
  await verify();
  publish([...records, key.record]);
  const seen = await diagnose('?refresh=true');
  assert.deepEqual([seen.keys[0].stage, seen.keys[0].status], ['pending', 'verified']);
  assert.equal(seen.records[1].name, 'autosend._domainkey.refreshed.example.com');
  assert.equal((await diagnose()).keys[0].stage, 'pending');
  await verify();
  const moved = await diagnose();
  assert.deepEqual(
    moved.keys.map(({ selector, stage, status }: Record<string, string>) => [selector, stage, status]),
    [['autosend', 'retiring', 'unknown']],
  );
  assert.deepEqual([moved.records[1].name, moved.records[1].status], [key.record.name, 'verified']);
});

test('an Ed25519 key in the wrong place is found, and one that was revoked is in no diagnostics', async () => {
  const { key, records, publish, verify, revoke, diagnose } = await addDomainWithKey('ed.example.com', {
    type: 'ed25519',
  });
  publish([...records, { ...key.record, name: 'ed.example.com' }]);
  await verify();
  const misplaced = await diagnose('?refresh=true');
  assert.equal(misplaced.keys[0].findings[0].code, 'published_at_apex');
  await revoke(key.selector);
  assert.equal((await diagnose()).keys, undefined);
});
