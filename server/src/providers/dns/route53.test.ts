import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTestClock } from '../../../test/support/clock.ts';
import type { ProviderTools } from '../../core/publishing/dns-provider.ts';
import { createRoute53 } from './route53.ts';

const { signal } = new AbortController();
const ZONE = { id: 'Z1', name: 'example.com' };
const NAMES = ['a.example.com'];
const SET = `<ResourceRecordSet><Name>a.example.com.</Name><Type>TXT</Type><TTL>60</TTL>
  <ResourceRecords><ResourceRecord><Value>"x"</Value></ResourceRecord></ResourceRecords></ResourceRecordSet>`;

const PAGE = '<html><body>Sign in to the network.</body></html>';

/** An account whose API gives this answer to all that it is asked, or another one to changes. */
function open(body: string, toChanges = body) {
  const refuse = async () => Promise.reject(new Error('not asked for'));
  const tools: ProviderTools = {
    clock: { ...createTestClock(), sleep: async () => undefined },
    randomBytes: (size) => new Uint8Array(size),
    findNameServers: refuse,
    exchange: refuse,
    async send({ method }) {
      const headers = { 'content-type': 'text/xml' };
      return { outcome: 'done', status: 200, headers, body: method === 'POST' ? toChanges : body };
    },
  };
  return createRoute53({ accessKeyId: 'AKIATEST', secretAccessKey: 'secret' }, tools);
}

describe('a list of Route 53', () => {
  const records = (rest: string) =>
    `<ListResourceRecordSetsResponse><ResourceRecordSets>${SET}</ResourceRecordSets>${rest}</ListResourceRecordSetsResponse>`;
  const zones = (rest: string) =>
    `<ListHostedZonesByNameResponse><HostedZones></HostedZones>${rest}</ListHostedZonesByNameResponse>`;

  it('that says that it ends is whole', async () => {
    const read = await open(records('<IsTruncated>false</IsTruncated>')).read(ZONE, NAMES, signal);
    equal(read.outcome === 'done' && read.value.length, 1);
    const found = await open(zones('<IsTruncated>false</IsTruncated>')).findZone('example.com', signal);
    equal(found.outcome === 'done' && found.value, null);
  });

  for (const [what, rest] of [
    ['is cut without saying where it goes on', '<IsTruncated>true</IsTruncated>'],
    ["doesn't say whether it ends", ''],
  ] as const)
    it(`that ${what} is no answer: what is missing may be there`, async () => {
      equal((await open(records(rest)).read(ZONE, NAMES, signal)).outcome, 'bad_answer');
      equal((await open(zones(rest)).findZone('example.com', signal)).outcome, 'bad_answer');
      equal((await open(zones(rest)).listZones(10, signal)).outcome, 'bad_answer');
    });

  it('is not the page of somebody in between', async () => {
    const provider = open(PAGE);
    equal((await provider.read(ZONE, NAMES, signal)).outcome, 'bad_answer');
    equal((await provider.findZone('example.com', signal)).outcome, 'bad_answer');
  });
});

it("a change that Route 53 doesn't name in its answer isn't known to be made", async () => {
  const empty = '<ListResourceRecordSetsResponse><IsTruncated>false</IsTruncated></ListResourceRecordSetsResponse>';
  const after = { name: 'a.example.com', type: 'TXT', ttlSeconds: 60, rdata: ['"x"'] } as const;
  const written = await open(empty, PAGE).write(ZONE, [{ before: null, after }], signal);
  deepEqual('mayBeWritten' in written && [written.outcome, written.mayBeWritten], ['bad_answer', true]);
});
