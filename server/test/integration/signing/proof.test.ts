import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import type { ZoneRecord } from '../../support/dns/dns-server-zones.ts';
import { listRecords, publishDomain } from '../../support/dns/publish.ts';

let dns: DnsServer;
let service: TestApp;
before(async () => {
  dns = await startDnsServer();
  service = await createTestApp(import.meta.url, { dns, keys: 'fresh' });
  // What the region's SPF mechanism leads to.
  dns.setZone('amazonses.com', {
    nameservers: [{ name: 'ns1.amazonses.com', address: '127.0.0.13' }],
    records: [{ name: 'amazonses.com', type: 'TXT', value: 'v=spf1 ip4:192.0.2.0/24 -all' }],
  });
});
after(async () => {
  await service.close();
  await dns.close();
});

async function add(name: string, change: (records: ZoneRecord[]) => ZoneRecord[] = (records) => records) {
  const domain = await service.addDomain(name);
  publishDomain(dns, domain, change(listRecords(domain)));
  return {
    id: domain.id as string,
    prove: async (body: object = { ip: '192.0.2.1' }) => {
      const reply = await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/proof`, body });
      assert.equal(reply.status, 200, reply.text);
      return reply.json.data;
    },
  };
}

test('a domain whose records are right passes everything, in data and as Authentication-Results', async () => {
  const domain = await add('passes.example.com');
  const proof = await domain.prove();
  assert.deepEqual(Object.keys(proof), ['dkim', 'spf', 'dmarc', 'authenticationResults']);
  assert.deepEqual(
    proof.dkim.map(({ result, selector, algorithm }: Record<string, string>) => [result, selector, algorithm]),
    [['pass', 'autosend', 'rsa-sha256']],
  );
  assert.deepEqual(
    [proof.spf.result, proof.spf.domain, proof.spf.ip],
    ['pass', 'asend.passes.example.com', '192.0.2.1'],
  );
  assert.deepEqual([proof.dmarc.result, proof.dmarc.policy, proof.dmarc.aligned], ['pass', 'none', ['dkim', 'spf']]);
  assert.match(proof.authenticationResults, /^Authentication-Results: autosend-domains;\r\n dkim=pass/);
  assert.match(proof.authenticationResults, /spf=pass[\s\S]*dmarc=pass/);
});

test('before anything is published nothing passes, and each says why; the domain stays as it is', async () => {
  const domain = await add('nothing.example.com', () => []);
  const proof = await domain.prove();
  assert.deepEqual([proof.dkim[0].result, proof.spf.result, proof.dmarc.result], ['neutral', 'none', 'none']);
  assert.match(proof.dkim[0].reason, /no key/);
  const { json } = await service.send({ url: `/v1/domains/${domain.id}` });
  assert.equal(json.data.verificationStatus, 'PENDING_CONFIGURATION');
});

test('an address that may not send fails SPF, and DKIM alone carries DMARC', async () => {
  const domain = await add('elsewhere.example.com');
  const proof = await domain.prove({ ip: '198.51.100.1' });
  assert.deepEqual([proof.spf.result, proof.dmarc.result, proof.dmarc.aligned], ['softfail', 'pass', ['dkim']]);
});

test('without an address SPF is left out', async () => {
  const proof = await (await add('no-address.example.com')).prove({});
  assert.equal(proof.spf, null);
  assert.match(proof.authenticationResults, /\r\n dkim=pass [^;]*;\r\n dmarc=pass [^;]*$/);
  assert.deepEqual([proof.dmarc.result, proof.dmarc.aligned], ['pass', ['dkim']]);
});

test('another key in DNS fails, and DMARC says what the policy asks for', async () => {
  const other = await service.addDomain('other.example.net');
  const domain = await add('wrong.example.com', (records) =>
    records.map((record) =>
      record.name.includes('._domainkey.')
        ? { name: record.name, type: 'TXT', value: other.dnsRecords.dkim.value }
        : record.name.startsWith('_dmarc.')
          ? { name: record.name, type: 'TXT', value: 'v=DMARC1; p=reject' }
          : record,
    ),
  );
  const proof = await domain.prove({ ip: '198.51.100.1' });
  assert.deepEqual([proof.dkim[0].result, proof.dmarc.result, proof.dmarc.policy], ['fail', 'fail', 'reject']);
  assert.match(proof.dkim[0].reason, /signature/);
});

test('strict alignment leaves out a MAIL FROM name below the domain', async () => {
  const domain = await add('strict.example.com', (records) =>
    records.map((record) =>
      record.name.startsWith('_dmarc.')
        ? { name: record.name, type: 'TXT', value: 'v=DMARC1; p=none; aspf=s' }
        : record,
    ),
  );
  const proof = await domain.prove();
  assert.deepEqual([proof.spf.result, proof.dmarc.aligned], ['pass', ['dkim']]);
});

test('what DNS does not answer is a temporary error, never a failure', async () => {
  const domain = await add('silent.example.com');
  dns.fault({ within: 'silent.example.com' }, 'servfail');
  const proof = await domain.prove();
  dns.clearFaults();
  assert.deepEqual([proof.dkim[0].result, proof.spf.result], ['temperror', 'temperror']);
  assert.ok(['temperror', 'none'].includes(proof.dmarc.result), proof.dmarc.result);
});

test('what is no address is refused', async () => {
  const { id } = await add('refuses.example.com');
  for (const ip of ['', 'localhost', '192.0.2.256', 1, null]) {
    const { status, json } = await service.send({ method: 'POST', url: `/v1/domains/${id}/proof`, body: { ip } });
    assert.deepEqual([status, json.error.details[0].field], [400, 'ip'], String(ip));
  }
});
