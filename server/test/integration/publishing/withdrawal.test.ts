import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { formatTxt } from '../../../src/core/publishing/rdata.ts';
import type { RrSet } from '../../../src/core/publishing/rr-set.ts';
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
const inOrder = (sets: readonly RrSet[]) =>
  sets.toSorted((a, b) => (`${a.name} ${a.type}` < `${b.name} ${b.type}` ? -1 : 1));
/** What its owner has in a zone. */
const theirsIn = (name: string): RrSet[] => [
  txt(`asend.${name}`, 'v=spf1 ip4:192.0.2.1 -all', 'verification=1'),
  txt(`_dmarc.${name}`, 'v=DMARC1; p=reject'),
  txt(name, 'v=spf1 mx -all'),
];

async function addPublished(rrSets: (name: string) => readonly RrSet[] = theirsIn): Promise<PublishedDomain> {
  const domain = await world.addDomain({ rrSets });
  await world.publishDue();
  return domain;
}
const countIntents = async (domain: PublishedDomain) =>
  (await world.service.query('SELECT FROM dns_intents WHERE domain_id = $1', [domain.id])).length +
  (await world.service.query('SELECT FROM dns_publications WHERE domain_id = $1', [domain.id])).length;

describe('what was published for a domain that is deleted', () => {
  it('goes, but its DKIM record stays for seven days; then the zone is as it was', async () => {
    const domain = await addPublished();
    assert.equal((await domain.send('DELETE')).status, 200);
    await world.publishDue();
    const key = `autosend._domainkey.${domain.name}`;
    assert.deepEqual(
      inOrder(domain.zones.listAll().filter(({ name }) => name !== key)),
      inOrder(theirsIn(domain.name)),
    );
    assert.ok(domain.zones.listAll().some(({ name }) => name === key));
    world.service.clock.advance(7 * DAY_MS - 60_000);
    assert.equal(await world.publishDue(), 0);
    world.service.clock.advance(60_000);
    await world.publishDue();
    assert.deepEqual(inOrder(domain.zones.listAll()), inOrder(theirsIn(domain.name)));
    assert.equal(await countIntents(domain), 0);
  });

  it('goes at once where that is wanted, and stays where nothing is to go', async () => {
    const [now, never] = [await addPublished(), await addPublished()];
    const before = never.zones.listAll();
    await now.send('DELETE', '?withdraw=now');
    await never.send('DELETE', '?withdraw=never');
    await world.publishDue();
    assert.deepEqual(inOrder(now.zones.listAll()), inOrder(theirsIn(now.name)));
    assert.deepEqual(never.zones.listAll(), before);
    assert.deepEqual([await countIntents(now), await countIntents(never)], [0, 0]);
    const domain = await addPublished();
    assert.equal((await domain.send('DELETE', '?withdraw=soon')).status, 400);
  });

  it('stays where somebody changed it, and their SPF record only loses our mechanism', async () => {
    const domain = await addPublished();
    const [spf, ownership] = [`asend.${domain.name}`, `_autosend-verify.${domain.name}`];
    domain.zones.put(txt(spf, 'v=spf1 include:amazonses.com a ip4:192.0.2.1 ~all'));
    domain.zones.put(txt(ownership, 'something else'));
    await domain.send('DELETE', '?withdraw=now');
    await world.publishDue();
    const [, dmarc, apex] = theirsIn(domain.name);
    assert.ok(dmarc && apex);
    assert.deepEqual(
      inOrder(domain.zones.listAll()),
      inOrder([txt(spf, 'v=spf1 a ip4:192.0.2.1 ~all'), dmarc, apex, txt(ownership, 'something else')]),
    );
  });

  it('goes, too, where a person published it by hand', async () => {
    const domain = await world.addDomain({ rrSets: theirsIn, autoPublish: false });
    const { planId } = (await domain.send('GET', '/dns-plan')).json.data;
    await domain.send('POST', '/dns-plan/apply', { planId });
    await world.service.ctx.background.drain();
    await domain.send('DELETE', '?withdraw=now');
    await world.publishDue();
    assert.deepEqual(inOrder(domain.zones.listAll()), inOrder(theirsIn(domain.name)));
  });

  it('stays as far as a domain of the same name wants it that was added since', async () => {
    const domain = await addPublished(() => []);
    await domain.send('DELETE');
    const again = await world.addDomain({ zones: domain.zones, name: domain.name });
    world.service.clock.advance(8 * DAY_MS);
    await world.publishDue();
    world.service.clock.advance(8 * DAY_MS);
    await world.publishDue();
    await world.checkDue();
    const { verificationStatus, ...shown } = await again.get();
    assert.equal(verificationStatus, 'VERIFIED');
    assert.deepEqual([shown.dkimEnabled, shown.mailFromEnabled, shown.dmarcEnabled], [true, true, true]);
    assert.equal(domain.zones.listAll().length, 5, 'and nothing of the first one is left');
  });

  it('goes with the last domain of that name, whichever of them wrote it', async () => {
    const domain = await addPublished();
    await domain.send('DELETE', '?withdraw=now');
    const again = await world.addDomain({ zones: domain.zones, name: domain.name });
    await world.publishDue();
    await again.send('DELETE', '?withdraw=now');
    const third = await world.addDomain({ zones: domain.zones, name: domain.name });
    await world.publishDue();
    assert.ok(
      domain.zones.listAll().some(({ type }) => type === 'MX'),
      'the third one still wants it',
    );
    await third.send('DELETE', '?withdraw=now');
    await world.publishDue();
    assert.deepEqual(inOrder(domain.zones.listAll()), inOrder(theirsIn(domain.name)));
    for (const each of [domain, again, third]) assert.equal(await countIntents(each), 0);
  });

  it('goes though another project claims the name, and stays as far as one wants it that has proved it', async () => {
    for (const [isProved, left] of [
      [false, []],
      [true, ['MX', 'TXT', 'TXT']],
    ] as const) {
      const domain = await addPublished(() => []);
      const { key } = await world.service.createProject();
      const claim = await world.service.addDomain(domain.name, key);
      if (isProved) await world.service.query('UPDATE domains SET verified_at = now() WHERE id = $1', [claim.id]);
      await domain.send('DELETE', '?withdraw=now');
      await world.publishDue();
      const types = domain.zones.listAll().map(({ type }) => type);
      assert.deepEqual(types.sort(), left, `proved: ${isProved}`);
    }
  });

  it('is withdrawn once, also where a backup is restored in which that is still to be done', async () => {
    const domain = await addPublished();
    await domain.send('DELETE', '?withdraw=now');
    const intents = await world.service.query('SELECT * FROM dns_intents WHERE domain_id = $1', [domain.id]);
    const rows = await world.service.query('SELECT * FROM dns_publications WHERE domain_id = $1', [domain.id]);
    await world.publishDue();
    const writes = domain.countWrites();
    for (const [table, all] of [
      ['dns_intents', intents],
      ['dns_publications', rows],
    ] as const)
      for (const row of all)
        await world.service.query(`INSERT INTO ${table} SELECT * FROM json_populate_record(NULL::${table}, $1)`, [
          JSON.stringify(row),
        ]);
    assert.equal(await world.publishDue(), 1);
    assert.equal(domain.countWrites(), writes);
    assert.deepEqual(inOrder(domain.zones.listAll()), inOrder(theirsIn(domain.name)));
    assert.equal(await countIntents(domain), 0);
  });

  it('waits for a connection where that is gone, for as long as tries are made', async () => {
    const domain = await addPublished();
    await domain.send('DELETE', '?withdraw=now');
    world.intercept.findZone = async () => ({ outcome: 'done', value: null });
    await world.publishDue();
    delete world.intercept.findZone;
    world.service.clock.advance(2 * 60_000);
    await world.publishDue();
    assert.deepEqual(inOrder(domain.zones.listAll()), inOrder(theirsIn(domain.name)));
  });
});
