import { deepEqual, equal, match } from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { DnsProvider, ProviderZone } from '../../../src/core/publishing/dns-provider.ts';
import { formatMx, formatTarget, formatTxt } from '../../../src/core/publishing/rdata.ts';
import type { RrSet } from '../../../src/core/publishing/rr-set.ts';
import { createGandi } from '../../../src/providers/dns/gandi.ts';
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
import { createGandiStub } from '../../support/publishing/gandi-stub.ts';
import { keepsTheProviderContract } from '../../support/publishing/provider-contract.ts';
import { findStubTexts, keyOf, type StubZone } from '../../support/publishing/stub-zone.ts';

const NAME = `bounce.${ZONE_NAME}`;
const SPF: RrSet = { name: NAME, type: 'TXT', ttlSeconds: 3600, rdata: [formatTxt('v=spf1 ~all')] };

describe('Gandi, on a stub by its documentation', { skip: explainMissing(['openssl']) }, () => {
  const { signal } = new AbortController();
  const gandi = createGandiStub();
  let bench: ApiBench;
  let provider: DnsProvider;
  let zone: ProviderZone;
  let stored: StubZone;
  const put = (name: string, type: string, values: string[]) =>
    stored.rrSets.set(keyOf(name, type), { name, type, ttl: 3600, values });
  const listWrites = () => bench.stub.requests.filter(isWrite).map(({ method, path }) => `${method} ${path.slice(12)}`);

  before(async () => {
    const answer = gandi.answer;
    bench = await startApiBench({ host: 'api.gandi.net', basePath: '/v5/livedns', answer, create: createGandi });
    gandi.tokens.set(TOKENS.write, 'write').set(TOKENS.read, 'read');
  });
  after(() => bench.close());
  beforeEach(async () => {
    gandi.domains.clear();
    stored = gandi.addDomain(ZONE_NAME);
    provider = bench.open();
    zone = await openZone(provider);
    bench.stub.requests.length = 0;
  });

  keepsTheProviderContract(() => ({ provider, zoneName: ZONE_NAME }));
  tellsFaultsApart(() => ({
    name: 'gandi',
    bench,
    throttled: { status: 429, headers: { 'retry-after': '7' }, body: { code: 429, message: 'Too many requests' } },
    findTexts: (name) => findStubTexts(stored, name),
  }));

  it('lists the domains of all pages', async () => {
    for (let number = 0; number < 500; number += 1) gandi.addDomain(`d${number}.example`);
    const all = await provider.listZones(1000, signal);
    equal(all.outcome === 'done' && all.value?.length, 501);
    equal(bench.stub.requests.length, 2);
  });

  it('a domain of somebody else is none of ours', async () => {
    bench.stub.failNext(() => true, {
      status: 403,
      body: { code: 403, message: 'Access was denied to this resource.' },
    });
    deepEqual(await provider.findZone('example.org', signal), { outcome: 'done', value: null });
  });

  it('reads texts without quotes and hosts without a final dot as DNS has them', async () => {
    put('', 'TXT', ['google-site-verification=1', '"v=spf1 " "-all"']);
    put('', 'MX', ['10 mail', '20 mx.example.net.']);
    put('alias', 'CNAME', ['@']);
    const found = await provider.read(zone, [ZONE_NAME, `alias.${ZONE_NAME}`, NAME], signal);
    deepEqual(found.outcome === 'done' && found.value.map(({ rdata }) => rdata), [
      [formatTxt('google-site-verification=1'), '"v=spf1 " "-all"'],
      [formatMx(10, `mail.${ZONE_NAME}`), formatMx(20, 'mx.example.net')],
      [formatTarget(ZONE_NAME)],
    ]);
  });

  it('reads a large zone name by name', async () => {
    for (let number = 0; number < 500; number += 1) put(`n${number}`, 'TXT', ['"x"']);
    put('bounce', 'TXT', SPF.rdata.slice());
    const found = await provider.read(zone, [NAME, `n7.${ZONE_NAME}`, `none.${ZONE_NAME}`], signal);
    equal(found.outcome === 'done' && found.value.length, 2);
    equal(bench.stub.requests.length, 4);
  });

  it('creates, changes and removes each set by its name and type, also at the domain itself', async () => {
    const own = { ...SPF, name: ZONE_NAME };
    const changed = { ...own, rdata: [formatTxt('v=spf1 -all')] };
    for (const change of [
      { before: null, after: own },
      { before: own, after: changed },
      { before: changed, after: null },
    ])
      equal((await provider.write(zone, [change], signal)).outcome, 'done');
    const path = `domains/${ZONE_NAME}/records/@/TXT`.replace('@', '%40');
    deepEqual(listWrites(), [`POST ${path}`, `PUT ${path}`, `DELETE ${path}`]);
  });

  it('never replaces what somebody created between its reading and its writing', async () => {
    bench.stub.interfere(isWrite, () => put('bounce', 'TXT', ['"theirs"']));
    const answer = await provider.write(zone, [{ before: null, after: SPF }], signal);
    deepEqual({ ...answer, detail: '' }, { outcome: 'changed', detail: '', about: { name: NAME, type: 'TXT' } });
    deepEqual(findStubTexts(stored, NAME), ['theirs']);
  });

  it('tells a conflict with a record that it never reads as a refusal of the record', async () => {
    put('bounce', 'A', ['192.0.2.1']);
    const cname: RrSet = { ...SPF, type: 'CNAME', rdata: [formatTarget('target.example.net')] };
    const answer = await provider.write(zone, [{ before: null, after: cname }], signal);
    equal(answer.outcome, 'refused_record');
    match('detail' in answer ? answer.detail : '', /CNAME conflicts/);
  });

  it('tells what is wrong with which field', async () => {
    const answer = await provider.write(zone, [{ before: null, after: { ...SPF, ttlSeconds: 60 } }], signal);
    equal(answer.outcome, 'refused_record');
    match('detail' in answer ? answer.detail : '', /rrset_ttl/);
  });

  it('a domain that went away meanwhile takes nothing', async () => {
    gandi.domains.clear();
    equal((await provider.read(zone, [NAME], signal)).outcome, 'no_such_zone');
    equal((await provider.read(zone, [NAME, 'a.example.com', 'b.example.com'], signal)).outcome, 'no_such_zone');
    equal((await provider.write(zone, [{ before: null, after: SPF }], signal)).outcome, 'no_such_zone');
  });
});
