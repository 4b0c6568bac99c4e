import { deepEqual, equal, match } from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectTcp, createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { DnsProviderAnswer, ProviderTools } from '../../src/core/publishing/dns-provider.ts';
import { formatMx, formatTarget, formatTxt } from '../../src/core/publishing/rdata.ts';
import { hasSameRecords, type RrSet, type RrSetChange } from '../../src/core/publishing/rr-set.ts';
import { decodeReply } from '../../src/core/publishing/wire/message.ts';
import { createRfc2136 } from '../../src/providers/dns/rfc2136.ts';
import { explainMissing } from '../support/daemon.ts';
import {
  askRecords,
  createUpdateKey,
  fetchZone,
  formatUpdateSettings,
  updateZone,
} from '../support/dns/dynamic-zones.ts';
import type { UpdateKey } from '../support/dns/name-server-config.ts';
import { startUpdateServer, UPDATE_SERVERS, type UpdateServer } from '../support/dns/update-servers.ts';
import type { ZoneText } from '../support/dns/zone-text.ts';
import { createLocalTools } from '../support/publishing/local-tools.ts';
import { keepsTheProviderContract } from '../support/publishing/provider-contract.ts';

const KEY = createUpdateKey('writer.example');
// The narrowest rights that are enough.
const NARROW_KEY = createUpdateKey('narrow.example', 'hmac-sha512');
const READER = createUpdateKey('reader.example');
const { signal } = new AbortController();
const CLIENTS = ['nsupdate', 'knsupdate'] as const;

