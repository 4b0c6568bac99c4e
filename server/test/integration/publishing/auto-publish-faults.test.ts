import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { DnsProvider, DnsProviderProblem } from '../../../src/core/publishing/dns-provider.ts';
import type { RrSet } from '../../../src/core/publishing/rr-set.ts';
import { claimIntents, settleIntent } from '../../../src/services/publishing/settle.ts';
import {
  type AutoPublishing,
  connect,
  type PublishedDomain,
  startAutoPublishing,
} from '../../support/publishing/auto-publishing.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
let world: AutoPublishing;
before(async () => {
  world = await startAutoPublishing(import.meta.url);
});
afterEach(() => world.leaveAll());
after(() => world.close());

const advance = (ms: number) => world.service.clock.advance(ms);
const eventsOf = async (domain: PublishedDomain, type: string) =>
  (await domain.events()).filter((event) => event.type === type);

/** Whether all is well: everything stands, was told once, and nothing is left to be done. */
async function assertPublished(domain: PublishedDomain): Promise<void> {
  assert.equal(domain.zones.listAll().length, 5);
  const { problem } = await domain.publishing();
  assert.equal(problem, null);
  const rows = await world.service.query('SELECT * FROM dns_publications WHERE domain_id = $1', [domain.id]);
  assert.deepEqual(
    rows.map(({ intent, after: ours, lease_owner }) => [intent, ours !== null, lease_owner]),
    rows.map(() => [null, true, null]),
  );
  assert.equal(rows.length, 5);
  assert.equal((await eventsOf(domain, 'dns.published')).length, 1);
  await world.checkDue();
  assert.equal((await domain.get()).verificationStatus, 'VERIFIED');
}

function fail(problem: DnsProviderProblem): NonNullable<DnsProvider['write']> {
  return async () => problem;
}

