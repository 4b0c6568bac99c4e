import { deepEqual, equal, match } from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { DnsProvider, ProviderZone } from '../../../src/core/publishing/dns-provider.ts';
import { formatMx, formatTarget, formatTxt } from '../../../src/core/publishing/rdata.ts';
import type { RrSet } from '../../../src/core/publishing/rr-set.ts';
import { createDesec } from '../../../src/providers/dns/desec.ts';
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
import { createDesecStub } from '../../support/publishing/desec-stub.ts';
import { keepsTheProviderContract } from '../../support/publishing/provider-contract.ts';
import { findStubTexts, keyOf } from '../../support/publishing/stub-zone.ts';

const NAME = `bounce.${ZONE_NAME}`;
const SPF: RrSet = {
  name: NAME,
  type: 'TXT',
  ttlSeconds: 3600,
  rdata: [formatTxt('v=spf1 include:amazonses.com ~all')],
};
const MX: RrSet = { name: NAME, type: 'MX', ttlSeconds: 3600, rdata: [formatMx(10, 'feedback.example.net')] };

describe('deSEC, on a stub that is as strict as its source', { skip: explainMissing(['openssl']) }, () => {
  const { signal } = new AbortController();
  const desec = createDesecStub();
  let bench: ApiBench;
  let provider: DnsProvider;
  let zone: ProviderZone;
  const domain = () => desec.domains.get(ZONE_NAME) ?? desec.addDomain(ZONE_NAME);
  const put = (name: string, type: string, values: string[]) =>
    domain().rrSets.set(keyOf(name, type), { name, type, ttl: 3600, values });

  before(async () => {
    bench = await startApiBench({ host: 'desec.io', basePath: '/api/v1', answer: desec.answer, create: createDesec });
    desec.tokens.set(TOKENS.write, { mayWrite: () => true });
    desec.tokens.set(TOKENS.read, { mayWrite: () => false });
  });
  after(() => bench.close());
  beforeEach(async () => {
    desec.domains.clear();
    desec.pageSize = 500;
    desec.changesLeft = null;
    desec.addDomain(ZONE_NAME);
    provider = bench.open();
    zone = await openZone(provider);
    bench.stub.requests.length = 0;
  });

  keepsTheProviderContract(() => ({ provider, zoneName: ZONE_NAME }));
  tellsFaultsApart(() => ({
    name: 'desec',
    bench,
    throttled: { status: 429, headers: { 'retry-after': '7' }, body: { detail: 'Request was throttled.' } },
    findTexts: (name) => findStubTexts(domain(), name),
  }));

  it('lists the domains of all pages, and stops when there are enough', async () => {
    desec.pageSize = 3;
    for (let number = 0; number < 7; number += 1) desec.addDomain(`d${number}.example`);
    const all = await provider.listZones(100, signal);
    equal(all.outcome === 'done' && all.value?.length, 8);
    bench.stub.requests.length = 0;
    const some = await provider.listZones(2, signal);
    equal(some.outcome === 'done' && some.value?.length, 2);
    equal(bench.stub.requests.length, 1);
  });

  it('reads a small zone with one request, and a large one name by name', async () => {
    const names = ['a', 'b', 'c'].map((label) => `${label}.${ZONE_NAME}`);
    put('b', 'TXT', [formatTxt('here')]);
    equal((await provider.read(zone, names, signal)).outcome, 'done');
    equal(bench.stub.requests.length, 1);
    desec.pageSize = 1;
    put('other', 'A', ['192.0.2.1']);
    const found = await provider.read(zone, [...names, ZONE_NAME], signal);
    deepEqual(found, { outcome: 'done', value: [{ ...SPF, name: names[1], rdata: [formatTxt('here')] }] });
    equal(bench.stub.requests.length, 6);
  });

  it('makes all changes with one request, as a whole or not at all', async () => {
    put('bounce', 'TXT', [formatTxt('old')]);
    const old = { ...SPF, rdata: [formatTxt('old')] };
    const changes = [
      { before: old, after: SPF },
      { before: null, after: MX },
    ];
    const refused = [...changes, { before: null, after: { ...MX, name: `low.${ZONE_NAME}`, ttlSeconds: 60 } }];
    const answer = await provider.write(zone, refused, signal);
    equal(answer.outcome, 'refused_record');
    match('detail' in answer ? answer.detail : '', /greater than or equal to 3600/);
    deepEqual('about' in answer && answer.about, { name: `low.${ZONE_NAME}`, type: 'MX' });
    deepEqual(findStubTexts(domain(), NAME), ['old']);
    bench.stub.requests.length = 0;
    deepEqual(await provider.write(zone, changes, signal), { outcome: 'done', value: null });
    equal(bench.stub.requests.filter(isWrite).length, 1);
    deepEqual(findStubTexts(domain(), NAME), ['v=spf1 include:amazonses.com ~all']);
  });

  it('never replaces what somebody created between its reading and its writing', async () => {
    bench.stub.interfere(isWrite, () => put('bounce', 'TXT', [formatTxt('theirs')]));
    const answer = await provider.write(
      zone,
      [
        { before: null, after: SPF },
        { before: null, after: MX },
      ],
      signal,
    );
    deepEqual({ ...answer, detail: '' }, { outcome: 'changed', detail: '', about: { name: NAME, type: 'TXT' } });
    deepEqual(findStubTexts(domain(), NAME), ['theirs']);
    equal(domain().rrSets.size, 1);
  });

  it("doesn't create anew what somebody removed between its reading and its writing", async () => {
    put('bounce', 'TXT', [formatTxt('old')]);
    bench.stub.interfere(isWrite, () => domain().rrSets.clear());
    const before = { ...SPF, rdata: [formatTxt('old')] };
    const answer = await provider.write(zone, [{ before, after: SPF }], signal);
    equal(answer.outcome, 'changed');
    equal(domain().rrSets.size, 0);
  });

  it('tells a conflict with a record that it never reads as a refusal of the record, in the words of deSEC', async () => {
    put('bounce', 'A', ['192.0.2.1']);
    const cname: RrSet = { name: NAME, type: 'CNAME', ttlSeconds: 3600, rdata: [formatTarget('target.example.net')] };
    const answer = await provider.write(zone, [{ before: null, after: cname }], signal);
    equal(answer.outcome, 'refused_record');
    match('detail' in answer ? answer.detail : '', /conflicting type present at same subname/);
  });

  it('tells that a domain takes only so many changes a second, with the wait that deSEC names', async () => {
    desec.changesLeft = 0;
    const answer = await provider.write(zone, [{ before: null, after: SPF }], signal);
    equal(answer.outcome, 'throttled');
    equal('retryAfterSeconds' in answer && answer.retryAfterSeconds, 1);
    match('detail' in answer ? answer.detail : '', /2 changes a second/);
  });

  it('a domain that went away meanwhile is no zone any more', async () => {
    desec.domains.clear();
    equal((await provider.read(zone, [NAME], signal)).outcome, 'no_such_zone');
    equal((await provider.write(zone, [{ before: null, after: SPF }], signal)).outcome, 'no_such_zone');
  });
});
