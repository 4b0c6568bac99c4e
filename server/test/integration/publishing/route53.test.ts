import { deepEqual, equal, match } from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../../src/core/clock.ts';
import type { DnsProvider, ProviderTools, ProviderZone } from '../../../src/core/publishing/dns-provider.ts';
import { formatMx, formatTarget, formatTxt } from '../../../src/core/publishing/rdata.ts';
import type { RrSet } from '../../../src/core/publishing/rr-set.ts';
import { sendHttp } from '../../../src/delivery/http-request.ts';
import { createRoute53 } from '../../../src/providers/dns/route53.ts';
import { explainMissing } from '../../support/daemon.ts';
import type { StubFault, StubRequest } from '../../support/publishing/https-stub.ts';
import { createLocalTools } from '../../support/publishing/local-tools.ts';
import { keepsTheProviderContract } from '../../support/publishing/provider-contract.ts';
import { type Route53Stub, type StubHostedZone, startRoute53Stub } from '../../support/publishing/route53-stub.ts';
import { createTestAuthority, type TestAuthority } from '../../support/publishing/test-authority.ts';

const KEY = { accessKeyId: 'AKIATESTTESTTEST', secretAccessKey: 'a test secret' };
const NAME = 'bounce.example.com';
const SPF: RrSet = {
  name: NAME,
  type: 'TXT',
  ttlSeconds: 3600,
  rdata: [formatTxt('v=spf1 include:amazonses.com ~all')],
};
const isChange = ({ method }: StubRequest) => method === 'POST';
const isAny = () => true;

