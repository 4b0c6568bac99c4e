import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { DnsProvider } from '../../../src/core/publishing/dns-provider.ts';
import { formatMx, formatTxt } from '../../../src/core/publishing/rdata.ts';
import type { RrSet } from '../../../src/core/publishing/rr-set.ts';
import { createTestApp, type TestApp, type TestReply } from '../../support/app.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import type { MemoryZones } from '../../support/publishing/memory-zones.ts';
import { createServedZones } from '../../support/publishing/served-zones.ts';

/** A provider that has all zones of the test. */
const served = new Map<string, MemoryZones>();
let intercept: Partial<DnsProvider> = {};
const provider: DnsProvider = {
  limits: { minTtlSeconds: 60, atomic: 'zone' },
  listZones: async () => ({ outcome: 'done', value: [...served.keys()].map((name) => ({ id: name, name })) }),
  findZone: async (name) => ({ outcome: 'done', value: served.has(name) ? { id: name, name } : null }),
  read: (zone, ...rest) => (intercept.read ?? find(zone.name).read)(zone, ...rest),
  write: (zone, ...rest) => (intercept.write ?? find(zone.name).write)(zone, ...rest),
};

function find(name: string): MemoryZones {
  const zones = served.get(name);
  if (!zones) throw new Error(`There is no zone ${name}.`);
  return zones;
}

let dns: DnsServer;
let service: TestApp;
before(async () => {
  dns = await startDnsServer();
  served.set('first.example.net', createServedZones(dns, 'first.example.net'));
  service = await createTestApp(import.meta.url, { dns, dnsProviders: { cloudflare: () => provider } });
  const created = await service.send({
    method: 'POST',
    url: '/v1/dns-connections',
    body: { name: 'Cloudflare', provider: 'cloudflare', settings: { apiToken: 'a-token-of-nobody' } },
  });
  assert.equal(created.status, 201, created.text);
});
beforeEach(() => {
  intercept = {};
});
after(async () => {
  await service.close();
  await dns.close();
});

let count = 0;

/** A domain in a zone of its own. */
async function addDomain(rrSets: (name: string) => readonly RrSet[] = () => []) {
  count += 1;
  const name = `shop${count}.example.com`;
  const zones = createServedZones(dns, name, rrSets(name));
  served.set(name, zones);
  const domain = await service.addDomain(name);
  const url = `/v1/domains/${domain.id}/dns-plan`;
  return {
    id: domain.id as string,
    name,
    zones,
    plan: () => service.send({ url }),
    apply: (planId: string, consents?: readonly string[]): Promise<TestReply> =>
      service.send({ method: 'POST', url: `${url}/apply`, body: { planId, ...(consents && { consents }) } }),
    status: async () => (await service.send({ url: `/v1/domains/${domain.id}` })).json.data.verificationStatus,
    events: async () => (await service.send({ url: `/v1/domains/${domain.id}/events` })).json.data.events,
    rows: () => service.query('select * from dns_publications where domain_id = $1 order by name, type', [domain.id]),
  };
}

const txt = (name: string, ...texts: string[]): RrSet => ({
  name,
  type: 'TXT',
  ttlSeconds: 300,
  rdata: texts.map((text) => formatTxt(text)),
});
const mx = (name: string, ...rdata: string[]): RrSet => ({ name, type: 'MX', ttlSeconds: 300, rdata });
const actionsOf = (reply: TestReply) =>
  reply.json.data.changes.map(({ type, action }: { type: string; action: string }) => `${type} ${action}`);

/** Waits until what goes on after an answer has ended. */
const drain = () => service.ctx.background.drain();