for (const software of ['bind', 'knot', 'powerdns'] as const) {
  const { title, programs } = UPDATE_SERVERS[software];
  describe(`updates of zones on ${title}`, { skip: explainMissing([...programs, 'dig', ...CLIENTS]) }, () => {
    let server: UpdateServer;

    before(async () => {
      const zones = ['sha256.example', 'signed.example', 'zone.example'].map(buildZone);
      server = await startUpdateServer(software, zones, {
        keys: [KEY],
        narrow: [NARROW_KEY],
        readers: [READER],
        signed: ['signed.example'],
      });
    });
    after(() => server.close());

    const open = (key: UpdateKey, tools: Partial<ProviderTools> = {}) =>
      createRfc2136(formatUpdateSettings(server, key), { ...createLocalTools(), ...tools });
    const zone = { id: 'zone.example', name: 'zone.example' };
    const write = (changes: readonly RrSetChange[], provider = open(KEY)) => provider.write(zone, changes, signal);
    const read = async (name: string) => takeValue(await open(KEY).read(zone, [name], signal));
    const change = (lines: readonly string[], client: (typeof CLIENTS)[number] = 'nsupdate') =>
      updateZone(server, KEY, zone.name, lines, client);

    for (const key of [KEY, NARROW_KEY])
      describe(`with ${key.algorithm}${key === KEY ? '' : ', in a zone that the server signs'}`, () => {
        keepsTheProviderContract(() => ({
          provider: open(key),
          zoneName: key === KEY ? 'sha256.example' : 'signed.example',
        }));
      });

    for (const client of CLIENTS)
      it(`never overwrite what ${client} changed in between, and say where`, async () => {
        const name = `${client}.zone.example`;
        const first = text(name, 'the first');
        const beside = text(`beside-${name}`, 'beside');
        equal((await write([{ before: null, after: first }])).outcome, 'done');
        await change([`update add ${name}. 300 TXT "by ${client}"`], client);
        const both = await askRecords(server, name, 'TXT');
        deepEqual(both, [`"by ${client}"`, '"the first"']);
        for (const after of [text(name, 'the second'), null]) {
          const answer = await write([
            { before: null, after: beside },
            { before: first, after },
          ]);
          deepEqual(pickProblem(answer), ['changed', { name, type: 'TXT' }, false]);
        }
        deepEqual(await askRecords(server, name, 'TXT'), both);
        deepEqual(await askRecords(server, beside.name, 'TXT'), []);
        // What was taken away in between is no ground to write either.
        await change([`update delete ${name}. TXT`], client);
        equal((await write([{ before: first, after: text(name, 'the second') }])).outcome, 'changed');
        deepEqual(await askRecords(server, name, 'TXT'), []);
      });

    for (const zoneName of ['zone.example', 'signed.example'])
      it(`in ${zoneName} never lose a CNAME without a word, whichever way it collides`, async () => {
        const own = { id: zoneName, name: zoneName };
        const [host, alias] = [`host.${zoneName}`, `alias.${zoneName}`];
        const change = (lines: readonly string[]) => updateZone(server, KEY, zoneName, lines);
        const write = (changes: readonly RrSetChange[]) => open(KEY).write(own, changes, signal);
        const toTarget = (name: string): RrSet => ({
          name,
          type: 'CNAME',
          ttlSeconds: 300,
          rdata: [formatTarget('target.example')],
        });
        await change([`update add ${host}. 300 A 192.0.2.1`, `update add ${alias}. 300 CNAME ${host}.`]);
        const occupied = await write([{ before: null, after: toTarget(host) }]);
        deepEqual(pickProblem(occupied), ['refused_record', { name: host, type: 'CNAME' }, false]);
        const aliased = await write([{ before: null, after: text(alias, 'beside') }]);
        deepEqual(pickProblem(aliased), ['changed', { name: alias, type: 'CNAME' }, false]);
        equal((await write([{ before: null, after: toTarget(alias) }])).outcome, 'changed');
        const [stood] = takeValue(await open(KEY).read(own, [alias], signal));
        deepEqual(stood?.rdata, [`${host}.`]);
        // Each way round, once what stands there is named.
        const named = text(alias, 'in its place');
        const there = await write([
          { before: stood ?? null, after: null },
          { before: null, after: named },
        ]);
        equal(there.outcome, 'done');
        deepEqual(await askRecords(server, alias, 'TXT'), ['"in its place"']);
        const back = await write([
          { before: named, after: null },
          { before: null, after: toTarget(alias) },
        ]);
        equal(back.outcome, 'done');
        deepEqual(await askRecords(server, alias, 'CNAME'), ['target.example.']);
      });

    it('see only what stands at a name itself, and not what a wildcard or an alias lends it', async () => {
      await change([
        'update add *.wild.zone.example. 300 TXT "for all"',
        'update add *.wild.zone.example. 300 MX 5 mx.example.net.',
        'update add target.zone.example. 300 TXT "at the target"',
        'update add to-target.zone.example. 300 CNAME target.zone.example.',
      ]);
      deepEqual(await askRecords(server, 'a.wild.zone.example', 'TXT'), ['"for all"']);
      deepEqual(await read('a.wild.zone.example'), []);
      deepEqual(
        (await read('to-target.zone.example')).map(({ type, rdata }) => [type, ...rdata]),
        [['CNAME', 'target.zone.example.']],
      );
      const own = text('a.wild.zone.example', 'my own');
      equal((await write([{ before: null, after: own }])).outcome, 'done');
      deepEqual(await read('a.wild.zone.example'), [own]);
    });

    it('take what others wrote for the same, whatever its case, order, octets and TTL', async () => {
      await change([
        'update add odd.zone.example. 60 MX 10 MX.Example.NET.',
        'update add odd.zone.example. 60 MX 5 a.example.net.',
        'update add odd.zone.example. 60 TXT "tab\\009, \\"quotes\\", \\200\\\\" "" "second"',
      ]);
      const found = await read('odd.zone.example');
      const mail = found.find(({ type }) => type === 'MX');
      const texts = found.find(({ type }) => type === 'TXT');
      const rdata = [formatMx(5, 'a.example.net'), formatMx(10, 'mx.example.net')];
      equal(hasSameRecords(mail ?? null, { name: 'odd.zone.example', type: 'MX', ttlSeconds: 60, rdata }), true);
      deepEqual(texts?.rdata, ['"tab\\009, \\"quotes\\", \\200\\\\" "" "second"']);
      await change([
        'update delete odd.zone.example. MX 5 a.example.net.',
        'update add odd.zone.example. 900 MX 5 a.example.net.',
      ]);
      const changes = [mail, texts].map((set) => ({ before: set ?? null, after: null }));
      equal((await write(changes)).outcome, 'done');
      deepEqual(await read('odd.zone.example'), []);
    });

    it('leave the zone as it was, serial and all, where nothing could be changed', async () => {
      await change(['update add taken.zone.example. 300 TXT "taken"']);
      const [zoneBefore, serialBefore] = [await fetchZone(server, zone.name), await askSerial()];
      await read('taken.zone.example');
      equal((await write([])).outcome, 'done');
      equal((await write([{ before: null, after: text('taken.zone.example', 'mine') }])).outcome, 'changed');
      equal(
        (await write([{ before: null, after: text('free.zone.example', 'x') }], open(READER))).outcome,
        'forbidden',
      );
      deepEqual([await fetchZone(server, zone.name), await askSerial()], [zoneBefore, serialBefore]);
    });

    it('say what is wrong: the secret, the name of the key, its rights, the zone, the clock', async () => {
      const free = [{ before: null, after: text('free.zone.example', 'x') }];
      const other = createUpdateKey(KEY.name);
      const renamed = { ...KEY, name: 'nobody.example' };
      const clockOff = (seconds: number) => ({
        clock: { ...createLocalTools().clock, now: () => new Date(Date.now() + seconds * 1000) },
      });
      for (const [provider, outcome, words] of [
        [open(other), 'unauthorized', /BADSIG: the server has another secret for the key writer\.example/],
        [open(renamed), 'unauthorized', /BADKEY: the server doesn't know the key nobody\.example/],
        [open({ ...KEY, algorithm: 'hmac-sha512' }), 'unauthorized', /BADKEY|BADSIG/],
        [open(KEY, clockOff(-3600)), 'clock_off', /this machine is 60 minutes behind/],
        [open(KEY, clockOff(3600)), 'clock_off', /this machine is 60 minutes ahead/],
      ] as const) {
        for (const answer of [
          await provider.findZone(zone.name, signal),
          await provider.read(zone, ['free.zone.example'], signal),
          await provider.write(zone, free, signal),
          await provider.write(zone, [], signal),
        ]) {
          // PowerDNS gives no reason; then all of them are named.
          const isReticent = software === 'powerdns';
          equal(answer.outcome, isReticent ? 'unauthorized' : outcome, JSON.stringify(answer));
          match('detail' in answer ? answer.detail : '', isReticent ? /NOTAUTH without a reason.*clock/ : words);
        }
      }
      const forbidden = await open(READER).write(zone, free, signal);
      deepEqual(pickProblem(forbidden).slice(0, 1), ['forbidden']);
      match('detail' in forbidden ? forbidden.detail : '', /Allow it: allow-update/);
      const elsewhere = { id: 'elsewhere.example', name: 'elsewhere.example' };
      equal(takeValue(await open(KEY).findZone(elsewhere.name, signal)), null);
      const outside = [{ before: null, after: text('a.elsewhere.example', 'x') }];
      equal((await open(KEY).write(elsewhere, outside, signal)).outcome, 'no_such_zone');
      deepEqual(await askRecords(server, 'free.zone.example', 'TXT'), []);
    });

    it('say that a name belongs to a zone below, whose servers are others', async () => {
      await change(['update add below.zone.example. 300 NS ns1.elsewhere.example.']);
      const answer = await open(KEY).read(zone, ['a.below.zone.example'], signal);
      equal(answer.outcome, 'no_such_zone');
      equal(takeValue(await open(KEY).findZone('below.zone.example', signal)), null);
    });

    for (const [what, forward, outcome] of [
      ['is lost, as the server dies after it', () => null, 'unreachable'],
      ['is changed on its way', (answer: Buffer) => flip(answer, 3), 'bad_answer'],
      [
        'comes with half of its signature cut off',
        (answer: Buffer) => answer.subarray(0, answer.length - 20),
        'bad_answer',
      ],
      ['comes without its signature', (answer: Buffer) => takeSignatureAway(answer), 'bad_answer'],
    ] as const)
      it(`may be written where the answer ${what}, and reading tells`, async () => {
        const name = `answer-${what.replaceAll(/\W+/g, '-')}.zone.example`;
        const wanted = text(name, 'written');
        const relay = await startRelay(server, forward);
        try {
          const provider = createRfc2136(formatUpdateSettings(relay, KEY), createLocalTools());
          const answer = await write([{ before: null, after: wanted }], provider);
          deepEqual(pickProblem(answer), [outcome, undefined, true]);
        } finally {
          relay.server.close();
        }
        deepEqual(await read(name), [wanted]);
      });

    const askSerial = () => askRecords(server, zone.name, 'SOA');
  });
}

function text(name: string, value: string): RrSet {
  return { name, type: 'TXT', ttlSeconds: 300, rdata: [formatTxt(value)] };
}

function buildZone(name: string): ZoneText {
  return {
    name,
    serial: 1,
    nameservers: [`ns1.${name}`],
    records: [{ name: `ns1.${name}`, type: 'A', value: '127.0.0.41' }],
  };
}

function pickProblem(answer: DnsProviderAnswer<unknown>) {
  return answer.outcome === 'done' ? ['done'] : [answer.outcome, answer.about, answer.mayBeWritten];
}

function takeValue<T>(answer: DnsProviderAnswer<T>): T {
  if (answer.outcome !== 'done') throw new Error(`${answer.outcome}: ${answer.detail}`);
  return answer.value;
}

/** Stands between the adapter and a server, and passes on of its answer what `forward` makes of it; null: nothing. */
async function startRelay(to: { address: string; port: number }, forward: (answer: Buffer) => Buffer | null) {
  const server = createServer(async (client) => {
    const upstream = connectTcp(to.port, to.address);
    client.pipe(upstream);
    const answer = await readMessage(upstream);
    const passed = forward(answer);
    if (passed) client.write(Buffer.concat([Buffer.from([passed.length >> 8, passed.length & 0xff]), passed]));
    client.end();
    upstream.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on a port.');
  return { server, address: '127.0.0.1', port: address.port };
}

/** One message with its length before it (RFC 1035 §4.2.2). */
async function readMessage(socket: AsyncIterable<Buffer>): Promise<Buffer> {
  let received = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk]);
    if (received.length >= 2 && received.length >= received.readUInt16BE(0) + 2) break;
  }
  return received.subarray(2);
}

function flip(answer: Buffer, at: number): Buffer {
  const flipped = Buffer.from(answer);
  flipped[at] = (flipped[at] ?? 0) ^ 1;
  return flipped;
}

function takeSignatureAway(answer: Buffer): Buffer {
  const bare = Buffer.from(answer.subarray(0, decodeReply(answer)?.tsig?.start));
  bare.writeUInt16BE(0, 10);
  return bare;
}