describe('Route 53, on a stub that is as strict as its documentation', { skip: explainMissing(['openssl']) }, () => {
  const { signal } = new AbortController();
  let authority: TestAuthority;
  let stub: Route53Stub;
  let provider: DnsProvider;
  let stored: StubHostedZone;
  let zone: ProviderZone;
  let slept: number[];

  before(async () => {
    authority = await createTestAuthority();
    stub = await startRoute53Stub(authority, [KEY]);
    provider = open(KEY);
  });
  after(async () => {
    await stub.close();
    await authority.close();
  });
  beforeEach(() => {
    slept = [];
    stub.zones.length = 0;
    stub.requests.length = 0;
    Object.assign(stub, { pageSize: 300, pollsUntilInSync: 1, clockOffsetMs: 0, listsMessages: false });
    stored = stub.addZone('example.com');
    zone = { id: stored.id, name: 'example.com' };
  });

  /** Nobody waits: what it is told to sleep is noted, and has passed. */
  const buildClock = (): Clock => {
    let passed = 0;
    const sleep = async (ms: number) => {
      slept.push(ms);
      passed += ms;
    };
    return { now: () => new Date(), monotonicMs: () => passed, sleep };
  };
  const open = (key: typeof KEY, nameServers: readonly string[] | null = null) => {
    const tools = { ...createLocalTools({ ca: authority.ca, nameServers }), clock: buildClock() };
    return createRoute53({ ...key, endpoint: stub.url }, tools);
  };
  const put = (fields: object) => stub.put(stored, { name: NAME, type: 'TXT', ttl: 3600, values: [], ...fields });
  const listSets = () => stored.sets.map(({ name, type, ttl, values }) => [name, type, ttl, ...values]);
  const writeOver = (before: RrSet | null, after: RrSet | null) => provider.write(zone, [{ before, after }], signal);

  keepsTheProviderContract(() => ({ provider, zoneName: 'example.com' }));

  it('is asked as our own HTTP client sends it: signatures hold', async () => {
    const send: ProviderTools['send'] = async (request) => {
      const limits = { timeoutMs: 10_000, maxOctets: 1_000_000 };
      const answer = await sendHttp({
        ...request,
        body: request.body,
        address: '127.0.0.1',
        ca: authority.ca,
        ...limits,
      });
      if ('problem' in answer) return { outcome: 'unreachable', detail: answer.problem };
      return { outcome: 'done', ...answer };
    };
    const endpoint = stub.url.replace('127.0.0.1', 'localhost');
    const own = createRoute53({ ...KEY, endpoint }, { ...createLocalTools(), send, clock: buildClock() });
    deepEqual(await own.findZone('example.com', signal), { outcome: 'done', value: zone });
    equal((await own.read(zone, ['*.example.com', '_dmarc.example.com'], signal)).outcome, 'done');
    deepEqual(await own.write(zone, [{ before: null, after: SPF }], signal), { outcome: 'done', value: null });
    deepEqual(listSets(), [[`${NAME}.`, 'TXT', 3600, ...SPF.rdata]]);
  });

  describe('zones', () => {
    it('are listed over all pages, without the private ones', async () => {
      stub.pageSize = 7;
      for (let number = 0; number < 20; number++) stub.addZone(`customer${number}.example`);
      stub.addZone('internal.example', { isPrivate: true });
      const all = await provider.listZones(1_000, signal);
      equal(all.outcome === 'done' && new Set(all.value?.map(({ name }) => name)).size, 21);
      const some = await provider.listZones(3, signal);
      equal(some.outcome === 'done' && some.value?.length, 3);
    });

    it('of one name: the private one is never meant, wherever it stands in the list', async () => {
      stub.pageSize = 1;
      for (let number = 0; number < 4; number++) stub.addZone('example.com', { isPrivate: true });
      const answer = await provider.findZone('example.com', signal);
      equal(answer.outcome === 'done' && answer.value?.id, stored.id);
      stub.zones.splice(0, 1);
      deepEqual(await provider.findZone('example.com', signal), { outcome: 'done', value: null });
    });

    it('of one name: of two public ones, the one that the domain is delegated to', async () => {
      const other = stub.addZone('example.com', { nameServers: ['ns-7.awsdns-01.org', 'ns-8.awsdns-01.co.uk'] });
      for (const each of [stored, other]) {
        const answer = await open(KEY, [...each.nameServers].reverse()).findZone('example.com', signal);
        equal(answer.outcome === 'done' && answer.value?.id, each.id);
      }
      for (const nameServers of [null, ['ns1.elsewhere.example']]) {
        const answer = await open(KEY, nameServers).findZone('example.com', signal);
        equal(answer.outcome, 'no_such_zone');
        match(answer.outcome === 'no_such_zone' ? answer.detail : '', new RegExp(`${stored.id}|${other.id}`));
      }
    });
  });

  describe('records', () => {
    it('are read in sets, from one page where the zone is small', async () => {
      put({ values: ['"v=spf1 -all"', String.raw`"a \"quoted\" \134 \303\266"`] });
      put({ type: 'MX', values: ['10 MX.example.net'] });
      put({ type: 'A', values: ['192.0.2.1'] });
      put({ name: 'www.example.com', type: 'CNAME', ttl: 60, values: ['app.example.net'] });
      stub.requests.length = 0;
      const answer = await provider.read(zone, ['www.example.com', NAME, 'none.example.com'], signal);
      deepEqual(answer, {
        outcome: 'done',
        value: [
          { name: NAME, type: 'MX', ttlSeconds: 3600, rdata: [formatMx(10, 'mx.example.net')] },
          {
            name: NAME,
            type: 'TXT',
            ttlSeconds: 3600,
            rdata: [formatTxt('v=spf1 -all'), formatTxt('a "quoted" \\ ö')],
          },
          { name: 'www.example.com', type: 'CNAME', ttlSeconds: 60, rdata: [formatTarget('app.example.net')] },
        ],
      });
      equal(stub.requests.length, 1);
    });

    it('are read over pages in the order of Route 53, without the pages in which none is wanted', async () => {
      stub.pageSize = 3;
      const names = ['a', 'a-b', 'b.a', 'bounce', 'k._domainkey', '_dmarc', '*', 'z', 'y', 'x', 'w'];
      for (const label of names) {
        put({ name: `${label}.example.com`, type: 'A', values: ['192.0.2.1'] });
        put({ name: `${label}.example.com`, type: 'MX', values: ['10 mx.example.net'] });
        put({ name: `${label}.example.com`, values: [`"${label}"`] });
      }
      for (const wanted of [['bounce', 'k._domainkey', '_dmarc', 'z'], ['b.a', 'a-b', 'nothing'], names.slice(0, 6)]) {
        const answer = await provider.read(
          zone,
          wanted.map((label) => `${label}.example.com`),
          signal,
        );
        const texts = answer.outcome === 'done' ? answer.value.filter(({ type }) => type === 'TXT') : [];
        deepEqual(
          texts.map(({ rdata }) => rdata[0]).sort(),
          wanted
            .filter((label) => label !== 'nothing')
            .map((label) => `"${label}"`)
            .sort(),
        );
      }
    });

    it('are replaced by DELETE of what stands there and CREATE, never by UPSERT', async () => {
      put({ ttl: 77, values: ['"v=spf1"  "~all"'] });
      const before: RrSet = { ...SPF, ttlSeconds: 1, rdata: ['"v=spf1" "~all"'] };
      deepEqual(await writeOver(before, SPF), { outcome: 'done', value: null });
      deepEqual(listSets(), [[`${NAME}.`, 'TXT', 3600, ...SPF.rdata]]);
      const body = stub.requests.find(isChange)?.body ?? '';
      deepEqual(body.match(/<Action>\w+/g), ['<Action>DELETE', '<Action>CREATE']);
      match(body, /<TTL>77<\/TTL>/);
    });

    it('of another type take the place of a CNAME, in whatever order they are asked for', async () => {
      put({ type: 'CNAME', values: ['b.example.net'] });
      const cname: RrSet = { ...SPF, type: 'CNAME', rdata: [formatTarget('b.example.net')] };
      const changes = [
        { before: null, after: SPF },
        { before: cname, after: null },
      ];
      deepEqual(await provider.write(zone, changes, signal), { outcome: 'done', value: null });
      deepEqual(listSets(), [[`${NAME}.`, 'TXT', 3600, ...SPF.rdata]]);
    });

    it('that are right already cost no write', async () => {
      put({ values: SPF.rdata });
      deepEqual(await writeOver(SPF, SPF), { outcome: 'done', value: null });
      equal(stub.requests.some(isChange), false);
    });

    it('with a routing policy, and aliases, are shown and never changed', async () => {
      put({ setIdentifier: 'one', weight: 1, values: ['"one"'] });
      put({ setIdentifier: 'two', weight: 1, values: ['"two"'] });
      put({ name: 'cdn.example.com', type: 'CNAME', ttl: null, aliasTarget: 'd111.cloudfront.net.' });
      const read = await provider.read(zone, [NAME, 'cdn.example.com'], signal);
      deepEqual(read.outcome === 'done' && read.value.map(({ type, rdata }) => [type, ...rdata]), [
        ['TXT', '"one"', '"two"'],
        ['CNAME', 'd111.cloudfront.net.'],
      ]);
      const before: RrSet = { ...SPF, rdata: ['"one"', '"two"'] };
      const answer = await writeOver(before, { ...SPF });
      equal(answer.outcome, 'refused_record');
      match(answer.outcome === 'refused_record' ? answer.detail : '', /routing policy/);
      equal(stored.sets.length, 3);
    });
  });

  describe('a change by somebody else between our read and our write', () => {
    const other: RrSet = { ...SPF, name: 'other.example.com' };
    const both = (before: RrSet | null) => [
      { before: null, after: other },
      { before, after: { ...SPF, rdata: [formatTxt('v=spf1 ~all')] } },
    ];

    for (const listsMessages of [false, true])
      it(`lets all of the write fail, ${listsMessages ? 'told in a list' : 'told as an error'}`, async () => {
        for (const [meddle, left] of [
          [() => Object.assign(stored, { sets: [{ ...stored.sets[0], values: ['"theirs"'] }] }), 1],
          [() => Object.assign(stored, { sets: [{ ...stored.sets[0], ttl: 60 }] }), 1],
          [() => stored.sets.splice(0), 0],
        ] as const) {
          stub.listsMessages = listsMessages;
          stored.sets = [];
          put({ values: SPF.rdata });
          stub.interfere(isChange, meddle);
          const answer = await provider.write(zone, both(SPF), signal);
          equal(answer.outcome, 'changed', JSON.stringify(answer));
          deepEqual(answer.outcome === 'changed' && answer.about, { name: NAME, type: 'TXT' });
          equal(stored.sets.length, left);
        }
      });

    it('that put a record, or a CNAME, where none was lets all of it fail', async () => {
      for (const theirs of [{ values: ['"theirs"'] }, { type: 'CNAME', values: ['b.example.net'] }]) {
        stored.sets = [];
        stub.interfere(isChange, () => put(theirs));
        const answer = await provider.write(zone, both(null), signal);
        equal(answer.outcome, 'changed');
        deepEqual(answer.outcome === 'changed' && answer.about, { name: NAME, type: 'TXT' });
        deepEqual(listSets(), [[`${NAME}.`, theirs.type ?? 'TXT', 3600, ...theirs.values]]);
      }
    });
  });

  describe('a change is waited for', () => {
    it('until all servers have it', async () => {
      stub.pollsUntilInSync = 3;
      deepEqual(await writeOver(null, SPF), { outcome: 'done', value: null });
      deepEqual(
        slept.filter((ms) => ms === 2_000),
        [2_000, 2_000, 2_000],
      );
    });

    it('not for ever, and not by whoever may not ask', async () => {
      stub.pollsUntilInSync = 1_000;
      deepEqual(await writeOver(null, SPF), { outcome: 'done', value: null });
      equal(slept.filter((ms) => ms === 2_000).length, 7);
      const denied = { accessKeyId: 'AKIANOCHANGE', secretAccessKey: 'x', denied: ['GetChange'] } as const;
      stub.users.push(denied);
      deepEqual(await open(denied).write(zone, [{ before: SPF, after: null }], signal), {
        outcome: 'done',
        value: null,
      });
      deepEqual(listSets(), []);
    });
  });

  describe('what goes wrong is told as what it is', () => {
    const refusal = (status: number, code: string, message: string): StubFault => ({
      status,
      headers: { 'content-type': 'text/xml' },
      body: `<?xml version="1.0"?><ErrorResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
    });

    it('an access key that was revoked, and a secret that is wrong', async () => {
      for (const key of [
        { ...KEY, accessKeyId: 'AKIAGONE' },
        { ...KEY, secretAccessKey: 'another' },
      ]) {
        const own = open(key);
        equal((await own.listZones(1, signal)).outcome, 'unauthorized');
        equal((await own.write(zone, [{ before: null, after: SPF }], signal)).outcome, 'unauthorized');
      }
    });

    for (const [action, ask] of [
      ['ListHostedZonesByName', (own) => own.findZone('example.com', signal)],
      ['ListResourceRecordSets', (own) => own.read(zone, [NAME], signal)],
      ['ChangeResourceRecordSets', (own) => own.write(zone, [{ before: null, after: SPF }], signal)],
      ['ChangeResourceRecordSets', (own) => own.write(zone, [], signal)],
    ] as readonly (readonly [string, (own: DnsProvider) => Promise<{ outcome: string; detail?: string }>])[])
      it(`a policy without ${action}, which is named, and nobody's account is`, async () => {
        const user = { accessKeyId: `AKIA${action.toUpperCase()}`, secretAccessKey: 'x', denied: [action] } as never;
        stub.users.push(user);
        const answer = await ask(open(user));
        equal(answer.outcome, 'forbidden');
        match(answer.detail ?? '', new RegExp(`^The policy doesn't allow route53:${action}( on arn:\\S+)?\\.$`));
        deepEqual(listSets(), []);
      });

    it('a clock that is off, in both directions', async () => {
      for (const hours of [1, -1]) {
        stub.clockOffsetMs = hours * 3_600_000;
        equal((await provider.listZones(1, signal)).outcome, 'clock_off');
      }
    });

    it('a zone that is not there any more', async () => {
      const gone = { id: 'ZGONE', name: 'example.com' };
      equal((await provider.read(gone, [NAME], signal)).outcome, 'no_such_zone');
    });

    it('a zone without room for more records', async () => {
      stored.limit = 0;
      const answer = await writeOver(null, SPF);
      equal(answer.outcome, 'quota');
      match(answer.outcome === 'quota' ? answer.detail : '', /limit of 0 exceeded/);
    });

    it('a record that Route 53 does not take', async () => {
      const long: RrSet = { ...SPF, rdata: [formatTxt('x'.repeat(4_001))] };
      const answer = await writeOver(null, long);
      equal(answer.outcome, 'refused_record');
      match(answer.outcome === 'refused_record' ? answer.detail : '', /Value is too long/);
      put({ name: 'www.example.com', type: 'A', values: ['192.0.2.1'] });
      const cname: RrSet = { ...SPF, name: 'www.example.com', type: 'CNAME', rdata: [formatTarget('b.example.net')] };
      const beside = await writeOver(null, cname);
      deepEqual(beside.outcome === 'refused_record' && beside.detail, 'A record of type A has the same name.');
    });

    it('too many requests, and another change under way, once they have been tried a few times', async () => {
      const kinds = [
        refusal(400, 'Throttling', 'Rate exceeded'),
        refusal(
          400,
          'PriorRequestNotComplete',
          'The request was rejected because Route 53 was still processing a prior request.',
        ),
      ];
      for (const kind of kinds) {
        slept = [];
        stub.requests.length = 0;
        for (let time = 0; time < 3; time++) stub.failNext(isAny, kind);
        equal((await provider.listZones(1, signal)).outcome, 'throttled');
        equal(stub.requests.length, 3);
        deepEqual(
          slept.filter((ms) => ms >= 1_000),
          [1_000, 2_000],
        );
        stub.failNext(isAny, kind);
        equal((await provider.listZones(1, signal)).outcome, 'done');
      }
    });

    it('an outage, and an answer that makes no sense', async () => {
      stub.failNext(isAny, refusal(503, 'ServiceUnavailable', 'Slow down'));
      equal((await provider.listZones(1, signal)).outcome, 'unavailable');
      stub.failNext(isAny, { status: 500, body: '<html>' });
      equal((await provider.listZones(1, signal)).outcome, 'unavailable');
      stub.failNext(isAny, { status: 200, body: '{"not":"XML"}' });
      equal((await provider.listZones(1, signal)).outcome, 'bad_answer');
    });

    it('a write whose answer is lost may have been carried out', async () => {
      stub.failNext(isChange, 'cut_after');
      const answer = await writeOver(null, SPF);
      deepEqual([answer.outcome, answer.outcome !== 'done' && answer.mayBeWritten], ['unreachable', true]);
      equal(stored.sets.length, 1);
      const controller = new AbortController();
      stub.failNext(isChange, 'silent_after');
      const late = provider.write(zone, [{ before: SPF, after: null }], controller.signal);
      while (stored.sets.length > 0) await turn();
      controller.abort();
      const { outcome, ...rest } = await late;
      deepEqual([outcome, 'mayBeWritten' in rest && rest.mayBeWritten], ['unreachable', true]);
    });

    it('whether one may write is asked without a trace', async () => {
      put({ name: '_autosend-verify.example.com', values: ['"autosend-verify-1"'] });
      const before = listSets();
      deepEqual(await provider.write(zone, [], signal), { outcome: 'done', value: null });
      deepEqual(listSets(), before);
    });
  });
});
