import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type ConnectWorld, startConnectWorld, ZONE } from '../../support/domain-connect/connect-world.ts';

const BYSTANDER = 'bystander-zone.net';
const SECONDS = 20;

describe('what links that set domains up ask of name servers', () => {
  let world: ConnectWorld;
  before(async () => {
    // Requests themselves are not what is limited here.
    world = await startConnectWorld(import.meta.url, { variables: { RATE_LIMIT_PER_SECOND: '1000000' } });
    world.dns.setZone(BYSTANDER, {
      nameservers: [
        { name: `ns1.${BYSTANDER}`, address: '127.0.0.15' },
        { name: `ns2.${BYSTANDER}`, address: '127.0.0.16' },
      ],
      records: [],
    });
  });
  after(() => world?.close());
  beforeEach(() => {
    world.setZone();
    world.service.clock.advance(3_600_000);
  });

  async function share(id: string): Promise<string> {
    const reply = await world.service.send({ method: 'POST', url: `/v1/domains/${id}/share-links`, body: {} });
    return String(reply.json.data.url).split('/share/')[1] ?? '';
  }

  /** How many questions the servers of a zone get while somebody asks for the whole time. */
  async function countQuestions(zone: string, ask: () => Promise<number>): Promise<number> {
    const { dns, service } = world;
    dns.questions.length = 0;
    for (let second = 0; second < SECONDS; second += 1) {
      for (let n = 0; n < 5; n += 1) equal(await ask(), 200);
      service.clock.advance(1_000);
    }
    return dns.questions.filter(
      ({ name, address }) => address !== dns.resolver.address && (name === zone || name.endsWith(`.${zone}`)),
    ).length;
  }

  for (const [what, zone] of [
    ['a zone that nobody here has proved', BYSTANDER],
    ['a zone at a provider that takes links', ZONE],
  ] as const)
    test(`${what} is asked no more than by checks, by a share link or a key`, async () => {
      const { service } = world;
      const { id } = await service.addDomain(`mail.${zone}`);
      const token = await share(id);
      const url = `/api/share/${token}/setup-link`;
      const offer = await service.send({ url, key: null });
      equal(offer.status, 200, offer.text);
      equal(offer.json.data.supported, zone === ZONE);
      const byLink = await countQuestions(zone, async () => {
        return (await service.send({ url, key: null })).status;
      });
      // One in five seconds.
      ok(byLink <= (SECONDS / 5 + 2) * 40, `${byLink} questions by a share link`);
      service.clock.advance(3_600_000);
      const byKey = await countQuestions(zone, async () => {
        return (await service.send({ url: `/v1/domains/${id}/setup-link` })).status;
      });
      ok(byKey > 0 && byKey <= 200 + SECONDS * 50, `${byKey} questions by a key`);
    });

  test('a link that may not ask is told so, and whoever opens a page may follow its link at once', async () => {
    const { service } = world;
    const { id } = await service.addDomain(`page.${ZONE}`);
    const url = `/api/share/${await share(id)}/setup-link`;
    const headers = { origin: service.ctx.publicUrl };
    equal((await service.send({ url, key: null })).json.data.reasonCode, null);
    const followed = await service.send({ method: 'POST', url, key: null, headers });
    ok(followed.json.data.url);
    const other = await service.addDomain(`often.${ZONE}`);
    for (let n = 0; n < 21; n += 1) await service.send({ url: `/v1/domains/${other.id}/diagnostics?refresh=true` });
    const refused = (await service.send({ url: `/v1/domains/${other.id}/setup-link` })).json.data;
    deepEqual([refused.supported, refused.url, refused.reasonCode], [false, null, 'asked_often']);
  });

  test('a domain has 50 ways back at most: the oldest go', async () => {
    const { service } = world;
    const { id } = await service.addDomain(`back.${ZONE}`);
    let last = '';
    for (let n = 0; n < 60; n += 1) {
      service.clock.advance(10);
      last = (await service.send({ url: `/v1/domains/${id}/setup-link` })).json.data.url;
    }
    const [row] = await service.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM domain_connect_returns WHERE domain_id = $1',
      [id],
    );
    equal(row?.n, 50);
    const { pathname } = new URL(new URL(last).searchParams.get('redirect_uri') ?? '');
    const back = await service.send({ url: pathname, key: null });
    equal(new URL(String(back.headers.location)).searchParams.get('setup'), 'returned');
  });
});
