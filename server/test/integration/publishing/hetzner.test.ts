import { deepEqual, equal, match } from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { DnsProvider, ProviderZone } from '../../../src/core/publishing/dns-provider.ts';
import { formatTarget, formatTxt } from '../../../src/core/publishing/rdata.ts';
import type { RrSet } from '../../../src/core/publishing/rr-set.ts';
import { createHetzner } from '../../../src/providers/dns/hetzner.ts';
import { explainMissing } from '../../support/daemon.ts';
import {
  type ApiBench,
  isWrite,
  openZone,
  startApiBench,
  TOKENS,
  ZONE_NAME,
} from '../../support/publishing/api-bench.ts';
import { tellsFaultsApart } from '../../support/publishing/api-faults.ts';
import type { HetznerZone } from '../../support/publishing/hetzner-rules.ts';
import { createHetznerStub } from '../../support/publishing/hetzner-stub.ts';
import { keepsTheProviderContract } from '../../support/publishing/provider-contract.ts';
import { findStubTexts, keyOf } from '../../support/publishing/stub-zone.ts';

const NAME = `bounce.${ZONE_NAME}`;
const SPF: RrSet = { name: NAME, type: 'TXT', ttlSeconds: 3600, rdata: [formatTxt('v=spf1 ~all')] };
const ONE = formatTxt('one');
const TWO = formatTxt('two');

