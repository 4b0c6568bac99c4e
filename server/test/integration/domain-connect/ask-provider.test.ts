import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { systemClock } from '../../../src/compose.ts';
import type { HttpReply, HttpRequest } from '../../../src/delivery/http-request.ts';
import { buildDenied } from '../../../src/dns/address-policy.ts';
import { createDns } from '../../../src/dns/lookup.ts';
import { askProvider } from '../../../src/services/domain-connect/ask-provider.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';

const HOST = 'connect.stranger.test';
const URL_OF = `https://${HOST}/v2/example.com/settings`;
const PUBLIC = '93.184.216.34';
const ANSWER: HttpReply = { status: 200, headers: {}, body: '{}', cut: null };

describe("a server that a stranger's zone names", () => {
  let dns: DnsServer;
  let close: () => Promise<void>;
  let ask: (options?: { allowPrivate?: boolean; deny?: readonly string[] }) => Promise<string>;
  /** What would have left this machine. */
  const sent: Omit<HttpRequest, 'ca'>[] = [];
  let reply: HttpReply = ANSWER;

  before(async () => {
    dns = await startDnsServer();
    const settings = {
      mode: 'authoritative',
      resolvers: [dns.resolver],
      authoritativePort: dns.port,
      allowPrivate: true,
    } as const;
    const client = createDns(settings, { clock: systemClock });
    close = async () => {
      await client.close();
      await dns.close();
    };
    ask = async ({ allowPrivate = false, deny = [] } = {}) => {
      const ctx = {
        clock: systemClock,
        dns: client,
        dnsSettings: settings,
        dnsProviderPolicy: { allowPrivate, denied: buildDenied(deny) },
        stopping: new AbortController().signal,
        settingsHosts: { mayAsk: () => true },
        async sendHttp(request: Omit<HttpRequest, 'ca'>) {
          sent.push(request);
          return reply;
        },
      };
      return (await askProvider(ctx, URL_OF)).outcome;
    };
  });
  after(() => close?.());
  beforeEach(() => {
    sent.length = 0;
    reply = ANSWER;
  });

  const serve = (...addresses: string[]) =>
    dns.setZone('stranger.test', {
      nameservers: [{ name: 'ns1.stranger.test', address: '127.0.0.11' }],
      records: addresses.map((value) => ({
        name: HOST,
        type: value.includes(':') ? ('AAAA' as const) : ('A' as const),
        value,
        ttl: 0,
      })),
    });

  for (const address of [
    '127.0.0.1',
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '192.168.1.1',
    '224.0.0.1',
    '::1',
    '::ffff:127.0.0.1',
    'fd00::1',
    'fe80::1',
    '64:ff9b::7f00:1',
  ])
    test(`is not connected to at ${address}`, async () => {
      serve(address);
      equal(await ask(), 'unreachable');
      deepEqual(sent, []);
    });

  test('is connected to at its public address only, where it has others', async () => {
    serve('10.0.0.1', PUBLIC, '127.0.0.1');
    equal(await ask(), 'answered');
    deepEqual(
      sent.map(({ address }) => address),
      [PUBLIC],
    );
  });

  test("is not connected to in the operator's own networks, even where private addresses are allowed", async () => {
    serve(PUBLIC);
    equal(await ask({ deny: ['93.184.216.0/24'] }), 'unreachable');
    equal(await ask({ deny: ['93.184.216.0/24'], allowPrivate: true }), 'unreachable');
    deepEqual(sent, []);
  });

  test('is connected to at the address that was checked, whatever its name says a moment later', async () => {
    serve(PUBLIC);
    dns.questions.length = 0;
    const asked = ask();
    equal(await asked, 'answered');
    serve('127.0.0.1');
    const [request] = sent;
    ok(request);
    // The name stays in the URL for the certificate, and the address is what is connected to: nobody looks it up again.
    deepEqual([request.address, new URL(request.url).hostname], [PUBLIC, HOST]);
    const isOfHost = ({ name, type, address }: (typeof dns.questions)[number]) =>
      name === HOST && type === 'A' && address === dns.resolver.address;
    equal(dns.questions.filter(isOfHost).length, 1);
    equal(await ask(), 'unreachable');
    equal(sent.length, 1);
  });

  test('has five seconds and 64 KiB, and is sent nothing that says who we are or asks for more', async () => {
    serve(PUBLIC);
    await ask();
    const [request] = sent;
    ok(request && request.timeoutMs <= 5_000);
    deepEqual([request.method, request.maxOctets, request.body], ['GET', 65_536, undefined]);
    deepEqual(Object.keys(request.headers).sort(), ['accept', 'user-agent']);
  });

  for (const [what, given] of [
    ['a redirect', { ...ANSWER, status: 302, headers: { location: 'https://elsewhere.test/' } }],
    ['an answer that is too long', { ...ANSWER, cut: 'too_long' }],
    ['an answer that takes too long', { ...ANSWER, cut: 'timeout' }],
    ['an answer that breaks off', { ...ANSWER, cut: 'closed' }],
    ['an error', { ...ANSWER, status: 500 }],
    ['something that has to be unpacked', { ...ANSWER, headers: { 'content-encoding': 'gzip' } }],
    ['a certificate of somebody else', { problem: 'tls_failed', isConnected: true }],
    ['no answer', { problem: 'timeout', isConnected: true }],
  ] as const satisfies readonly (readonly [string, HttpReply])[])
    test(`has said nothing with ${what}, and is not asked again`, async () => {
      serve(PUBLIC);
      reply = given;
      equal(await ask(), 'unreachable');
      equal(sent.length, 1);
    });

  test('has said that it does not hold the zone with 404', async () => {
    serve(PUBLIC);
    reply = { ...ANSWER, status: 404 };
    equal(await ask(), 'absent');
  });
});
