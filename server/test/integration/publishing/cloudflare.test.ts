import { deepEqual, equal, match } from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { DnsProvider, ProviderZone } from '../../../src/core/publishing/dns-provider.ts';
import { formatMx, formatTarget, formatTxt } from '../../../src/core/publishing/rdata.ts';
import type { RrSet } from '../../../src/core/publishing/rr-set.ts';
import { createCloudflare } from '../../../src/providers/dns/cloudflare.ts';
import { explainMissing } from '../../support/daemon.ts';
import { type CloudflareStub, type StubZone, startCloudflareStub } from '../../support/publishing/cloudflare-stub.ts';
import type { StubRequest } from '../../support/publishing/https-stub.ts';
import { createLocalTools } from '../../support/publishing/local-tools.ts';
import { keepsTheProviderContract } from '../../support/publishing/provider-contract.ts';
import { createTestAuthority, type TestAuthority } from '../../support/publishing/test-authority.ts';

const TOKEN = 'a'.repeat(40);
const NAME = 'bounce.example.com';
const SPF: RrSet = {
  name: NAME,
  type: 'TXT',
  ttlSeconds: 3600,
  rdata: [formatTxt('v=spf1 include:amazonses.com ~all')],
};
const isBatch = ({ path }: StubRequest) => path.endsWith('/batch');
const isAny = () => true;

