import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { FIRST_CHECK_MS } from '../../../src/core/lifecycle/schedule.ts';
import { RECORD_KINDS, RECORDS } from '../../../src/core/records/record.ts';
import { runCheck } from '../../../src/services/checks/verification.ts';
import { claimDueDomains } from '../../../src/services/node/claims.ts';
import { diagnosticsSchema } from '../../../src/wire/diagnostics.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { waitUntil } from '../../support/clock.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import type { ZoneRecord } from '../../support/dns/dns-server-zones.ts';
import { type DomainToPublish, listRecords, publishDomain } from '../../support/dns/publish.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let dns: DnsServer;
let service: TestApp;
before(async () => {
  dns = await startDnsServer();
  service = await createTestApp(import.meta.url, { dns });
});
beforeEach(() => {
  dns.clearFaults();
  dns.questions.length = 0;
});
after(async () => {
  await service.close();
  await dns.close();
});

const verify = (id: string, at = service) =>
  at.send({ method: 'POST', key: service.key, url: `/v1/domains/${id}/verify` });

async function diagnose(id: string, query = '', at = service) {
  const reply = await at.send({ key: service.key, url: `/v1/domains/${id}/diagnostics${query}` });
  assert.equal(reply.status, 200, reply.text);
  return reply.json.data;
}

async function add(name: string, records?: (domain: DomainToPublish) => ZoneRecord[]) {
  const domain = await service.addDomain(name);
  publishDomain(dns, domain, records?.(domain));
  return domain;
}

/** Checks whatever is due, as the background loop does. */
async function checkDue(): Promise<void> {
  for (const claimed of await claimDueDomains(service.ctx, 'test', 10)) await runCheck(service.ctx, claimed);
}

const withoutFirst = (domain: DomainToPublish) => listRecords(domain).slice(1);
const codesOf = (findings: { code: string }[]) => findings.map(({ code }) => code);

const KEYS = {
  answer: 'checkedAt nextCheckAt deadlineAt zone records findings',
  zone: 'name nameservers dnssec',
  nameserver: 'name addresses answered',
  record: 'record status name host zone type expected found aliases answers findings',
  seen: 'server address via outcome ttl rttMs found',
  finding: 'code severity title detail fix copy suggestion docs evidence',
  evidence: 'name type value server',
};

test('the answer has the keys of the schema in the documented order, checked now or read from the database', async () => {
  const domain = await add('shape.example.com', (each) => [
    ...withoutFirst(each),
    { name: 'asend.shape.example.com', type: 'TXT', value: 'v=spf1 ip4:192.0.2.1 -all' },
  ]);
  await verify(domain.id);
  for (const query of ['', '?refresh=false', '?refresh=true']) {
    const seen = await diagnose(domain.id, query);
    diagnosticsSchema.parse(seen);
    const spf = seen.records[3];
    const [finding] = spf.findings;
    const keys = (value: object) => Object.keys(value).join(' ');
    assert.deepEqual(
      {
        answer: keys(seen),
        zone: keys(seen.zone),
        nameserver: keys(seen.zone.nameservers[0]),
        record: keys(spf),
        seen: keys(spf.answers[0]),
        finding: keys(finding),
        evidence: keys(finding.evidence[0]),
      },
      KEYS,
      query,
    );
    assert.deepEqual(
      seen.records.map((record: { record: string; type: string }) => `${record.record} ${record.type}`),
      RECORD_KINDS.map((kind) => `${kind} ${RECORDS[kind].type}`),
    );
    assert.equal(seen.records[2].expected, '10 feedback-smtp.us-east-1.amazonses.com');
  }
});

test('before the first check, all is unknown, and the hosts are those of the likely zone', async () => {
  const domain = await service.addDomain('mail.unseen.example.com');
  const seen = await diagnose(domain.id);
  diagnosticsSchema.parse(seen);
  assert.deepEqual([seen.checkedAt, seen.zone, seen.findings], [null, null, []]);
  assert.equal(Date.parse(seen.nextCheckAt) - Date.parse(domain.createdAt), FIRST_CHECK_MS);
  for (const record of seen.records)
    assert.deepEqual([record.status, record.found, record.answers, record.findings], ['unknown', [], [], []]);
  assert.equal(seen.records[0].host, '_autosend-verify.mail.unseen');
  assert.equal(dns.questions.length, 0, 'a read asks no DNS');
});

