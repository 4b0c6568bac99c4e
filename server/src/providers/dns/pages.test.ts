import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTestClock } from '../../../test/support/clock.ts';
import type { CreateDnsProvider, ProviderTools } from '../../core/publishing/dns-provider.ts';
import { createCloudflare } from './cloudflare.ts';
import { createDesec } from './desec.ts';
import { createDigitalocean } from './digitalocean.ts';
import { createGandi } from './gandi.ts';
import { createHetzner } from './hetzner.ts';
import { MOST_PAGES } from './pages.ts';
import { createRoute53 } from './route53.ts';

const { signal } = new AbortController();
const ZONE = { id: 'example.com', name: 'example.com' };
const NEXT = { link: '<https://api.example/?cursor=again>; rel="next"' };

interface Reply {
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the servers of a provider answer that promise another page with each: the zones of these names, or records. */
interface Liar {
  readonly create: CreateDnsProvider;
  readonly zones: (names: readonly string[]) => Reply;
  /** Of which all pages are read, where that is so. */
  readonly records?: (name: string, numbers: readonly number[]) => Reply;
  /** How many items make a full page, which promises another by itself. */
  readonly fullPage?: number;
}

const LIARS: Readonly<Record<string, Liar>> = {
  deSEC: { create: createDesec, zones: (names) => ({ body: names.map((name) => ({ name })), headers: NEXT }) },
  DigitalOcean: {
    create: createDigitalocean,
    zones: (names) => ({ body: { domains: names.map((name) => ({ name })), links: { pages: { next: 'x' } } } }),
    records: (name, numbers) => ({
      body: {
        domain_records: numbers.map((id) => ({ id, type: 'TXT', name, data: String(id), ttl: 60 })),
        links: { pages: { next: 'x' } },
      },
    }),
  },
  Gandi: {
    create: createGandi,
    zones: (names) => ({ body: names.map((fqdn) => ({ fqdn })) }),
    fullPage: 500,
  },
  Hetzner: {
    create: createHetzner,
    zones: (names) => ({
      body: {
        zones: names.map((name, id) => ({ id, name, mode: 'primary', ttl: 60 })),
        meta: { pagination: { next_page: 2 } },
      },
    }),
  },
  Cloudflare: {
    create: createCloudflare,
    zones: (names) => ({
      body: {
        success: true,
        result: names.map((name) => ({ id: name, name, status: 'active', type: 'full' })),
        result_info: { page: 1, total_pages: 1_000_000 },
      },
    }),
    records: (name, numbers) => ({
      body: {
        success: true,
        result: numbers.map((id) => ({ id: String(id), name, type: 'TXT', content: `"${id}"`, ttl: 60 })),
        result_info: { page: 1, total_pages: 1_000_000 },
      },
    }),
  },
  'Route 53': {
    create: createRoute53,
    zones: (names) => ({
      body: `<ListHostedZonesByNameResponse><HostedZones>${names.map((name) => `<HostedZone><Id>/hostedzone/${name}</Id><Name>${name}.</Name></HostedZone>`).join('')}</HostedZones><IsTruncated>true</IsTruncated><NextDNSName>example.com.</NextDNSName></ListHostedZonesByNameResponse>`,
    }),
    records: (name, numbers) => ({
      body: `<ListResourceRecordSetsResponse><ResourceRecordSets>${numbers.map((id) => `<ResourceRecordSet><Name>${name}.</Name><Type>TXT</Type><SetIdentifier>${id}</SetIdentifier><TTL>60</TTL><ResourceRecords><ResourceRecord><Value>"x"</Value></ResourceRecord></ResourceRecords></ResourceRecordSet>`).join('')}</ResourceRecordSets><IsTruncated>true</IsTruncated><NextRecordName>${name}.</NextRecordName><NextRecordType>TXT</NextRecordType></ListResourceRecordSetsResponse>`,
    }),
  },
};

/** The provider, whose server gives this answer to the request of this number, and how many there were. */
function open(create: CreateDnsProvider, answer: (number: number) => Reply) {
  const count = { requests: 0 };
  const refuse = async () => Promise.reject(new Error('not asked for'));
  const tools: ProviderTools = {
    clock: { ...createTestClock(), sleep: async () => undefined },
    randomBytes: (size) => new Uint8Array(size),
    findNameServers: refuse,
    exchange: refuse,
    async send() {
      const { body, headers = {} } = answer(count.requests);
      count.requests += 1;
      // More than any bound of ours: the server has had its way.
      if (count.requests > 10 * MOST_PAGES) return { outcome: 'unreachable', detail: 'asked without an end' };
      return { outcome: 'done', status: 200, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
    },
  };
  const settings = { token: 'x', apiToken: 'x', accessKeyId: 'AKIATEST', secretAccessKey: 'x' };
  return { provider: create(settings, tools), count };
}

const list = (length: number, from = 0) => Array.from({ length }, (_, index) => from + index);

for (const [name, { create, zones, records, fullPage = 0 }] of Object.entries(LIARS))
  describe(`a list of ${name} that promises one more page each time`, () => {
    it('is no answer after a page that is empty, or that was there before', async () => {
      const repeated = list(Math.max(1, fullPage)).map((number) => `d${number}.example`);
      for (const names of fullPage > 0 ? [repeated] : [[], repeated]) {
        const { provider, count } = open(create, () => zones(names));
        const listed = await provider.listZones(1_001, signal);
        deepEqual([listed.outcome, count.requests], ['bad_answer', names.length > 0 ? 2 : 1]);
      }
    });

    it(`is no answer after ${MOST_PAGES} pages`, async () => {
      const size = Math.max(1, fullPage);
      const { provider, count } = open(create, (n) => zones(list(size, n * size).map((each) => `d${each}.example`)));
      const listed = await provider.listZones(1_000_000, signal);
      deepEqual([listed.outcome, count.requests], ['bad_answer', MOST_PAGES]);
    });

    if (records)
      it('is no answer where it is of the records of one name', async () => {
        const wanted = `a.${ZONE.name}`;
        const same = open(create, () => records(wanted, [1]));
        equal((await same.provider.read(ZONE, [wanted], signal)).outcome, 'bad_answer');
        equal(same.count.requests, 2);
        const others = open(create, (n) => records(wanted, [n]));
        equal((await others.provider.read(ZONE, [wanted], signal)).outcome, 'bad_answer');
        ok(others.count.requests <= MOST_PAGES, `${others.count.requests} requests`);
      });
  });