describe('Cloudflare, on a stub that is as strict as its documentation', { skip: explainMissing(['openssl']) }, () => {
  const { signal } = new AbortController();
  let authority: TestAuthority;
  let stub: CloudflareStub;
  let provider: DnsProvider;
  let stored: StubZone;
  let zone: ProviderZone;

  before(async () => {
    authority = await createTestAuthority();
    stub = await startCloudflareStub(authority, TOKEN);
    provider = open(TOKEN);
  });
  after(async () => {
    await stub.close();
    await authority.close();
  });
  beforeEach(() => {
    stub.zones.length = 0;
    stub.requests.length = 0;
    stub.pageSize = Number.POSITIVE_INFINITY;
    stored = stub.addZone('example.com');
    zone = { id: stored.id, name: stored.name };
  });

  const open = (apiToken: string) =>
    createCloudflare({ apiToken, endpoint: stub.endpoint }, createLocalTools({ ca: authority.ca }));
  const put = (fields: object) => stub.put(stored, { name: NAME, type: 'TXT', ttl: 3600, ...fields });
  const listContents = () => stored.records.map(({ content }) => content).sort();
  const writeOver = (before: RrSet | null, after: RrSet | null) => provider.write(zone, [{ before, after }], signal);

  keepsTheProviderContract(() => ({ provider, zoneName: 'example.com' }));

  describe('zones', () => {
    it('are listed over all pages, without those whose records are somewhere else', async () => {
      for (let number = 0; number < 60; number++) stub.addZone(`customer${number}.example`);
      stub.addZone('secondary.example', { type: 'secondary' });
      stub.addZone('partial.example', { type: 'partial' });
      stub.addZone('moved.example', { status: 'moved' });
      const all = await provider.listZones(1_000, signal);
      equal(all.outcome === 'done' && all.value?.length, 61);
      deepEqual(
        stub.requests.map(({ search }) => search),
        ['page=1&per_page=50', 'page=2&per_page=50'],
      );
      const some = await provider.listZones(50, signal);
      equal(some.outcome === 'done' && some.value?.length, 50);
      equal(stub.requests.length, 3);
    });

    it('of one name are told apart by which of them is served', async () => {
      stub.zones.length = 0;
      stub.addZone('example.com', { status: 'pending' });
      const active = stub.addZone('example.com');
      const answer = await provider.findZone('example.com', signal);
      equal(answer.outcome === 'done' && answer.value?.id, active.id);
    });

    it('that are pending are found: their records may be there before the name servers change', async () => {
      stub.zones.length = 0;
      const pending = stub.addZone('example.com', { status: 'pending' });
      const answer = await provider.findZone('example.com', signal);
      equal(answer.outcome === 'done' && answer.value?.id, pending.id);
    });
  });

  describe('records', () => {
    it('are read in sets, with 300 seconds for an automatic TTL and texts as they are answered', async () => {
      put({ content: 'v=spf1 include:a.example ~all', ttl: 1 });
      put({ content: '"v=DKIM1; " "k=rsa"' });
      put({ type: 'MX', content: 'MX.example.net', priority: 10 });
      put({ type: 'A', content: '192.0.2.1', proxied: true });
      put({ name: 'www', type: 'CNAME', content: 'app.example.net', proxied: true });
      const answer = await provider.read(zone, [NAME, 'www.example.com', 'none.example.com'], signal);
      deepEqual(answer, {
        outcome: 'done',
        value: [
          {
            name: NAME,
            type: 'TXT',
            ttlSeconds: 300,
            rdata: ['"v=spf1 include:a.example ~all"', '"v=DKIM1; " "k=rsa"'],
          },
          { name: NAME, type: 'MX', ttlSeconds: 3600, rdata: [formatMx(10, 'mx.example.net')] },
          { name: 'www.example.com', type: 'CNAME', ttlSeconds: 300, rdata: [formatTarget('app.example.net')] },
        ],
      });
    });

    it('of one name are read over all pages', async () => {
      stub.pageSize = 2;
      for (const text of ['one', 'two', 'three', 'four', 'five']) put({ content: `"${text}"` });
      const answer = await provider.read(zone, [NAME], signal);
      equal(answer.outcome === 'done' && answer.value[0]?.rdata.length, 5);
    });

    it('that stay are left alone, and one that is replaced keeps its comment', async () => {
      const other = put({ content: '"site-verification=1"', comment: 'asked for by marketing' });
      put({ content: 'v=spf1 include:a.example ~all', ttl: 1, comment: 'SPF of the newsletter' });
      const before: RrSet = {
        ...SPF,
        rdata: [formatTxt('site-verification=1'), formatTxt('v=spf1 include:a.example ~all')],
      };
      const merged = formatTxt('v=spf1 include:a.example include:amazonses.com ~all');
      const after: RrSet = { ...SPF, rdata: [formatTxt('site-verification=1'), merged] };
      deepEqual(await writeOver(before, after), { outcome: 'done', value: null });
      equal(stored.records[0], other);
      const [, replaced] = stored.records;
      equal(stored.records.length, 2);
      deepEqual([replaced?.content, replaced?.comment], [merged, 'SPF of the newsletter']);
    });

    it('of another type take the place of a CNAME, in whatever order they are asked for', async () => {
      put({ type: 'CNAME', content: 'b.example.net' });
      const cname: RrSet = { ...SPF, type: 'CNAME', rdata: [formatTarget('b.example.net')] };
      const changes = [
        { before: null, after: SPF },
        { before: cname, after: null },
      ];
      deepEqual(await provider.write(zone, changes, signal), { outcome: 'done', value: null });
      deepEqual(listContents(), SPF.rdata);
    });

    it('that are right already cost no write', async () => {
      put({ content: SPF.rdata[0] });
      deepEqual(await writeOver(SPF, SPF), { outcome: 'done', value: null });
      equal(stub.requests.some(isBatch), false);
    });

    it('are never proxied, and their TTL is one that the plan takes', async () => {
      const cname: RrSet = {
        name: 'a.example.com',
        type: 'CNAME',
        ttlSeconds: 0,
        rdata: [formatTarget('b.example.net')],
      };
      await writeOver(null, cname);
      await writeOver(null, { ...SPF, ttlSeconds: 604_800 });
      deepEqual(
        stored.records.map(({ proxied, ttl, content }) => [proxied, ttl, content]),
        [
          [false, 60, 'b.example.net'],
          [false, 86_400, SPF.rdata[0]],
        ],
      );
    });
  });

  describe('a change by somebody else between our read and our write', () => {
    const theirs = '"v=spf1 include:theirs.example ~all"';

    it('of a record that we replace is put back', async () => {
      const record = put({ content: SPF.rdata[0] });
      const other: RrSet = {
        name: 'k._domainkey.example.com',
        type: 'TXT',
        ttlSeconds: 3600,
        rdata: [formatTxt('p=')],
      };
      stub.interfere(isBatch, () => stub.edit(stored, record.id, { content: theirs }));
      const changes = [
        { before: null, after: other },
        { before: SPF, after: { ...SPF, rdata: [formatTxt('v=spf1 ~all')] } },
      ];
      const answer = await provider.write(zone, changes, signal);
      equal(answer.outcome, 'changed');
      deepEqual(answer.outcome === 'changed' && answer.about, { name: NAME, type: 'TXT' });
      deepEqual(listContents(), [theirs]);
    });

    it('of a record that we take away is put back', async () => {
      const record = put({ content: SPF.rdata[0], comment: 'a note' });
      stub.interfere(isBatch, () => stub.edit(stored, record.id, { content: theirs }));
      equal((await writeOver(SPF, null)).outcome, 'changed');
      deepEqual(listContents(), [theirs]);
      equal(stored.records[0]?.comment, 'a note');
    });

    it('is told in full where it cannot be put back', async () => {
      const record = put({ content: SPF.rdata[0] });
      stub.interfere(isBatch, () => stub.edit(stored, record.id, { content: theirs }));
      stub.interfere(isBatch, () => stub.failNext(isBatch, { status: 503 }));
      const answer = await writeOver(SPF, null);
      equal(answer.outcome, 'changed');
      match(answer.outcome === 'changed' ? answer.detail : '', /couldn't be put back.*include:theirs\.example/);
    });

    it('that took the record away lets all of the write fail', async () => {
      const record = put({ content: SPF.rdata[0] });
      stub.interfere(isBatch, () => {
        stored.records = stored.records.filter(({ id }) => id !== record.id);
      });
      const after = { ...SPF, rdata: [formatTxt('v=spf1 ~all')] };
      equal((await writeOver(SPF, after)).outcome, 'changed');
      deepEqual(listContents(), []);
    });

    it('that added the same record, or a CNAME, lets all of the write fail', async () => {
      for (const fields of [{ content: SPF.rdata[0] }, { type: 'CNAME', content: 'b.example.net' }]) {
        stored.records = [];
        stub.interfere(isBatch, () => put(fields));
        const other: RrSet = { ...SPF, name: 'other.example.com' };
        const changes = [other, SPF].map((after) => ({ before: null, after }));
        equal((await provider.write(zone, changes, signal)).outcome, 'changed');
        deepEqual(listContents(), [fields.content]);
      }
    });
  });

  describe('what goes wrong is told as what it is', () => {
    const answers = async (own: DnsProvider) => {
      const listed = await own.listZones(10, signal);
      const read = await own.read(zone, [NAME], signal);
      const written = await own.write(zone, [{ before: null, after: SPF }], signal);
      const asked = await own.write(zone, [], signal);
      return [listed.outcome, read.outcome, written.outcome, asked.outcome];
    };
    const grant = (token: string, may: object) =>
      stub.tokens.set(token, { mayReadZones: true, mayReadRecords: true, mayEditRecords: true, ...may });

    it('a token that was revoked, or is none', async () => {
      deepEqual(await answers(open('b'.repeat(40))), Array(4).fill('unauthorized'));
      deepEqual(await answers(open('short')), Array(4).fill('unauthorized'));
    });

    it('a token that may read and not change records, also where nothing is to be changed', async () => {
      grant('r'.repeat(40), { mayEditRecords: false });
      deepEqual(await answers(open('r'.repeat(40))), ['done', 'done', 'forbidden', 'forbidden']);
      deepEqual(listContents(), []);
    });

    it('a token that sees zones and not their records', async () => {
      grant('z'.repeat(40), { mayReadRecords: false, mayEditRecords: false });
      deepEqual(await answers(open('z'.repeat(40))), ['done', 'forbidden', 'forbidden', 'forbidden']);
    });

    it('a token for another zone', async () => {
      stub.addZone('other.example');
      grant('o'.repeat(40), { zones: ['other.example'] });
      const own = open('o'.repeat(40));
      deepEqual(await answers(own), ['done', 'forbidden', 'forbidden', 'forbidden']);
      deepEqual(await own.findZone('example.com', signal), { outcome: 'done', value: null });
    });

    it('a zone that is not there any more', async () => {
      const gone = { id: 'no-id', name: 'example.com' };
      equal((await provider.read(gone, [NAME], signal)).outcome, 'no_such_zone');
    });

    it('a plan without room for more records, with the figures', async () => {
      stored.quota = 1;
      put({ name: 'www', content: '"there"' });
      const answer = await writeOver(null, SPF);
      deepEqual(answer, {
        outcome: 'quota',
        detail: 'Record quota exceeded. (81045) The zone has 1 of at most 1 records.',
      });
    });

    it('a record that Cloudflare does not take', async () => {
      const long: RrSet = { ...SPF, rdata: [formatTxt('x'.repeat(4_081))] };
      const answer = await writeOver(null, long);
      equal(answer.outcome, 'refused_record');
      match(answer.outcome === 'refused_record' ? answer.detail : '', /4096 wire format bytes.*\(9015\)/);
      deepEqual(await writeOver(null, { ...SPF, rdata: [formatTxt('x'.repeat(4_080))] }), {
        outcome: 'done',
        value: null,
      });
    });

    it('a CNAME beside an address, which is no change by somebody else', async () => {
      put({ type: 'A', content: '192.0.2.1' });
      const cname: RrSet = { ...SPF, type: 'CNAME', rdata: [formatTarget('b.example.net')] };
      const detail = 'A record of type A has the same name.';
      deepEqual(await writeOver(null, cname), {
        outcome: 'refused_record',
        detail,
        about: { name: NAME, type: 'CNAME' },
      });
    });

    it('too many requests, with the time to wait', async () => {
      stub.failNext(isAny, { status: 429, headers: { 'retry-after': '217' }, body: 'slow down' });
      const answer = await provider.listZones(1, signal);
      deepEqual(answer, { outcome: 'throttled', detail: 'HTTP 429', retryAfterSeconds: 217 });
    });

    it('an outage, whatever its page says', async () => {
      for (const status of [500, 502, 530]) {
        stub.failNext(isAny, { status, headers: { 'content-type': 'text/html' }, body: '<html>Bad gateway</html>' });
        equal((await provider.listZones(1, signal)).outcome, 'unavailable');
      }
    });

    it('an answer that makes no sense', async () => {
      for (const body of ['<html>', '{}', '{"success":true,"result":[{"id":7}]}', 'null', '[]']) {
        stub.failNext(isAny, { status: 200, body });
        equal((await provider.listZones(1, signal)).outcome, 'bad_answer', body);
      }
    });

    it('a write whose answer is lost may have been carried out', async () => {
      stub.failNext(isBatch, 'cut_after');
      const answer = await writeOver(null, SPF);
      deepEqual([answer.outcome, answer.outcome !== 'done' && answer.mayBeWritten], ['unreachable', true]);
      deepEqual(listContents(), SPF.rdata);
      const controller = new AbortController();
      stub.failNext(isBatch, 'silent_after');
      const late = provider.write(zone, [{ before: SPF, after: null }], controller.signal);
      while (stored.records.length > 0) await turn();
      controller.abort();
      const { outcome, ...rest } = await late;
      deepEqual([outcome, 'mayBeWritten' in rest && rest.mayBeWritten], ['unreachable', true]);
    });

    it('a request that was never heard before the write leaves nothing open', async () => {
      stub.failNext(isAny, { status: 502 });
      const answer = await writeOver(null, SPF);
      deepEqual([answer.outcome, 'mayBeWritten' in answer], ['unavailable', false]);
    });

    it('the token is in no answer', async () => {
      stub.failNext(isAny, { status: 400, body: { success: false, errors: [{ code: 1004, message: 'bad' }] } });
      equal(JSON.stringify(await writeOver(null, SPF)).includes(TOKEN), false);
    });
  });
});