test('refresh checks now and stores nothing, whatever it sees', async () => {
  const domain = await add('fresh.example.com', withoutFirst);
  await verify(domain.id);
  const read = async () => ({
    rows: await service.query('SELECT to_jsonb(d) AS row FROM domains d WHERE id = $1', [domain.id]),
    checks: await service.query('SELECT checked_at, evidence FROM checks WHERE domain_id = $1', [domain.id]),
    events: await service.query('SELECT id, type FROM events WHERE domain_id = $1 ORDER BY id', [domain.id]),
  });
  const before = await read();
  publishDomain(dns, domain);
  service.clock.advance(MINUTE_MS);
  const fresh = await diagnose(domain.id, '?refresh=true');
  assert.deepEqual(
    fresh.records.map(({ status }: { status: string }) => status),
    RECORD_KINDS.map(() => 'verified'),
  );
  assert.equal(fresh.checkedAt, service.clock.now().toISOString());
  assert.deepEqual(await read(), before);
  assert.equal((await diagnose(domain.id)).records[0].status, 'missing', 'what is stored is what a check saw');
});

test('callers who refresh while a check is under way share the one that follows it', async () => {
  const domain = await add('shared.example.com');
  await verify(domain.id);
  const release = Promise.withResolvers<void>();
  dns.fault({ name: '_dmarc.shared.example.com' }, { hold: release.promise });
  dns.questions.length = 0;
  const { refreshes } = service.ctx;
  let joined = 0;
  const counted: typeof refreshes = {
    run: (key, work) => {
      joined += 1;
      return refreshes.run(key, work);
    },
  };
  Object.assign(service.ctx, { refreshes: counted });
  const asking = Array.from({ length: 5 }, () => diagnose(domain.id, '?refresh=true'));
  await waitUntil(async () => joined === 5);
  release.resolve();
  const seen = (await Promise.all(asking)).map((each) => JSON.stringify(each));
  Object.assign(service.ctx, { refreshes });
  // Whoever came first has the check that was under way, in whatever order the five were let in.
  assert.deepEqual([...new Set(seen)].map((one) => seen.filter((other) => other === one).length).sort(), [1, 4]);
  // Two name servers, and two checks for five callers.
  assert.equal(dns.questions.filter(({ name }) => name === '_autosend-verify.shared.example.com').length, 4);
});

test('what was published while a check was under way is seen by whoever refreshes afterwards', async () => {
  const domain = await add('overtaken.example.com', withoutFirst);
  await verify(domain.id);
  const release = Promise.withResolvers<void>();
  // The first check has its answer for the ownership record, and waits for another one.
  dns.fault({ name: '_dmarc.overtaken.example.com' }, { hold: release.promise });
  dns.questions.length = 0;
  const early = diagnose(domain.id, '?refresh=true');
  await waitUntil(async () => dns.questions.some(({ name }) => name === '_dmarc.overtaken.example.com'));
  publishDomain(dns, domain);
  const late = diagnose(domain.id, '?refresh=true');
  release.resolve();
  await early;
  assert.equal((await late).records[0].status, 'verified');
  // Those that are due are checked by tens further down.
  await service.query('DELETE FROM domains WHERE id = $1', [domain.id]);
});

for (const query of ['refresh=1', 'refresh=', 'refresh=true&refresh=true', 'fresh=true']) {
  test(`?${query} is refused and checks nothing`, async () => {
    const domain = await service.addDomain(`query-${query.length}.example.com`);
    const reply = await service.send({ url: `/v1/domains/${domain.id}/diagnostics?${query}` });
    assert.equal(reply.status, 400);
    assert.equal(reply.json.error.code, 'VALIDATION_FAILED');
    assert.equal(dns.questions.length, 0);
  });
}

test('a record that was seen missing is said to be visible to all once the "no" has run out, and not later', async () => {
  const domain = await add('negative.example.com', withoutFirst);
  await verify(domain.id);
  publishDomain(dns, domain);
  service.clock.advance(MINUTE_MS);
  await verify(domain.id);
  const until = new Date(service.clock.now().getTime() + 300_000).toISOString();
  const told = async () => {
    const [ownership, ...others] = (await diagnose(domain.id)).records;
    for (const other of others) assert.equal(other.visibleToResolversBy, undefined);
    return [ownership.visibleToResolversBy, codesOf(ownership.findings)];
  };
  assert.deepEqual(await told(), [until, ['negative_cache']]);
  service.clock.advance(MINUTE_MS);
  await verify(domain.id);
  assert.deepEqual(await told(), [until, ['negative_cache']], 'another check does not move it');
  service.clock.advance(4 * MINUTE_MS);
  assert.deepEqual(await told(), [undefined, []]);
});