describe('Hetzner Cloud, on a stub by its documentation', { skip: explainMissing(['openssl']) }, () => {
  const { signal } = new AbortController();
  const hetzner = createHetznerStub();
  let bench: ApiBench;
  let provider: DnsProvider;
  let zone: ProviderZone;
  let stored: HetznerZone;
  const put = (name: string, type: string, values: string[], ttl: number | null = 3600) =>
    stored.rrSets.set(keyOf(name, type), { name, type, ttl, values });
  const listActs = () =>
    bench.stub.requests.filter(isWrite).map(({ method, path }) => `${method} ${path.split('/').slice(4).join('/')}`);

  before(async () => {
    const answer = hetzner.answer;
    bench = await startApiBench({ host: 'api.hetzner.cloud', basePath: '/v1', answer, create: createHetzner });
    hetzner.tokens.set(TOKENS.write, 'write').set(TOKENS.read, 'read');
  });
  after(() => bench.close());
  beforeEach(async () => {
    hetzner.zones.clear();
    hetzner.mostRecords = null;
    hetzner.polls = 1;
    hetzner.failNextAction = null;
    stored = hetzner.addZone(ZONE_NAME);
    provider = bench.open();
    zone = await openZone(provider);
    bench.stub.requests.length = 0;
  });

  keepsTheProviderContract(() => ({ provider, zoneName: ZONE_NAME }));
  tellsFaultsApart(() => ({
    name: 'hetzner',
    bench,
    throttled: {
      status: 429,
      headers: { 'ratelimit-reset': String(Math.floor(Date.now() / 1000) + 7), 'retry-after': '7' },
      body: { error: { code: 'rate_limit_exceeded', message: 'limit of 3600 requests per hour reached' } },
    },
    findTexts: (name) => findStubTexts(stored, name),
  }));

  it('lists the zones of all pages, without those that are copies of another server', async () => {
    for (let number = 0; number < 60; number += 1) hetzner.addZone(`d${number}.example`);
    hetzner.addZone('copy.example', 'secondary');
    const all = await provider.listZones(1000, signal);
    equal(all.outcome === 'done' && all.value?.length, 61);
    equal(bench.stub.requests.length, 2);
    const copy = await provider.findZone('copy.example', signal);
    equal(copy.outcome, 'no_such_zone');
    match('detail' in copy ? copy.detail : '', /secondary mode/);
  });

  it('reads a large zone name by name, and a set without a TTL with that of its zone', async () => {
    for (let number = 0; number < 101; number += 1) put(`n${number}`, 'TXT', [ONE], null);
    const names = ['n1', 'n99', 'none'].map((label) => `${label}.${ZONE_NAME}`);
    const found = await provider.read(zone, names, signal);
    const expected = names.slice(0, 2).map((name) => ({ ...SPF, name, ttlSeconds: 10_800, rdata: [ONE] }));
    deepEqual(found, { outcome: 'done', value: expected });
  });

  it('waits for the end of every action, and makes the next change only then', async () => {
    hetzner.polls = 4;
    const changes = ['a', 'b'].map((label) => ({ before: null, after: { ...SPF, name: `${label}.${ZONE_NAME}` } }));
    deepEqual(await provider.write(zone, changes, signal), { outcome: 'done', value: null });
    equal(stored.rrSets.size, 2);
    equal(bench.stub.requests.filter(({ path }) => /\/actions\/\d+$/.test(path)).length, 8);
  });

  it('an action that fails is told with its reason, one that takes too long as one that may still be made', async () => {
    hetzner.failNextAction = { code: 'service_error', message: 'the name servers did not take the zone' };
    const failed = await provider.write(zone, [{ before: null, after: SPF }], signal);
    equal(failed.outcome, 'unavailable');
    match('detail' in failed ? failed.detail : '', /did not take the zone/);
    equal('mayBeWritten' in failed && failed.mayBeWritten, true);
    hetzner.polls = 100_000;
    const slow = await provider.write(zone, [{ before: null, after: { ...SPF, name: `slow.${ZONE_NAME}` } }], signal);
    equal(slow.outcome, 'unavailable');
    equal('mayBeWritten' in slow && slow.mayBeWritten, true);
    equal(bench.stub.requests.length < 200, true);
  });

  it('never replaces what somebody created between its reading and its writing', async () => {
    bench.stub.interfere(isWrite, () => put('bounce', 'TXT', [ONE]));
    const answer = await provider.write(zone, [{ before: null, after: SPF }], signal);
    deepEqual({ ...answer, detail: '' }, { outcome: 'changed', detail: '', about: { name: NAME, type: 'TXT' } });
    deepEqual(findStubTexts(stored, NAME), ['one']);
  });

  it('adds and removes records by their values, so that what somebody adds to the set meanwhile stays', async () => {
    put('bounce', 'TXT', [ONE]);
    const one = { ...SPF, rdata: [ONE] };
    const both = { ...SPF, rdata: [ONE, TWO] };
    bench.stub.interfere(isWrite, () => put('bounce', 'TXT', [ONE, formatTxt('theirs')]));
    equal((await provider.write(zone, [{ before: one, after: both }], signal)).outcome, 'done');
    deepEqual(findStubTexts(stored, NAME).sort(), ['one', 'theirs', 'two']);
    put('bounce', 'TXT', [ONE, TWO]);
    bench.stub.interfere(isWrite, () => put('bounce', 'TXT', [ONE, TWO, formatTxt('theirs')]));
    equal((await provider.write(zone, [{ before: both, after: null }], signal)).outcome, 'done');
    deepEqual(findStubTexts(stored, NAME), ['theirs']);
    deepEqual(listActs(), [
      'POST rrsets/bounce/TXT/actions/add_records',
      'POST rrsets/bounce/TXT/actions/remove_records',
    ]);
  });

  it('exchanges records at once, and changes a TTL after them', async () => {
    put('bounce', 'TXT', [ONE], null);
    const before = { ...SPF, rdata: [ONE], ttlSeconds: 10_800 };
    equal((await provider.write(zone, [{ before, after: SPF }], signal)).outcome, 'done');
    deepEqual(stored.rrSets.get(keyOf('bounce', 'TXT'))?.ttl, 3600);
    deepEqual(listActs(), ['POST rrsets/bounce/TXT/actions/set_records', 'POST rrsets/bounce/TXT/actions/change_ttl']);
  });

  it('overwrites nothing that changed since its reading, and keeps what the owner noted about a record that stays', async () => {
    const [before, after] = [
      { ...SPF, rdata: [ONE, TWO] },
      { ...SPF, rdata: [ONE, ...SPF.rdata] },
    ];
    put('bounce', 'TXT', [ONE, TWO]);
    const isSecondReading = ({ path }: { path: string }) => path.endsWith('/rrsets/bounce/TXT');
    bench.stub.interfere(isSecondReading, () => put('bounce', 'TXT', [ONE, TWO, formatTxt('theirs')]));
    equal((await provider.write(zone, [{ before, after }], signal)).outcome, 'changed');
    deepEqual(findStubTexts(stored, NAME), ['one', 'two', 'theirs']);
    const comments = new Map([[ONE, 'of the shop']]);
    stored.rrSets.set(keyOf('bounce', 'TXT'), { name: 'bounce', type: 'TXT', ttl: 3600, values: [ONE, TWO], comments });
    equal((await provider.write(zone, [{ before, after }], signal)).outcome, 'done');
    deepEqual(comments.get(ONE), 'of the shop');
    deepEqual(findStubTexts(stored, NAME), ['one', 'v=spf1 ~all']);
  });

  it('tells that a set is protected, and not that the token is at fault', async () => {
    put('bounce', 'TXT', [ONE]);
    const body = { error: { code: 'protected', message: 'RRSet is protected' } };
    bench.stub.failNext(isWrite, { status: 423, body });
    const answer = await provider.write(zone, [{ before: { ...SPF, rdata: [ONE] }, after: null }], signal);
    equal(answer.outcome, 'refused_record');
    match('detail' in answer ? answer.detail : '', /protected against changes/);
  });

  it('lets what goes make room for what comes at the same name', async () => {
    put('bounce', 'CNAME', ['old.example.net.']);
    const cname: RrSet = { ...SPF, type: 'CNAME', rdata: [formatTarget('old.example.net')] };
    const changes = [
      { before: null, after: SPF },
      { before: cname, after: null },
    ];
    equal((await provider.write(zone, changes, signal)).outcome, 'done');
    deepEqual([...stored.rrSets.keys()], [keyOf('bounce', 'TXT')]);
  });

  it('tells that the project has no room for more records, and of what was written before', async () => {
    hetzner.mostRecords = 1;
    const changes = ['a', 'b'].map((label) => ({ before: null, after: { ...SPF, name: `${label}.${ZONE_NAME}` } }));
    const answer = await provider.write(zone, changes, signal);
    deepEqual(
      { ...answer, detail: '' },
      { outcome: 'quota', detail: '', about: { name: `b.${ZONE_NAME}`, type: 'TXT' }, mayBeWritten: true },
    );
    match('detail' in answer ? answer.detail : '', /record limit exceeded/);
  });

  it('a zone that went away meanwhile is no zone any more; one at work is tried later', async () => {
    bench.stub.failNext(isWrite, { status: 423, body: { error: { code: 'locked', message: 'zone is locked' } } });
    equal((await provider.write(zone, [{ before: null, after: SPF }], signal)).outcome, 'throttled');
    hetzner.zones.clear();
    equal((await provider.read(zone, [NAME], signal)).outcome, 'no_such_zone');
    equal((await provider.write(zone, [{ before: null, after: SPF }], signal)).outcome, 'no_such_zone');
  });
});
