import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { formatMx, formatTxt } from '../../../src/core/publishing/rdata.ts';
import type { RrSet } from '../../../src/core/publishing/rr-set.ts';
import { serveKeys } from '../../support/dns/keys-zone.ts';
import {
  type AutoPublishing,
  type PublishedDomain,
  startAutoPublishing,
} from '../../support/publishing/auto-publishing.ts';

const DAY_MS = 86_400_000;
let world: AutoPublishing;
before(async () => {
  world = await startAutoPublishing(import.meta.url);
});
afterEach(() => world.leaveAll());
after(() => world.close());

const txt = (name: string, ...texts: string[]): RrSet => ({
  name,
  type: 'TXT',
  ttlSeconds: 300,
  rdata: texts.map((text) => formatTxt(text)),
});
const namesOf = ({ zones }: PublishedDomain) => zones.listAll().map(({ name, type }) => `${type} ${name}`);
const typesOf = async (domain: PublishedDomain) => (await domain.events()).map(({ type }) => type);

/** A domain whose records were all published automatically. */
async function addPublished(rrSets?: (name: string) => readonly RrSet[]): Promise<PublishedDomain> {
  const domain = await world.addDomain(rrSets ? { rrSets } : {});
  await world.publishDue();
  await world.checkDue();
  assert.equal((await domain.get()).verificationStatus, 'VERIFIED');
  return domain;
}

describe('a domain that is published automatically', () => {
  it('is written when it is added, and VERIFIED by the check that follows at once', async () => {
    const domain = await world.addDomain();
    assert.deepEqual(namesOf(domain), [], 'adding it waits for nothing');
    assert.equal((await domain.publishing()).comparedAt, null);
    assert.equal(await world.publishDue(), 1);
    assert.equal(domain.zones.listAll().length, 5);
    assert.equal(await world.checkDue(), 1);
    assert.equal((await domain.get()).verificationStatus, 'VERIFIED');
    const events = await domain.events();
    const published = events.find(({ type }) => type === 'dns.published');
    assert.deepEqual([published?.data.zone, published?.data.changes.length], [domain.name, 5]);
    const publishing = await domain.publishing();
    assert.deepEqual([publishing.problem, publishing.drift, publishing.nextTryAt], [null, [], null]);
    assert.equal(JSON.stringify(await domain.get()).includes('autoPublish'), false, 'the Domain object is a contract');
  });

  it('is left alone when everything stands, and read again once a day', async () => {
    const domain = await addPublished();
    await world.publishDue();
    assert.equal(await world.publishDue(), 0);
    world.service.clock.advance(DAY_MS);
    assert.ok((await world.publishDue()) > 0);
    assert.equal(domain.countWrites(), 1);
    assert.equal((await typesOf(domain)).filter((type) => type === 'dns.published').length, 1);
  });

  it('gets the record of a new key at once, signs with it, and loses that of the old one when it is retired', async () => {
    const domain = await addPublished();
    const made = await domain.send('POST', '/keys', {});
    const { name } = made.json.data.record;
    await world.publishDue();
    assert.ok(namesOf(domain).includes(`TXT ${name}`));
    await world.checkDue();
    const { json } = await domain.send('GET', '/keys');
    assert.deepEqual(json.data.keys.map(({ stage }: { stage: string }) => stage).toSorted(), ['active', 'retiring']);
    world.service.clock.advance(7 * DAY_MS);
    await world.checkDue();
    await world.publishDue();
    const old = `TXT autosend._domainkey.${domain.name}`;
    assert.equal(namesOf(domain).includes(old), false);
    const [withdrawn] = (await domain.events()).filter(({ type }) => type === 'dns.published');
    assert.deepEqual(
      withdrawn?.data.changes.map((change: { name: string; after: string[] }) => [change.name, change.after]),
      [[old.slice(4), []]],
    );
    assert.equal((await domain.get()).verificationStatus, 'VERIFIED');
  });

  it('loses the record of a key that is revoked, and keeps it where somebody changed it', async () => {
    for (const isChanged of [false, true]) {
      const domain = await addPublished();
      const { selector, record } = (await domain.send('POST', '/keys', {})).json.data;
      await world.publishDue();
      if (isChanged) domain.zones.put(txt(record.name, 'v=DKIM1; p='));
      await domain.send('POST', `/keys/${selector}/revoke`);
      await world.publishDue();
      assert.equal(namesOf(domain).includes(`TXT ${record.name}`), isChanged);
    }
  });

  it('merges SPF, keeps a DMARC policy, and tells once what needs a consent', async () => {
    const domain = await world.addDomain({
      rrSets: (name) => [
        txt(`asend.${name}`, 'v=spf1 ip4:192.0.2.1 -all'),
        { name: `asend.${name}`, type: 'MX', ttlSeconds: 300, rdata: [formatMx(10, 'mx.example.net')] },
        txt(`_dmarc.${name}`, 'v=DMARC1; p=reject'),
      ],
    });
    await world.publishDue();
    const find = (name: string, type: string) =>
      domain.zones.listAll().find((set) => set.name === `${name}.${domain.name}` && set.type === type)?.rdata;
    assert.match(String(find('asend', 'TXT')), /include:amazonses\.com.*ip4:192\.0\.2\.1 -all/);
    assert.deepEqual(find('_dmarc', 'TXT'), [formatTxt('v=DMARC1; p=reject')]);
    assert.deepEqual(find('asend', 'MX'), [formatMx(10, 'mx.example.net')]);
    const { problem } = await domain.publishing();
    assert.deepEqual(
      [problem.reason, problem.conflicts.map(({ type }: { type: string }) => type)],
      ['needs_consent', ['MX']],
    );
    world.service.clock.advance(DAY_MS);
    await world.publishDue();
    const failures = (await domain.events()).filter(({ type }) => type === 'dns.publish_failed');
    assert.deepEqual(
      failures.map(({ data }) => [data.reason, data.nextTryAt, data.conflicts.length]),
      [['needs_consent', null, 1]],
    );
  });

  it('can be switched on and off: what stands stays, and the history tells who did it', async () => {
    const domain = await world.addDomain({ autoPublish: false });
    assert.equal(await world.publishDue(), 0);
    assert.equal((await domain.send('PATCH', '', { autoPublish: true })).status, 200);
    await world.publishDue();
    assert.equal(domain.zones.listAll().length, 5);
    await domain.send('PATCH', '', { autoPublish: false });
    await domain.send('POST', '/keys', {});
    await world.publishDue();
    assert.equal(domain.zones.listAll().length, 5);
    const changed = (await domain.events()).filter(({ type }) => type === 'domain.updated');
    assert.deepEqual(
      changed.map(({ data }) => data.previous),
      [{ autoPublish: true }, { autoPublish: false }],
    );
    assert.equal((await domain.send('PATCH', '', {})).status, 400);
    assert.equal((await domain.send('PATCH', '', { autoPublish: 'yes' })).status, 400);
  });

  it('says nothing in a test project, whose DNS is simulated', async () => {
    const { key } = await world.service.createProject({ isTest: true });
    const body = { domain: 'verified.test', autoPublish: true };
    const created = await world.service.send({ method: 'POST', url: '/v1/domains', key, body });
    const { json } = await world.service.send({ url: `/v1/domains/${created.json.data.id}/attributes`, key });
    assert.deepEqual([created.status, json.data.autoPublish, json.data.publishing], [201, true, null]);
    assert.equal(await world.publishDue(), 0);
  });
});