test('name servers that are silent: how often they were asked, since when, and when again', async () => {
  const domain = await add('silent.example.com');
  await verify(domain.id);
  service.clock.advance(80 * HOUR_MS);
  dns.fault({ address: '127.0.0.11' }, 'servfail');
  dns.fault({ address: '127.0.0.12' }, 'servfail');
  for (const type of new Set(RECORD_KINDS.map((kind) => RECORDS[kind].type)))
    dns.fault({ address: dns.resolver.address, type }, 'servfail');
  const startedAt = service.clock.now().getTime();
  const time = (minutes: number) => `${new Date(startedAt + minutes * MINUTE_MS).toISOString().slice(11, 16)} UTC`;
  const said: string[] = [];
  for (let check = 0; check < 3; check += 1) {
    await checkDue();
    const { findings, records } = await diagnose(domain.id);
    assert.deepEqual(codesOf(findings), ['no_nameserver_answered']);
    assert.equal(records[0].status, 'unknown');
    const [{ detail, fix }] = findings;
    assert.equal(fix, null);
    said.push(detail.slice(detail.indexOf('We ')));
    service.clock.advance(15 * MINUTE_MS);
  }
  assert.deepEqual(said, [
    `We asked at ${time(0)}. We’ll try again at ${time(15)}.`,
    `We have asked twice since ${time(0)}. We’ll try again at ${time(30)}.`,
    `We have asked 3 times since ${time(0)}. We’ll try again at ${time(45)}.`,
  ]);
  dns.clearFaults();
  await checkDue();
  assert.deepEqual((await diagnose(domain.id)).findings, []);
  const { data } = (await service.send({ url: `/v1/domains/${domain.id}` })).json;
  assert.equal(data.verificationStatus, 'VERIFIED');
});

test('a domain at risk says until when its records must be back', async () => {
  const domain = await add('risk.example.com');
  await verify(domain.id);
  assert.equal((await diagnose(domain.id)).deadlineAt, undefined);
  publishDomain(dns, domain, withoutFirst(domain));
  const firstMissedAt = service.clock.now().getTime();
  for (let check = 0; check < 3; check += 1) {
    await verify(domain.id);
    service.clock.advance(31 * MINUTE_MS);
  }
  const { deadlineAt, records } = await diagnose(domain.id);
  assert.equal(deadlineAt, new Date(firstMissedAt + 72 * HOUR_MS).toISOString());
  assert.deepEqual(codesOf(records[0].findings), ['record_missing']);
});

/** What is stored of a check, and what is answered, stay below these whatever DNS sends. */
const MAX_STORED_OCTETS = 128 * 1024;
const MAX_ANSWER_OCTETS = 256 * 1024;

test('64 KB of text and 1,000 records on each of 13 name servers: stored and answered in bounded size', async (t) => {
  // The name servers are in this process, and a thousand records take them a while on a busy machine.
  const patient = await createTestApp(import.meta.url, {
    dns,
    beside: service,
    dnsTimes: { tryMs: 5_000, tcpMs: 5_000 },
  });
  t.after(() => patient.close());
  const domain = await service.addDomain('huge.example.com');
  const addresses = Array.from({ length: 13 }, (_, n) => `127.0.0.${11 + n}`);
  dns.setZone('huge.example.com', {
    nameservers: addresses.map((address, n) => ({ name: `ns${n}.huge.example.com`, address })),
    showsNameservers: true,
  });
  const many = (name: string, make: (n: number) => string, count: number) =>
    Array.from({ length: count }, (_, n): ZoneRecord => ({ name, type: 'TXT', value: make(n) }));
  for (const address of addresses)
    dns.setRecords(
      'huge.example.com',
      [
        ...many('_autosend-verify.huge.example.com', (n) => `${address} ${n}`, 1_000),
        ...many('autosend._domainkey.huge.example.com', () => `v=DKIM1; p=${address}${'A'.repeat(60_000)}`, 1),
        ...many('asend.huge.example.com', (n) => `v=spf1 ${n}${address} ${'x'.repeat(2_000)}`, 12),
        ...many('_dmarc.huge.example.com', (n) => `v=DMARC1; p=${n}${address}${'\u0007'.repeat(2_000)}`, 12),
      ],
      address,
    );
  await verify(domain.id, patient);
  await patient.ctx.background.drain();
  const [row] = await service.query<{ size: number }>(
    'SELECT octet_length(evidence::text) AS size FROM checks WHERE domain_id = $1',
    [domain.id],
  );
  assert.ok(row && row.size > 0 && row.size < MAX_STORED_OCTETS, `${row?.size} octets stored`);
  for (const query of ['', '?refresh=true']) {
    const seen = await diagnose(domain.id, query, patient);
    assert.deepEqual(
      seen.records.map(({ answers }: { answers: unknown[] }) => answers.length),
      RECORD_KINDS.map(() => 13),
    );
    const size = JSON.stringify(seen).length;
    assert.ok(size < MAX_ANSWER_OCTETS, `${size} octets answered`);
  }
});