describe('publishing a plan', () => {
  it('writes what was shown, and the domain is checked at once', async () => {
    const domain = await addDomain();
    const plan = await domain.plan();
    assert.equal(plan.status, 200, plan.text);
    assert.deepEqual(actionsOf(plan), ['TXT create', 'TXT create', 'MX create', 'TXT create', 'TXT create']);
    assert.deepEqual(
      [plan.json.data.zone, plan.json.data.connectionName, plan.json.data.isBeingWritten],
      [domain.name, 'Cloudflare', false],
    );
    assert.equal(domain.zones.listAll().length, 0);
    const applied = await domain.apply(plan.json.data.planId);
    assert.equal(applied.status, 200, applied.text);
    assert.deepEqual(
      [applied.json.data.status, applied.json.data.written.length, applied.json.data.left],
      ['written', 5, []],
    );
    await drain();
    assert.equal(await domain.status(), 'VERIFIED');
    assert.deepEqual(new Set(actionsOf(await domain.plan())), new Set(['TXT keep', 'MX keep']));
    const rows = await domain.rows();
    assert.deepEqual(
      rows.map(({ before: stood, after: ours, intent, lease_owner }) => [
        stood,
        ours?.rdata.length,
        intent,
        lease_owner,
      ]),
      rows.map(() => [null, 1, null, null]),
    );
    const published = (await domain.events()).find(({ type }: { type: string }) => type === 'dns.published');
    assert.deepEqual([published?.data.zone, published?.data.changes.length], [domain.name, 5]);
    const [entry] = await service.query(
      `select * from audit_log where action = 'domain.dns_published' and object_id = $1`,
      [domain.id],
    );
    assert.ok(entry);
  });

  it('a second apply of the same plan is refused, since the zone is another one now', async () => {
    const domain = await addDomain();
    const { planId } = (await domain.plan()).json.data;
    assert.equal((await domain.apply(planId)).status, 200);
    const again = await domain.apply(planId);
    assert.deepEqual([again.status, again.json.error.code], [409, 'DNS_PLAN_CHANGED']);
    await drain();
  });

  it('the plan of the same zone has the same id, and a change of any record of its names another one', async () => {
    const domain = await addDomain();
    const first = (await domain.plan()).json.data.planId;
    assert.equal((await domain.plan()).json.data.planId, first);
    domain.zones.put(txt(`asend.${domain.name}`, 'hello'));
    const second = (await domain.plan()).json.data.planId;
    assert.notEqual(second, first);
    const refused = await domain.apply(first);
    assert.deepEqual([refused.status, refused.json.error.code], [409, 'DNS_PLAN_CHANGED']);
    assert.equal(domain.zones.listAll().length, 1);
  });

  it('merges an SPF record, keeps a policy, and asks about a mail server', async () => {
    const domain = await addDomain((name) => [
      txt(`asend.${name}`, 'v=spf1 mx -all'),
      mx(`asend.${name}`, formatMx(10, 'mx.example.net')),
      txt(`_dmarc.${name}`, 'v=DMARC1; p=reject'),
    ]);
    const plan = await domain.plan();
    const { planId, changes } = plan.json.data;
    assert.deepEqual(actionsOf(plan), ['TXT create', 'TXT create', 'MX conflict', 'TXT merge', 'TXT keep']);
    const conflict = changes.find(({ action }: { action: string }) => action === 'conflict');
    assert.match(conflict.reason.message, /has another mail server: "10 mx\.example\.net"/);
    assert.match(conflict.consent.message, /^Delete the MX record "10 mx\.example\.net"/);
    const applied = await domain.apply(planId);
    assert.equal(applied.status, 200, applied.text);
    assert.deepEqual(
      applied.json.data.left.map(({ type }: { type: string }) => type),
      ['MX'],
    );
    const textAt = (host: string, type: string) =>
      domain.zones.listAll().find((set) => set.name === `${host}.${domain.name}` && set.type === type)?.rdata;
    assert.deepEqual(textAt('asend', 'TXT'), ['"v=spf1 include:amazonses.com mx -all"']);
    assert.deepEqual(textAt('asend', 'MX'), ['10 mx.example.net.']);
    assert.deepEqual(textAt('_dmarc', 'TXT'), ['"v=DMARC1; p=reject"']);

    // The clock stands still: a check that waits for another one would wait for ever.
    await drain();
    const second = (await domain.plan()).json.data;
    assert.equal((await domain.apply(second.planId, [conflict.consent.code])).status, 200);
    assert.deepEqual(textAt('asend', 'MX'), ['10 feedback-smtp.us-east-1.amazonses.com.']);
    await drain();
    assert.equal(await domain.status(), 'VERIFIED');
    const row = (await domain.rows()).find(({ type }) => type === 'MX');
    assert.deepEqual(row?.before.rdata, ['10 mx.example.net.']);
  });

  it('a consent that the plan does not ask for is refused, and nothing is written', async () => {
    const domain = await addDomain();
    const { planId } = (await domain.plan()).json.data;
    const refused = await domain.apply(planId, ['MX:elsewhere.example.com:00000000']);
    assert.deepEqual([refused.status, refused.json.error.details[0].field], [400, 'consents']);
    assert.equal(domain.zones.listAll().length, 0);
  });

  it('what somebody changes between reading and writing is not overwritten', async () => {
    const domain = await addDomain();
    const { planId } = (await domain.plan()).json.data;
    const theirs = mx(`asend.${domain.name}`, formatMx(10, 'mx.example.net'));
    intercept = {
      write: (...given) => {
        domain.zones.put(theirs);
        return domain.zones.write(...given);
      },
    };
    const refused = await domain.apply(planId);
    assert.deepEqual([refused.status, refused.json.error.code], [409, 'DNS_PLAN_CHANGED']);
    assert.deepEqual(domain.zones.listAll(), [theirs]);
    assert.deepEqual(await domain.rows(), []);
    await drain();
  });
});