describe('automatic publishing, where the provider fails', () => {
  it('after it has done what it was asked: the next turn sees that, and nothing is written twice', async () => {
    const domain = await world.addDomain();
    world.intercept.write = async (...given) => {
      await domain.zones.write(...given);
      world.intercept.read = async () => ({ outcome: 'unreachable', detail: 'No answer.' });
      return { outcome: 'unreachable', detail: 'No answer.', mayBeWritten: true };
    };
    await world.publishDue();
    assert.equal((await domain.publishing()).problem.reason, 'unreachable');
    delete world.intercept.write;
    delete world.intercept.read;
    advance(3 * SECOND_MS);
    await world.publishDue();
    assert.equal(domain.countWrites(), 1);
    await assertPublished(domain);
  });

  it('by throttling: it is left alone for as long as it asked for, and nobody is told', async () => {
    const domain = await world.addDomain();
    world.intercept.write = fail({ outcome: 'throttled', detail: '', retryAfterSeconds: 30 });
    assert.equal(await world.publishDue(), 1);
    delete world.intercept.write;
    advance(29 * SECOND_MS);
    assert.equal(await world.publishDue(), 0);
    advance(8 * SECOND_MS);
    assert.equal(await world.publishDue(), 1);
    await assertPublished(domain);
    assert.deepEqual(await eventsOf(domain, 'dns.publish_failed'), []);
  });

  for (const [what, problem, words] of [
    ['a token that was revoked', { outcome: 'unauthorized', detail: 'Invalid token' }, /doesn't accept the API token/],
    ['a plan without room', { outcome: 'quota', detail: 'record quota exceeded' }, /allows no more records/],
  ] as const)
    it(`by ${what}: it is told once, tried seven times in three days, and again when a connection is added`, async () => {
      const domain = await world.addDomain();
      world.intercept.write = fail(problem);
      await world.publishDue();
      const [told] = await eventsOf(domain, 'dns.publish_failed');
      assert.equal(told?.data.reason, problem.outcome);
      assert.match(told?.data.message, words);
      assert.ok(Date.parse(told?.data.nextTryAt) > world.service.clock.now().getTime());
      const start = world.service.clock.now().getTime();
      for (;;) {
        const { nextTryAt } = await domain.publishing();
        if (nextTryAt === null) break;
        advance(Date.parse(nextTryAt) - world.service.clock.now().getTime());
        await world.publishDue();
      }
      assert.ok(world.service.clock.now().getTime() - start <= 3.6 * 24 * 60 * MINUTE_MS);
      assert.equal(domain.countWrites(), 7);
      const all = await eventsOf(domain, 'dns.publish_failed');
      assert.deepEqual([all.length, all[0]?.data.nextTryAt], [2, null]);
      assert.equal((await domain.publishing()).nextTryAt, null);

      delete world.intercept.write;
      advance(24 * 60 * MINUTE_MS);
      assert.equal(await world.publishDue(), 0);
      await connect(world.service);
      await world.publishDue();
      await assertPublished(domain);
    });
});

describe('automatic publishing, where we fail', () => {
  it('by a kill between intent and write: another worker takes it up when the claim has run out', async () => {
    const domain = await world.addDomain();
    const [claimed] = await claimIntents(world.service.ctx, 'fresh', 'killed', 1);
    assert.ok(claimed);
    world.intercept.write = () => Promise.reject(new Error('The process was killed.'));
    await assert.rejects(settleIntent(world.service.ctx, claimed));
    delete world.intercept.write;
    assert.equal(await world.publishDue(), 0, 'it is claimed');
    advance(181 * SECOND_MS);
    assert.equal(await world.publishDue(), 1);
    await assertPublished(domain);
  });

  it('by a kill after the write: what was written is known to be ours', async () => {
    const domain = await world.addDomain();
    const [claimed] = await claimIntents(world.service.ctx, 'fresh', 'killed', 1);
    assert.ok(claimed);
    world.intercept.write = async (...given) => {
      await domain.zones.write(...given);
      throw new Error('The process was killed.');
    };
    await assert.rejects(settleIntent(world.service.ctx, claimed));
    delete world.intercept.write;
    advance(181 * SECOND_MS);
    await world.publishDue();
    assert.equal(domain.countWrites(), 1);
    await assertPublished(domain);
  });

  it('by two nodes that take the same work: it is done once', async () => {
    const domain = await world.addDomain();
    await Promise.all([world.publishDue(), world.publishDue(), world.publishDue()]);
    assert.equal(domain.countWrites(), 1);
    await assertPublished(domain);
  });

  it('by a node that slept past its claim: what it does then is nothing new, and told by nobody twice', async () => {
    const domain = await world.addDomain();
    const [asleep] = await claimIntents(world.service.ctx, 'fresh', 'asleep', 1);
    assert.ok(asleep);
    advance(181 * SECOND_MS);
    assert.equal(await world.publishDue(), 1);
    await settleIntent(world.service.ctx, asleep);
    assert.equal(domain.countWrites(), 1);
    await assertPublished(domain);
  });

  it('by a backup that is restored with the intent still open: nothing is written twice', async () => {
    const domain = await world.addDomain();
    const backup = await world.service.query('SELECT * FROM dns_intents WHERE domain_id = $1', [domain.id]);
    await world.publishDue();
    await world.service.query('DELETE FROM dns_publications WHERE domain_id = $1', [domain.id]);
    await world.service.query(
      'UPDATE dns_intents SET next_at = $2, revision = $3, compared_at = NULL WHERE domain_id = $1',
      [domain.id, backup[0]?.next_at, backup[0]?.revision],
    );
    assert.equal(await world.publishDue(), 1);
    assert.equal(domain.countWrites(), 1);
    assert.equal(domain.zones.listAll().length, 5);
  });
});

describe('automatic publishing, where the world changes meanwhile', () => {
  it('and the connection is gone: that is told, and another one is enough', async () => {
    const { json } = await world.service.send({ url: '/v1/dns-connections' });
    for (const { id } of json.data.dnsConnections)
      await world.service.send({ method: 'DELETE', url: `/v1/dns-connections/${id}` });
    const domain = await world.addDomain();
    await world.publishDue();
    const [told] = await eventsOf(domain, 'dns.publish_failed');
    assert.deepEqual([told?.data.reason, told?.data.zone], ['no_connection', domain.name]);
    assert.match((await domain.publishing()).problem.message, /^No DNS connection can write to this zone/);
    await connect(world.service);
    await world.publishDue();
    await assertPublished(domain);
  });

  it('and the zone is served by other name servers: nothing is written there again, and DNS decides', async () => {
    const domain = await world.addDomain();
    await world.publishDue();
    await assertPublished(domain);
    world.dns.setRecords(domain.name, []);
    for (let turn = 0; turn < 4; turn += 1) {
      advance(20 * MINUTE_MS);
      await domain.send('POST', '/verify');
      await world.publishDue();
    }
    assert.equal(domain.countWrites(), 1);
    assert.equal((await domain.get()).verificationStatus, 'TEMPORARY_FAILURE');
    assert.deepEqual((await domain.publishing()).drift, []);
  });

  it('and somebody else writes at the same moment: theirs stays, and the next turn goes by it', async () => {
    const domain = await world.addDomain();
    const name = `asend.${domain.name}`;
    world.intercept.write = async (...given) => {
      delete world.intercept.write;
      domain.zones.put({ name, type: 'TXT', ttlSeconds: 60, rdata: ['"v=spf1 ip4:192.0.2.1 -all"'] });
      return domain.zones.write(...given);
    };
    await world.publishDue();
    advance(3 * SECOND_MS);
    await world.publishDue();
    const spf = domain.zones.listAll().find((set) => set.name === name && set.type === 'TXT');
    assert.match(String(spf?.rdata), /include:amazonses\.com ip4:192\.0\.2\.1 -all/);
    await assertPublished(domain);
  });
});

describe('what is still to be published', () => {
  /** The series of the metrics that have a value, and how late the oldest is. */
  const measure = async () => {
    const { text } = await world.service.send({ url: '/metrics', key: null });
    const read = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = '', value]) => [name, Number(value)]);
    const states = read(/^autosend_publishing_domains\{state="(\w+)"\} (\d+)$/gm).filter(([, count]) => count !== 0);
    const [lag] = read(/^(autosend_publishing_lag_seconds) ([\d.]+)$/gm);
    return { ...Object.fromEntries(states), lag: lag?.[1] };
  };

  it('is measured: what waits and for how long, what backs off, what is given up, and what needs a consent', async () => {
    assert.deepEqual(await measure(), { lag: 0 });
    const first = await world.addDomain();
    advance(90 * SECOND_MS);
    assert.deepEqual(await measure(), { waiting: 1, lag: 90 });
    await claimIntents(world.service.ctx, 'fresh', 'killed', 1);
    assert.deepEqual(await measure(), { waiting: 1, lag: 0 }, 'somebody has taken it');
    advance(181 * SECOND_MS);
    world.intercept.write = fail({ outcome: 'unavailable', detail: '' });
    await world.publishDue();
    assert.deepEqual(await measure(), { backing_off: 1, lag: 0 });
    await world.service.query('UPDATE dns_intents SET next_at = NULL WHERE domain_id = $1', [first.id]);
    delete world.intercept.write;
    const mx = (name: string): RrSet => ({
      name: `asend.${name}`,
      type: 'MX',
      ttlSeconds: 300,
      rdata: ['10 mx.example.net.'],
    });
    await world.addDomain({ rrSets: (name) => [mx(name)] });
    await world.addDomain();
    await world.publishDue();
    assert.deepEqual(await measure(), { stopped: 1, needs_consent: 1, lag: 0 });
  });
});