describe('a record that somebody changed', () => {
  it('is told once with before and after, left alone, and put back only on demand', async () => {
    const domain = await addPublished();
    const name = `_dmarc.${domain.name}`;
    const ours = domain.zones.listAll().find((set) => set.name === name)?.rdata ?? [];
    domain.zones.put({ ...txt(name), rdata: [] });
    world.service.clock.advance(DAY_MS);
    await world.publishDue();
    world.service.clock.advance(DAY_MS);
    await world.publishDue();
    assert.equal(namesOf(domain).includes(`TXT ${name}`), false);
    const drifted = (await domain.events()).filter(({ type }) => type === 'dns.drifted');
    assert.deepEqual(
      drifted.map(({ data }) => data),
      [{ zone: domain.name, changes: [{ name, type: 'TXT', before: ours, after: [] }] }],
    );
    assert.deepEqual((await domain.publishing()).drift, [
      { name, type: 'TXT', before: ours, after: [], isRight: false },
    ]);

    const { planId } = (await domain.send('GET', '/dns-plan')).json.data;
    assert.equal((await domain.send('POST', '/dns-plan/apply', { planId })).status, 200);
    await world.service.ctx.background.drain();
    assert.ok(namesOf(domain).includes(`TXT ${name}`));
    await world.publishDue();
    assert.deepEqual((await domain.publishing()).drift, []);
  });

  it('is found soon where a check sees that it is wrong', async () => {
    const domain = await addPublished();
    await world.publishDue();
    const name = `_autosend-verify.${domain.name}`;
    domain.zones.put({ ...txt(name), rdata: [] });
    world.service.clock.advance(11 * 60_000);
    await domain.send('POST', '/verify');
    assert.equal(await world.publishDue(), 1);
    assert.ok((await typesOf(domain)).includes('dns.drifted'));
  });

  it('is found soon where it is the second of two CNAMEs', async () => {
    const domain = await world.addDomain({ dkimMode: 'cname' });
    const [, second] = await serveKeys(world.dns, world.service, { id: domain.id, domainName: domain.name });
    await world.publishDue();
    await world.checkDue();
    assert.equal((await domain.get()).verificationStatus, 'VERIFIED');
    await world.publishDue();
    domain.zones.put({ name: second.name, type: 'CNAME', ttlSeconds: 300, rdata: [] });
    world.service.clock.advance(11 * 60_000);
    await domain.send('POST', '/verify');
    assert.equal(await world.publishDue(), 1);
    assert.ok((await typesOf(domain)).includes('dns.drifted'));
  });
});