describe('a provider that fails', () => {
  it('after it has written: reading shows it, and nothing is in doubt', async () => {
    const domain = await addDomain();
    domain.zones.failNextWrite({ outcome: 'unreachable', detail: 'No answer.', mayBeWritten: true });
    const applied = await domain.apply((await domain.plan()).json.data.planId);
    assert.equal(applied.status, 200, applied.text);
    assert.equal((await domain.rows()).length, 5);
    assert.ok((await domain.rows()).every(({ intent }) => intent === null));
    await drain();
    assert.equal(await domain.status(), 'VERIFIED');
  });

  it('and says so: nothing was written, and the answer says in words what is wrong', async () => {
    const domain = await addDomain();
    domain.zones.failNextWrite({ outcome: 'quota', detail: 'Record quota exceeded.' });
    const failed = await domain.apply((await domain.plan()).json.data.planId);
    assert.deepEqual([failed.status, failed.json.error.code], [422, 'DNS_CONNECTION_FAILED']);
    assert.match(failed.json.error.message, /no more records.*Nothing was written\.$/s);
    assert.deepEqual(await domain.rows(), []);
    await drain();
  });

  it('before it has written, and writes later: what stands there is known as ours', async () => {
    const domain = await addDomain();
    let late: (() => Promise<unknown>) | undefined;
    intercept = {
      write: async (...given) => {
        late = () => domain.zones.write(...given);
        return { outcome: 'unreachable', detail: 'No answer.', mayBeWritten: true };
      },
    };
    const failed = await domain.apply((await domain.plan()).json.data.planId);
    assert.match(failed.json.error.message, /may have been written anyway/);
    await late?.();
    intercept = {};
    assert.deepEqual(new Set(actionsOf(await domain.plan())), new Set(['TXT keep', 'MX keep']));
    const rows = await domain.rows();
    assert.deepEqual(
      rows.map(({ intent, after: ours }) => [intent, ours !== null]),
      rows.map(() => [null, true]),
    );
    await drain();
  });

  it('and the process with it, in the middle of a write: whoever comes after the lease reads what came of it', async () => {
    const domain = await addDomain();
    const { planId } = (await domain.plan()).json.data;
    intercept = {
      write: async (...given) => {
        await domain.zones.write(...given);
        throw new Error('The process dies here.');
      },
    };
    assert.equal((await domain.apply(planId)).status, 500);
    intercept = {};
    assert.equal((await domain.plan()).json.data.isBeingWritten, true);
    const later = await domain.apply((await domain.plan()).json.data.planId);
    assert.deepEqual([later.status, later.json.data.status], [202, 'writing']);
    service.clock.advance(121_000);
    assert.equal((await domain.plan()).json.data.isBeingWritten, false);
    const rows = await domain.rows();
    assert.deepEqual(
      rows.map(({ intent, after: ours }) => [intent, ours !== null]),
      rows.map(() => [null, true]),
    );
    await drain();
  });

  it('to answer in time: the answer is 202, the write goes on, and the domain is checked when it ends', async () => {
    const domain = await addDomain();
    const { planId } = (await domain.plan()).json.data;
    const [begun, allowed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    intercept = {
      write: async (...given) => {
        begun.resolve();
        await allowed.promise;
        return domain.zones.write(...given);
      },
    };
    const applying = domain.apply(planId);
    await Promise.all([begun.promise, service.clock.untilAsleep(10_000)]);
    service.clock.advance(10_000);
    const answer = await applying;
    assert.deepEqual([answer.status, answer.json.data.status], [202, 'writing']);
    assert.equal((await domain.plan()).json.data.isBeingWritten, true);
    allowed.resolve();
    await drain();
    assert.equal(await domain.status(), 'VERIFIED');
    assert.equal((await domain.plan()).json.data.isBeingWritten, false);
  });

  it('to say what stands there: there is no plan', async () => {
    const domain = await addDomain();
    intercept = { read: async () => ({ outcome: 'forbidden', detail: '' }) };
    const failed = await domain.plan();
    assert.deepEqual([failed.status, failed.json.error.code], [422, 'DNS_CONNECTION_FAILED']);
  });
});

describe('a domain that no connection reaches', () => {
  it('the answer says what to do', async () => {
    const domain = await addDomain();
    served.delete(domain.name);
    const failed = await domain.plan();
    assert.deepEqual([failed.status, failed.json.error.code], [409, 'DNS_CONNECTION_MISSING']);
    assert.match(failed.json.error.message, new RegExp(`can write to the zone ${domain.name}\\. Add one`));
  });

  it('nor DNS knows: the answer says so', async () => {
    const { id } = await service.addDomain('nowhere.example.org');
    const failed = await service.send({ url: `/v1/domains/${id}/dns-plan` });
    assert.deepEqual([failed.status, failed.json.error.code], [409, 'DNS_ZONE_NOT_FOUND']);
  });

  it('since its DNS is simulated: there is nothing to publish', async () => {
    const { key } = await service.createProject({ isTest: true });
    const { id } = await service.addDomain('verified.test', key);
    const failed = await service.send({ url: `/v1/domains/${id}/dns-plan`, key });
    assert.deepEqual([failed.status, failed.json.error.code], [403, 'FORBIDDEN']);
  });

  it('of another project: it is not found', async () => {
    const domain = await addDomain();
    const { key } = await service.createProject();
    for (const request of [
      { url: `/v1/domains/${domain.id}/dns-plan` },
      { method: 'POST', url: `/v1/domains/${domain.id}/dns-plan/apply`, body: { planId: 'x' } },
    ] as const)
      assert.equal((await service.send({ ...request, key })).status, 404);
  });
});
