import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { RECORD_KINDS } from '../../../src/core/records/record.ts';
import { runCheck } from '../../../src/services/checks/verification.ts';
import { claimDueDomains } from '../../../src/services/node/claims.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { listRecords, publishDomain } from '../../support/dns/publish.ts';

let dns: DnsServer;
let service: TestApp;
before(async () => {
  dns = await startDnsServer();
  service = await createTestApp(import.meta.url, { dns });
});
beforeEach(() => {
  dns.questions.length = 0;
});
after(async () => {
  await service.close();
  await dns.close();
});

const verify = (id: string) => service.send({ method: 'POST', url: `/v1/domains/${id}/verify` });
const listAsked = () => dns.questions.map(({ address, type, name }) => `${address} ${type} ${name}`).sort();

test('a verified domain costs the five questions for each of its name servers, and no other', async () => {
  const domain = await service.addDomain('steady.example.com');
  publishDomain(dns, domain);
  assert.equal((await verify(domain.id)).json.data.verificationStatus, 'VERIFIED');
  const five = listRecords(domain).map(({ type, name }) => `${type} ${name}`);
  const expected = ['127.0.0.11', '127.0.0.12'].flatMap((server) => five.map((asked) => `${server} ${asked}`)).sort();
  for (const check of [
    () => verify(domain.id),
    () => service.send({ url: `/v1/domains/${domain.id}/diagnostics?refresh=true` }),
  ]) {
    dns.questions.length = 0;
    await check();
    assert.deepEqual(listAsked(), expected);
  }
});

test('a verified domain that misses a record asks no wrong places once nobody is waiting', async () => {
  const domain = await service.addDomain('later.example.com');
  publishDomain(dns, domain);
  await verify(domain.id);
  publishDomain(dns, domain, listRecords(domain).slice(1));
  await service.query('UPDATE domains SET attempts = 8, next_check_at = $2 WHERE id = $1', [
    domain.id,
    service.clock.now(),
  ]);
  const [claimed] = await claimDueDomains(service.ctx, 'test', 1);
  assert.ok(claimed);
  assert.equal(claimed.domain.id, domain.id);
  dns.questions.length = 0;
  await runCheck(service.ctx, claimed);
  assert.equal(dns.questions.filter(({ name }) => name === '_autosend-verify.later.example.com').length, 2);
  assert.equal(dns.questions.length, 10);
  await service.query('DELETE FROM domains');
});

test('a domain of which nothing is there costs fewer than 200 questions, with 13 name servers too', async () => {
  const domain = await service.addDomain('deep.mail.shop.example.com');
  dns.setZone('example.com', {
    nameservers: Array.from({ length: 13 }, (_, n) => ({
      name: `ns${n}.example.com`,
      address: `127.0.0.${11 + n}`,
    })),
  });
  await verify(domain.id);
  await service.ctx.background.drain();
  const { json } = await service.send({ url: `/v1/domains/${domain.id}/diagnostics` });
  assert.deepEqual(
    json.data.records.map(({ findings }: { findings: { code: string }[] }) => findings.map(({ code }) => code)),
    RECORD_KINDS.map(() => ['record_missing']),
  );
  assert.ok(dns.questions.length < 200, `${dns.questions.length} questions`);
});
