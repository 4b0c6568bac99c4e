import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { SetupLinkObject } from '../../../src/wire/setup-link.ts';
import {
  type ConnectWorld,
  KEYS_ZONE,
  OPERATOR,
  startConnectWorld,
  ZONE,
} from '../../support/domain-connect/connect-world.ts';
import { splitQuery } from '../../support/domain-connect/verify-link.ts';
import { waitUntil } from '../../support/service-process.ts';

describe('a link that sets a domain up at its DNS provider', () => {
  let world: ConnectWorld;
  before(async () => {
    world = await startConnectWorld(import.meta.url);
  });
  after(() => world?.close());
  beforeEach(async () => {
    world.setZone();
    await world.publishKey();
    world.forget();
    world.stub.refusals.length = 0;
    world.stub.requests.length = 0;
  });

  async function getLink(id: string, query = ''): Promise<SetupLinkObject> {
    world.forget();
    const reply = await world.service.send({ url: `/v1/domains/${id}/setup-link${query}` });
    equal(reply.status, 200, reply.text);
    return reply.json.data;
  }

  async function addDomain(name: string) {
    return world.service.addDomain(name);
  }

  /** What a browser does with a link at the provider; gives back where it is sent to. */
  async function follow(url: string | null, verdict: 'confirm' | 'cancel'): Promise<string> {
    ok(url);
    const { pathname, search } = new URL(url);
    const page = await ask(`${pathname}${search}`);
    const [, path = ''] = new RegExp(`href="(/${verdict}/\\d+)"`).exec(page.text) ?? [];
    return (await ask(path)).location;
  }

  /** Asks the stub as a browser would, whose authority is the test's. */
  async function ask(path: string) {
    const reply = await world.service.ctx.sendHttp({
      method: 'GET',
      url: `${world.stub.origin}${path}`,
      address: '127.0.0.1',
      headers: {},
      timeoutMs: 5_000,
      maxOctets: 100_000,
      signal: new AbortController().signal,
    });
    ok('status' in reply);
    return { text: reply.body, location: reply.headers.location ?? '' };
  }

  /** Comes back to us; gives back where we lead to. */
  async function comeBack(location: string) {
    const { pathname, search } = new URL(location);
    const reply = await world.service.send({ url: `${pathname}${search}`, key: null });
    equal(reply.status, 303);
    return String(reply.headers.location);
  }

  const statusOf = async (id: string) =>
    (await world.service.send({ url: `/v1/domains/${id}` })).json.data.verificationStatus;

  test('is signed by a key that stands in DNS, applied by the rules of the specification, and then the verifier says VERIFIED', async () => {
    const { id } = await addDomain('mail.example.com');
    const link = await getLink(id);
    deepEqual(
      { ...link, url: null },
      {
        supported: true,
        provider: { id: world.stub.place, name: 'Stub DNS' },
        url: null,
        groups: ['ownership', 'dkim', 'mailfrom', 'dmarc'],
        leftOut: [],
        reasonCode: null,
        message: null,
      },
    );
    const { search } = new URL(link.url ?? '');
    const { query } = splitQuery(search);
    const names = [...new URLSearchParams(query).keys()];
    deepEqual(names, [...names].sort());
    match(search, /&key=_dck1&sig=[^&]+$/);
    const parameters = new URLSearchParams(query);
    deepEqual([parameters.get('domain'), parameters.get('host')], [ZONE, 'mail']);

    const back = await follow(link.url, 'confirm');
    deepEqual(world.stub.refusals, []);
    match(back, /^http:\/\/localhost:3000\/connected\/connect_[A-Za-z0-9]{40}$/);
    equal(await comeBack(back), 'http://localhost:3000/connected?setup=returned');
    await waitUntil(async () => (await statusOf(id)) === 'VERIFIED');

    const again = await getLink(id);
    deepEqual([again.supported, again.url, again.groups, again.reasonCode], [true, null, [], 'nothing_to_add']);
    await world.service.send({ method: 'DELETE', url: `/v1/domains/${id}` });
  });

  test('at the top of the zone has no host', async () => {
    const { id } = await addDomain(ZONE);
    equal(new URL((await getLink(id)).url ?? '').searchParams.has('host'), false);
  });

  test('changed by a single letter is refused by the provider', async () => {
    const { id } = await addDomain('changed.example.com');
    const url = new URL((await getLink(id)).url ?? '');
    for (const change of [
      ['groupId=', 'groupId=x'],
      ['domain=example.com', 'domain=example.org'],
      ['redirect_uri=', 'redirect_uri=x'],
    ] as const)
      await ask(`${url.pathname}${url.search.replace(change[0], change[1])}`);
    equal(world.stub.refusals.length, 3);
  });

  test('leaves out dmarc where a policy stands above, and the return path where a foreign MX stands, and says so', async () => {
    world.setZone([
      { name: `_dmarc.${ZONE}`, type: 'TXT', value: 'v=DMARC1; p=reject' },
      { name: 'asend.kept.example.com', type: 'MX', value: 'mx.other.example', priority: 5 },
      { name: 'asend.kept.example.com', type: 'TXT', value: 'v=spf1 include:other.example -all' },
    ]);
    const { id } = await addDomain('kept.example.com');
    const link = await getLink(id);
    deepEqual(link.groups, ['ownership', 'dkim']);
    deepEqual(link.leftOut, [
      {
        group: 'mailfrom',
        reasonCode: 'conflict',
        message:
          'There is another mail server at asend.kept.example.com, and the link leaves it alone. Remove it first if you no longer need it.',
      },
    ]);
    await follow(link.url, 'confirm');
    const held = world.stub.zones.get(ZONE)?.read() ?? [];
    deepEqual(
      held.filter(({ name }) => name.startsWith('asend.') || name.startsWith('_dmarc.')).map(({ value }) => value),
      ['v=DMARC1; p=reject', 'mx.other.example', 'v=spf1 include:other.example -all'],
    );
  });

  test("adds to an SPF record of the owner's and keeps what is in it", async () => {
    world.setZone([{ name: 'asend.spf.example.com', type: 'TXT', value: 'v=spf1 ip4:192.0.2.1 ~all' }]);
    const { id } = await addDomain('spf.example.com');
    await follow((await getLink(id)).url, 'confirm');
    const held = world.stub.zones.get(ZONE)?.read() ?? [];
    deepEqual(
      held.filter(({ name, type }) => name === 'asend.spf.example.com' && type === 'TXT').map(({ value }) => value),
      ['v=spf1 ip4:192.0.2.1 include:amazonses.com ~all'],
    );
  });

  test('brings only the next key at a rotation, and the key before it stays', async () => {
    const { id } = await addDomain('rotated.example.com');
    await follow((await getLink(id)).url, 'confirm');
    await world.service.send({ method: 'POST', url: `/v1/domains/${id}/verify` });
    await waitUntil(async () => (await statusOf(id)) === 'VERIFIED');
    const made = await world.service.send({ method: 'POST', url: `/v1/domains/${id}/keys`, body: {} });
    equal(made.status, 201, made.text);
    const link = await getLink(id);
    deepEqual(link.groups, ['dkim-next']);
    await follow(link.url, 'confirm');
    const held = world.stub.zones.get(ZONE)?.read() ?? [];
    equal(held.filter(({ name }) => name.endsWith('._domainkey.rotated.example.com')).length, 2);
    deepEqual((await getLink(id)).reasonCode, 'nothing_to_add');
  });

  test('brings two CNAMEs and no key, where the keys of a domain stand in a zone of the operator', async () => {
    const { id } = await addDomain('cname.example.com');
    await world.service.query(
      "update domains set record_settings = record_settings || jsonb_build_object('keysBelow', $2::text) where id = $1",
      [id, `${id}.${KEYS_ZONE}`],
    );
    await world.service.query("update dkim_keys set selector = 'autosend1' where domain_id = $1", [id]);
    const link = await getLink(id);
    deepEqual(link.groups, ['ownership', 'dkim-cname', 'mailfrom', 'dmarc']);
    await follow(link.url, 'confirm');
    deepEqual(world.stub.refusals, []);
    const held = world.stub.zones.get(ZONE)?.read() ?? [];
    deepEqual(
      held.filter(({ name }) => name.endsWith('._domainkey.cname.example.com')).map(({ type, value }) => [type, value]),
      [
        ['CNAME', `autosend1.${id}.${KEYS_ZONE}`],
        ['CNAME', `autosend2.${id}.${KEYS_ZONE}`],
      ],
    );
    // They stand, and nothing is to be added any more.
    deepEqual((await getLink(id)).reasonCode, 'nothing_to_add');
  });

  test('leads back once, even to two who come at the same time, whatever the provider says, and the domain is checked each time', async () => {
    const { id } = await addDomain('back.example.com');
    const canceled = await follow((await getLink(id)).url, 'cancel');
    equal(new URL(canceled).searchParams.get('error'), 'access_denied');
    const both = await Promise.all([comeBack(canceled), comeBack(canceled)]);
    deepEqual(both.sort(), [
      'http://localhost:3000/connected?setup=canceled',
      'http://localhost:3000/connected?setup=used',
    ]);
    equal(await comeBack(canceled), 'http://localhost:3000/connected?setup=used');

    // It says that all went well, and nothing was written: nobody believes it.
    const { url } = await getLink(id);
    const lie = new URL(url ?? '').searchParams.get('redirect_uri') ?? '';
    const before = (await world.service.send({ url: `/v1/domains/${id}` })).json.data;
    world.service.clock.advance(60_000);
    equal(await comeBack(lie), 'http://localhost:3000/connected?setup=returned');
    await waitUntil(async () => {
      const now = (await world.service.send({ url: `/v1/domains/${id}` })).json.data;
      return now.lastCheckedAt !== before.lastCheckedAt && !now.ownershipVerified;
    });
    equal(await statusOf(id), 'PENDING_CONFIGURATION');
  });

  test('has a way back that nobody guesses, that a look does not use up, and that ends after a day', async () => {
    const { id } = await addDomain('token.example.com');
    const back = async () => new URL((await getLink(id)).url ?? '').searchParams.get('redirect_uri') ?? '';
    const { pathname } = new URL(await back());
    equal((await world.service.send({ method: 'HEAD', url: pathname, key: null })).status >= 400, true);
    equal(
      await comeBack(`http://localhost:3000${pathname}?error=server_error`),
      'http://localhost:3000/connected?setup=failed',
    );

    const late = await back();
    world.service.clock.advance(24 * 3_600_000 + 1);
    equal(await comeBack(late), 'http://localhost:3000/connected?setup=used');
    for (const guess of ['connect_x', `connect_${'A'.repeat(40)}`, `share_${'A'.repeat(40)}`, '..%2F..', '%00'])
      equal(await comeBack(`http://localhost:3000/connected/${guess}`), 'http://localhost:3000/connected?setup=used');
    equal(
      world.service.logLines.some((line) => line.includes(pathname.slice(-40))),
      false,
    );
  });

  test("returns to the product's page, where the project allows it, and to no other", async () => {
    const { service } = world;
    const { id } = await addDomain('product.example.com');
    await service.query('update projects set return_origins = \'["https://app.example.net"]\' where id = $1', [
      service.project.id,
    ]);
    const to = 'https://app.example.net/domains?id=7';
    const link = await getLink(id, `?redirectUri=${encodeURIComponent(to)}`);
    const back = new URL(link.url ?? '').searchParams.get('redirect_uri') ?? '';
    // The provider is told an address of ours; where it leads is not in it.
    equal(new URL(back).origin, 'http://localhost:3000');
    equal(back.includes('app.example.net'), false);
    equal(await comeBack(back), `${to}&setup=returned`);

    for (const evil of [
      'https://evil.example/',
      'https://app.example.net.evil.example/',
      'https://app.example.net@evil.example/',
      '//evil.example/',
      '/\\evil.example',
      'javascript:alert(1)',
      'http://app.example.net/',
      'https://app.example.net:8443/',
    ]) {
      const reply = await service.send({ url: `/v1/domains/${id}/setup-link?redirectUri=${encodeURIComponent(evil)}` });
      equal(reply.status, 400, evil);
      equal(reply.json.error.details[0].field, 'redirectUri');
    }

    // Taken off the list meanwhile, it is none any more.
    const other = await getLink(id, `?redirectUri=${encodeURIComponent(to)}`);
    await service.query("update projects set return_origins = '[]' where id = $1", [service.project.id]);
    const late = new URL(other.url ?? '').searchParams.get('redirect_uri') ?? '';
    equal(await comeBack(late), 'http://localhost:3000/connected?setup=returned');
  });

  test('is there for keys that may have DNS checked, and for their own domains', async () => {
    const { service } = world;
    const { id } = await addDomain('keys.example.com');
    const { key } = await service.createKey(service.project, { permission: 'read_only' });
    equal((await service.send({ url: `/v1/domains/${id}/setup-link`, key })).status, 403);
    const other = await service.createProject();
    equal((await service.send({ url: `/v1/domains/${id}/setup-link`, key: other.key })).status, 404);
  });

  test('is not offered, with the reason in words, where one of its parts is missing', async () => {
    const { stub, service } = world;
    const { id } = await addDomain('reasons.example.com');
    const [template] = stub.templates;
    ok(template);
    const whole = { ...stub.settings };
    const at = async (change: () => void | Promise<void>) => {
      stub.settings = { ...whole };
      stub.templates = [template];
      world.setZone();
      await world.publishKey();
      await change();
      const { supported, url, reasonCode, message, groups } = await getLink(id);
      deepEqual([url, groups], [null, []]);
      equal(supported, false);
      ok(message);
      return reasonCode;
    };
    equal(await at(() => world.publishKey([])), 'key_not_published');
    equal(await at(() => world.publishKey(['p=1,a=RS256,d=AAAA'])), 'key_not_published');
    equal(await at(() => world.setZone([], null)), 'no_record');
    equal(await at(() => world.setZone([], '127.0.0.1:53')), 'bad_record');
    equal(await at(() => void stub.zones.delete(ZONE)), 'not_here');
    equal(await at(() => void Object.assign(stub.settings, { nameServers: ['ns1.former.example'] })), 'not_here');
    equal(
      await at(() => void Object.assign(stub.settings, { urlSyncUX: 'https://evil.example' })),
      'provider_not_listed',
    );
    equal(await at(() => void Object.assign(stub.settings, { urlSyncUX: undefined })), 'no_sync_flow');
    equal(
      await at(() => void Object.assign(stub.settings, { urlSyncUX: `${stub.origin}/?to=//evil.example` })),
      'bad_settings',
    );
    equal(await at(() => void Object.assign(stub.settings, { urlAPI: 'http://127.0.0.1' })), 'bad_settings');
    equal(await at(() => void stub.templates.splice(0)), 'template_not_onboarded');
    const settings = (path: { path: string }) => path.path.endsWith('/settings');
    const check = (path: { path: string }) => path.path.includes('/domainTemplates/');
    const reply = (status: number, body: unknown, headers = {}) => ({ status, body, headers });
    equal(await at(() => stub.failNext(settings, reply(200, '<html>'))), 'bad_settings');
    equal(await at(() => stub.failNext(settings, reply(500, stub.settings))), 'unreachable');
    equal(await at(() => stub.failNext(settings, reply(200, `"${'x'.repeat(65_536)}"`))), 'unreachable');
    equal(
      await at(() => stub.failNext(settings, reply(200, stub.settings, { 'content-encoding': 'br' }))),
      'unreachable',
    );
    equal(
      await at(() => stub.failNext(check, reply(200, { ...template, providerId: 'evil.example' }))),
      'template_not_ours',
    );
    equal(await at(() => stub.failNext(check, reply(200, { ...template, records: [] }))), 'template_not_ours');
    for (const status of [301, 302, 303, 307, 308]) {
      stub.requests.length = 0;
      const location = `${stub.origin}/elsewhere`;
      equal(await at(() => stub.failNext(settings, reply(status, '', { location }))), 'unreachable');
      equal(stub.requests.length, 1);
    }
    for (const name of [`_domainconnect.${ZONE}`, `_dck1.${OPERATOR}`]) {
      world.dns.fault({ name }, 'servfail');
      equal(await at(() => undefined), 'lookup_failed', name);
      world.dns.clearFaults();
    }
    stub.settings = whole;

    const inTest = await service.createProject({ isTest: true });
    const played = await service.addDomain('verified.test', inTest.key);
    const reason = await service.send({ url: `/v1/domains/${played.id}/setup-link`, key: inTest.key });
    equal(reason.json.data.reasonCode, 'test_domain');
  });

  test('is not said to have nothing to add where nobody says what is there', async () => {
    const { id } = await addDomain('silent.example.com');
    for (const type of ['TXT', 'MX']) world.dns.fault({ within: 'silent.example.com', type }, 'servfail');
    const link = await getLink(id);
    world.dns.clearFaults();
    deepEqual([link.url, link.groups], [null, []]);
    deepEqual(new Set(link.leftOut.map(({ reasonCode }) => reasonCode)), new Set(['unanswered']));
    equal(link.reasonCode, 'lookup_failed');
  });

  test('is asked for once in a few minutes, however often its page is opened', async () => {
    const { id } = await addDomain('asked.example.com');
    await getLink(id);
    world.stub.requests.length = 0;
    const url = `/v1/domains/${id}/setup-link`;
    await Promise.all([1, 2, 3, 4].map(() => world.service.send({ url })));
    equal(world.stub.requests.length, 0);
    world.service.clock.advance(5 * 60_000 + 1);
    await Promise.all([1, 2, 3, 4].map(() => world.service.send({ url })));
    equal(world.stub.requests.length, 2);
  });

  test('says what it is about in the documentation', async () => {
    const { json } = await world.service.send({ url: '/openapi.json', key: null });
    equal(json.paths['/v1/domains/{domainId}/setup-link'].get.operationId, 'getSetupLink');
    equal(OPERATOR, world.service.ctx.domainConnect?.providerId);
  });
});
