import { deepEqual, equal, match } from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { DnsProvider, ProviderZone } from '../../../src/core/publishing/dns-provider.ts';
import { formatMx, formatTarget, formatTxt } from '../../../src/core/publishing/rdata.ts';
import type { RrSet } from '../../../src/core/publishing/rr-set.ts';
import { createDigitalocean } from '../../../src/providers/dns/digitalocean.ts';
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
import { createDigitaloceanStub } from '../../support/publishing/digitalocean-stub.ts';
import { keepsTheProviderContract } from '../../support/publishing/provider-contract.ts';

const NAME = `bounce.${ZONE_NAME}`;
const SPF: RrSet = { name: NAME, type: 'TXT', ttlSeconds: 3600, rdata: [formatTxt('v=spf1 ~all')] };

describe('DigitalOcean, on a stub by its OpenAPI document', { skip: explainMissing(['openssl']) }, () => {
  const { signal } = new AbortController();
  const digitalocean = createDigitaloceanStub();
  let bench: ApiBench;
  let provider: DnsProvider;
  let zone: ProviderZone;
  const put = (name: string, type: string, data: string) => digitalocean.add(ZONE_NAME, { name, type, data });
  const listData = (name = 'bounce') =>
    [...(digitalocean.domains.get(ZONE_NAME)?.values() ?? [])]
      .filter((each) => each.name === name)
      .map(({ data }) => data);
  const listMethods = () => bench.stub.requests.filter(isWrite).map(({ method }) => method);

  before(async () => {
    const answer = digitalocean.answer;
    bench = await startApiBench({ host: 'api.digitalocean.com', basePath: '/v2', answer, create: createDigitalocean });
    digitalocean.tokens.set(TOKENS.write, ['domain:read', 'domain:update']).set(TOKENS.read, ['domain:read']);
  });
  after(() => bench.close());
  beforeEach(async () => {
    digitalocean.domains.clear();
    digitalocean.domains.set(ZONE_NAME, new Map());
    provider = bench.open();
    zone = await openZone(provider);
    bench.stub.requests.length = 0;
  });

  keepsTheProviderContract(() => ({ provider, zoneName: ZONE_NAME }));
  tellsFaultsApart(() => ({
    name: 'digitalocean',
    bench,
    throttled: {
      status: 429,
      headers: { 'retry-after': '7', 'ratelimit-remaining': '0' },
      body: { id: 'too_many_requests', message: 'API rate limit exceeded.' },
    },
    findTexts: (name) => listData(name.slice(0, -ZONE_NAME.length - 1)),
  }));

  it('lists the domains of all pages', async () => {
    for (let number = 0; number < 250; number += 1) digitalocean.domains.set(`d${number}.example`, new Map());
    const all = await provider.listZones(1000, signal);
    equal(all.outcome === 'done' && all.value?.length, 251);
    equal(bench.stub.requests.length, 2);
  });

  it('reads every record of a large zone by name, also hosts that are shown in short', async () => {
    for (let number = 0; number < 201; number += 1) put('many', 'TXT', `text ${number}`);
    put('@', 'MX', '@');
    put('alias', 'CNAME', 'target.example.net');
    const names = [`many.${ZONE_NAME}`, ZONE_NAME, `alias.${ZONE_NAME}`];
    const found = await provider.read(zone, names, signal);
    const value = found.outcome === 'done' ? found.value : [];
    deepEqual(
      value.map(({ rdata }) => rdata.length),
      [201, 1, 1],
    );
    deepEqual(
      value.slice(1).map(({ rdata }) => rdata[0]),
      [formatMx(0, ZONE_NAME), formatTarget('target.example.net')],
    );
  });

  it('changes a record in place by its id, and touches no other of the set', async () => {
    const kept = put('bounce', 'TXT', 'theirs');
    const spf = put('bounce', 'TXT', 'v=spf1 -all');
    const before = { ...SPF, ttlSeconds: 1800, rdata: [formatTxt('theirs'), formatTxt('v=spf1 -all')] };
    const after = { ...before, rdata: [formatTxt('theirs'), ...SPF.rdata] };
    deepEqual(await provider.write(zone, [{ before, after }], signal), { outcome: 'done', value: null });
    deepEqual(
      bench.stub.requests.filter(isWrite).map(({ method, path }) => `${method} ${path}`),
      [`PUT /v2/domains/${ZONE_NAME}/records/${spf.id}`],
    );
    deepEqual(listData(), ['theirs', 'v=spf1 ~all']);
    equal(kept.data, 'theirs');
  });

  it('leaves alone what somebody adds between its reading and its writing', async () => {
    put('bounce', 'TXT', 'ours');
    bench.stub.interfere(isWrite, () => void put('bounce', 'TXT', 'theirs'));
    const before = { ...SPF, rdata: [formatTxt('ours')] };
    equal((await provider.write(zone, [{ before, after: null }], signal)).outcome, 'done');
    deepEqual(listData(), ['theirs']);
    bench.stub.interfere(isWrite, () => void put('new', 'TXT', 'theirs'));
    equal(
      (await provider.write(zone, [{ before: null, after: { ...SPF, name: `new.${ZONE_NAME}` } }], signal)).outcome,
      'done',
    );
    deepEqual(listData('new').sort(), ['theirs', 'v=spf1 ~all']);
  });

  it("doesn't create anew what somebody removed between its reading and its writing", async () => {
    put('bounce', 'TXT', 'old');
    const before = { ...SPF, rdata: [formatTxt('old')] };
    bench.stub.interfere(isWrite, () => digitalocean.domains.get(ZONE_NAME)?.clear());
    const answer = await provider.write(zone, [{ before, after: SPF }], signal);
    deepEqual({ ...answer, detail: '' }, { outcome: 'changed', detail: '', about: { name: NAME, type: 'TXT' } });
    deepEqual(listData(), []);
  });

  it('brings a set to another number of records with as few requests as can be, and to another TTL', async () => {
    const set = (...texts: string[]): RrSet => ({ ...SPF, rdata: texts.map((text) => formatTxt(text)) });
    const steps = [set('a', 'b'), set('a', 'c', 'd'), set('d'), { ...set('d'), ttlSeconds: 60 }];
    let before: RrSet | null = null;
    for (const after of steps) {
      equal((await provider.write(zone, [{ before, after }], signal)).outcome, 'done');
      deepEqual(
        listData().sort(),
        after.rdata.map((each) => each.slice(1, -1)),
      );
      before = after;
    }
    deepEqual(listMethods(), ['POST', 'POST', 'PUT', 'POST', 'DELETE', 'DELETE', 'PUT']);
  });

  it('refuses a text of more than 512 octets before it asks, and tells what DigitalOcean refuses', async () => {
    const long = { ...SPF, rdata: [formatTxt('ä'.repeat(257))] };
    const answer = await provider.write(zone, [{ before: null, after: long }], signal);
    equal(answer.outcome, 'refused_record');
    equal(bench.stub.requests.some(isWrite), false);
    const low = await provider.write(zone, [{ before: null, after: { ...SPF, ttlSeconds: 5 } }], signal);
    equal(low.outcome, 'refused_record');
    match('detail' in low ? low.detail : '', /TTL/);
    put('bounce', 'A', '192.0.2.1');
    const cname: RrSet = { ...SPF, type: 'CNAME', rdata: [formatTarget('target.example.net')] };
    const conflict = await provider.write(zone, [{ before: null, after: cname }], signal);
    equal(conflict.outcome, 'refused_record');
    match('detail' in conflict ? conflict.detail : '', /cannot share a name/);
  });

  it('tells when a record was stored as something else', async () => {
    const record = { id: 1, type: 'TXT', name: 'bounce', data: 'v=spf1', priority: null, ttl: 3600 };
    bench.stub.failNext(isWrite, { status: 201, body: { domain_record: record } });
    const answer = await provider.write(zone, [{ before: null, after: SPF }], signal);
    equal(answer.outcome, 'refused_record');
    equal('mayBeWritten' in answer && answer.mayBeWritten, true);
  });

  it('says of a set that was changed in part that something may be written', async () => {
    put('bounce', 'TXT', 'a');
    const before = { ...SPF, ttlSeconds: 1800, rdata: [formatTxt('a')] };
    const after = { ...before, rdata: [formatTxt('b'), formatTxt('c')] };
    bench.stub.failNext(({ method }) => method === 'POST', { status: 422, body: { id: 'x', message: 'no' } });
    const answer = await provider.write(zone, [{ before, after }], signal);
    deepEqual(answer, {
      outcome: 'refused_record',
      detail: 'no',
      mayBeWritten: true,
      about: { name: NAME, type: 'TXT' },
    });
    deepEqual(listData(), ['b']);
  });
});
