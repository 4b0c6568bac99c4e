import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { runCheck } from '../../../src/services/checks/verification.ts';
import { claimDueDomains } from '../../../src/services/node/claims.ts';
import { readSigningKeys } from '../../../src/services/signing/signing-keys.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { listRecords, publishDomain } from '../../support/dns/publish.ts';
import { createSeededRandom } from '../../support/dns/seeded-random.ts';

const ROUNDS = 12;
const random = createSeededRandom();
let dns: DnsServer;
let service: TestApp;
let other: TestApp;
before(async () => {
  dns = await startDnsServer();
  service = await createTestApp(import.meta.url, { dns });
  other = await createTestApp(import.meta.url, { dns, beside: service });
});
after(async () => {
  await other.close();
  await service.close();
  await dns.close();
});

test(`whatever two nodes do with keys at once, one RSA key is active and its private half is there. Seed ${random.seed}`, async () => {
  const domain = await service.addDomain('raced.example.com');
  const url = `/v1/domains/${domain.id}`;
  const records = listRecords(domain);
  publishDomain(dns, domain);
  await service.send({ method: 'POST', url: `${url}/verify` });
  const listKeys = async () => (await service.send({ url: `${url}/keys` })).json.data.keys;
  const check = async ({ ctx }: TestApp) => {
    for (const claimed of await claimDueDomains(ctx, `node-${random.below(1000)}`, 4)) await runCheck(ctx, claimed);
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    service.clock.advance(10_000);
    const made = await service.send({ method: 'POST', url: `${url}/keys`, body: {} });
    if (made.status === 201) {
      const { name, value } = made.json.data.record;
      records.push({ name, value, type: 'TXT' });
    }
    publishDomain(dns, domain, [...records]);
    const selectors: string[] = (await listKeys()).map(({ selector }: { selector: string }) => selector);
    const key = (node: TestApp, what: string) =>
      node.send({
        method: 'POST',
        url: `${url}/keys/${random.pick(selectors)}/${what}`,
        key: service.key,
      });
    const replies = await Promise.all([
      ...[service, other, service, other].map((node) => key(node, 'activate')),
      ...[service, other].map((node) => key(node, 'revoke')),
      service.send({ method: 'POST', url: `${url}/verify` }),
    ]);
    await Promise.all([check(service), check(other)]);
    for (const { status, text } of replies) assert.ok(status === 200 || status === 409, text);
    const active = (await listKeys()).filter(({ stage }: { stage: string }) => stage === 'active');
    assert.equal(active.length, 1);
    const { keys, status } = await readSigningKeys(service.ctx, service.project.id, domain.id);
    assert.deepEqual(
      [keys.map(({ selector }) => selector), status],
      [[active[0].selector], 'VERIFIED'],
      'what signs is what is shown',
    );
    const shown = (await service.send({ url })).json.data;
    assert.deepEqual([shown.dkimEnabled, shown.dnsRecords.dkim.name], [true, active[0].record.name]);
  }
});
