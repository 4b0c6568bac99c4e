import { deepEqual, equal, match } from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { DnsProviderAnswer, ProviderTools } from '../../src/core/publishing/dns-provider.ts';
import { formatTarget, formatTxt } from '../../src/core/publishing/rdata.ts';
import type { RrSet, RrSetChange } from '../../src/core/publishing/rr-set.ts';
import { createPowerDns } from '../../src/providers/dns/powerdns.ts';
import { explainMissing } from '../support/daemon.ts';
import { askRecords, createUpdateKey, fetchZone, updateZone } from '../support/dns/dynamic-zones.ts';
import { type PowerDns, startPowerDns } from '../support/dns/power-dns.ts';
import { findSharedPort } from '../support/dns/real-name-servers.ts';
import { createLocalTools } from '../support/publishing/local-tools.ts';
import { keepsTheProviderContract } from '../support/publishing/provider-contract.ts';

const ADDRESS = '127.0.0.44';
const KEY = createUpdateKey('writer.example');
const { signal } = new AbortController();

describe('the API of PowerDNS', { skip: explainMissing(['pdns_server', 'dig', 'nsupdate']) }, () => {
  let server: PowerDns;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'autosend-powerdns-api-'));
    server = await startPowerDns({
      folder,
      address: ADDRESS,
      port: await findSharedPort([ADDRESS]),
      apiPort: await findSharedPort([ADDRESS]),
      zones: ['contract.example', 'zone.example'].map((name) => ({
        name,
        serial: 1,
        nameservers: [`ns1.${name}`],
        records: [{ name: `ns1.${name}`, type: 'A', value: ADDRESS }],
      })),
      updates: { keys: [KEY] },
    });
    await server.call('POST', '/zones', {
      name: 'copy.example.',
      kind: 'Slave',
      masters: ['127.0.0.1'],
      nameservers: [],
    });
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const zone = { id: 'zone.example.', name: 'zone.example' };
  const open = (settings: Readonly<Record<string, string>> = {}, tools: Partial<ProviderTools> = {}) => {
    const own = { url: server.apiUrl, apiKey: server.apiKey, serverId: 'localhost', ...settings };
    return createPowerDns(own, { ...createLocalTools(), ...tools });
  };
  const write = (changes: readonly RrSetChange[]) => open().write(zone, changes, signal);
  const change = (lines: readonly string[]) => updateZone(server, KEY, zone.name, lines);

  keepsTheProviderContract(() => ({ provider: open(), zoneName: 'contract.example' }));

  it('never overwrites what nsupdate changed since it was read, and makes no change of several then', async () => {
    const name = 'contended.zone.example';
    const first = text(name, 'the first');
    const beside = text('beside.zone.example', 'beside');
    equal((await write([{ before: null, after: first }])).outcome, 'done');
    await change([`update add ${name}. 300 TXT "by nsupdate"`]);
    for (const next of [text(name, 'the second'), null]) {
      const answer = await write([
        { before: null, after: beside },
        { before: first, after: next },
      ]);
      deepEqual(pickProblem(answer), ['changed', { name, type: 'TXT' }]);
    }
    deepEqual(await askRecords(server, name, 'TXT'), ['"by nsupdate"', '"the first"']);
    deepEqual(await askRecords(server, beside.name, 'TXT'), []);
  });

  it('keeps records that somebody has switched off, and comments', async () => {
    const name = 'odd.zone.example';
    const records = [
      { content: '"v=spf1 -all"', disabled: false },
      { content: '"switched off"', disabled: true },
    ];
    const comments = [{ content: 'Ask Kim first.', account: 'kim', modified_at: 1_764_000_000 }];
    const rrset = { name: `${name}.`, type: 'TXT', ttl: 60, changetype: 'REPLACE', records, comments };
    await server.call('PATCH', '/zones/zone.example.', { rrsets: [rrset] });
    const [found] = takeValue(await open().read(zone, [name], signal));
    deepEqual(found?.rdata, ['"v=spf1 -all"']);
    const merged: RrSet = {
      name,
      type: 'TXT',
      ttlSeconds: 60,
      rdata: [formatTxt('v=spf1 include:amazonses.com -all')],
    };
    equal((await write([{ before: found ?? null, after: merged }])).outcome, 'done');
    equal((await write([{ before: merged, after: null }])).outcome, 'done');
    const { rrsets } = (await server.call('GET', '/zones/zone.example.')) as { rrsets: { name: string }[] };
    const left = rrsets.filter((each) => each.name === `${name}.`);
    deepEqual(left, [{ name: `${name}.`, type: 'TXT', ttl: 60, records: [records[1]], comments }]);
  });

  it('says of a CNAME that it collides', async () => {
    await change([
      'update add host.zone.example. 300 A 192.0.2.1',
      'update add alias.zone.example. 300 CNAME host.zone.example.',
    ]);
    const alias: RrSet = {
      name: 'host.zone.example',
      type: 'CNAME',
      ttlSeconds: 300,
      rdata: [formatTarget('target.example')],
    };
    equal((await write([{ before: null, after: alias }])).outcome, 'refused_record');
    const aliased = await write([{ before: null, after: text('alias.zone.example', 'beside') }]);
    deepEqual(pickProblem(aliased), ['changed', { name: 'alias.zone.example', type: 'CNAME' }]);
    deepEqual(await askRecords(server, 'alias.zone.example', 'CNAME'), ['host.zone.example.']);
  });

  it('lists the zones that it has itself, and none that is a copy', async () => {
    const listed = takeValue(await open().listZones(10, signal));
    deepEqual(listed?.map(({ name }) => name).sort(), ['contract.example', 'zone.example']);
    equal(takeValue(await open().listZones(1, signal))?.length, 1);
    equal(takeValue(await open().findZone('copy.example', signal)), null);
    equal(takeValue(await open().findZone('elsewhere.example', signal)), null);
  });

  it('changes nothing by asking whether it may', async () => {
    const [before, serial] = [await fetchZone(server, zone.name), await askRecords(server, zone.name, 'SOA')];
    equal((await write([])).outcome, 'done');
    deepEqual([await fetchZone(server, zone.name), await askRecords(server, zone.name, 'SOA')], [before, serial]);
  });

  it('says what is wrong: the key, the server ID, the zone, the address, a redirect, an answer that is none', async () => {
    const reply =
      (status: number, body = '') =>
      async () =>
        ({ outcome: 'done', status, headers: {}, body }) as const;
    for (const [settings, tools, outcome, words] of [
      [{ apiKey: 'another' }, {}, 'unauthorized', /doesn't accept the API key/],
      [{ apiKey: 'a b' }, {}, 'unauthorized', /can't be sent/],
      [{ serverId: 'elsewhere' }, {}, 'no_such_zone', /server ID/],
      [{ url: 'http://pdns.example.com' }, {}, 'address_refused', /Without TLS/],
      [{ url: 'http://8.8.8.8:8081' }, {}, 'address_refused', /Without TLS/],
      [{ url: 'ftp://127.0.0.1' }, {}, 'unreachable', /must be a URL/],
      [{ url: 'http://user:secret@127.0.0.1' }, {}, 'unreachable', /must be a URL/],
      [{ url: 'localhost:8081' }, {}, 'unreachable', /must be a URL/],
      [{ url: 'http://127.0.0.1:1' }, {}, 'unreachable', /./],
      [{}, { send: reply(302) }, 'bad_answer', /302/],
      [{}, { send: reply(200, '<html>') }, 'bad_answer', /documentation\.$/],
      [{}, { send: reply(500, '{"error": "Internal Server Error"}') }, 'unavailable', /Internal/],
    ] as const) {
      const provider = open(settings, tools);
      for (const answer of [
        await provider.findZone(zone.name, signal),
        await provider.read(zone, ['a.zone.example'], signal),
      ]) {
        equal(answer.outcome, outcome, JSON.stringify(answer));
        match('detail' in answer ? answer.detail : '', words);
      }
    }
    const elsewhere = { id: 'elsewhere.example.', name: 'elsewhere.example' };
    const answer = await open().write(elsewhere, [{ before: null, after: text('a.elsewhere.example', 'x') }], signal);
    equal(answer.outcome, 'no_such_zone');
    const long = { ...text('long.zone.example', 'x'), rdata: ['"not closed'] };
    equal((await write([{ before: null, after: long }])).outcome, 'refused_record');
  });

  it('takes the address as people copy it', async () => {
    for (const ending of ['/', '/api', '/api/v1/'])
      equal(
        (await open({ url: `${server.apiUrl}${ending}`, serverId: '' }).findZone(zone.name, signal)).outcome,
        'done',
      );
  });

  it('says that a change may be made where the answer to it is lost, and reading tells', async () => {
    const wanted = text('lost.zone.example', 'written');
    const { send } = createLocalTools();
    const provider = open(
      {},
      {
        async send(request) {
          const reply = await send(request);
          return request.method === 'GET' ? reply : { outcome: 'unreachable', detail: 'The connection broke.' };
        },
      },
    );
    const answer = await provider.write(zone, [{ before: null, after: wanted }], signal);
    deepEqual('mayBeWritten' in answer && [answer.outcome, answer.mayBeWritten], ['unreachable', true]);
    deepEqual(takeValue(await open().read(zone, [wanted.name], signal)), [wanted]);
  });
});

function text(name: string, value: string): RrSet {
  return { name, type: 'TXT', ttlSeconds: 300, rdata: [formatTxt(value)] };
}

function pickProblem(answer: DnsProviderAnswer<unknown>) {
  return answer.outcome === 'done' ? ['done'] : [answer.outcome, answer.about];
}

function takeValue<T>(answer: DnsProviderAnswer<T>): T {
  if (answer.outcome !== 'done') throw new Error(`${answer.outcome}: ${answer.detail}`);
  return answer.value;
}
