import { deepEqual, equal, match } from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import dnsPacket from 'dns-packet';
import type { DnsProviderAnswer, ProviderTools } from '../../core/publishing/dns-provider.ts';
import { formatTxt } from '../../core/publishing/rdata.ts';
import type { RrSet } from '../../core/publishing/rr-set.ts';
import { decodeReply } from '../../core/publishing/wire/message.ts';
import { appendTsig, listReplyOctets, type Tsig } from '../../core/publishing/wire/tsig-record.ts';
import { createRfc2136 } from './rfc2136.ts';

const NOW = 1_764_000_000;
const SECRET = Buffer.alloc(32, 5);
const SETTINGS = {
  server: '192.0.2.1',
  port: '53',
  tsigName: 'Update.Example.',
  tsigAlgorithm: 'hmac-sha256',
  tsigSecret: SECRET.toString('base64'),
};
const ZONE = { id: 'example.com', name: 'example.com' };
const TEXT: RrSet = { name: 'a.example.com', type: 'TXT', ttlSeconds: 300, rdata: [formatTxt('one')] };
const [NOERROR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED, YXDOMAIN, YXRRSET, NXRRSET, NOTAUTH, NOTZONE] = [
  0, 2, 3, 4, 5, 6, 7, 8, 9, 10,
];
const { signal } = new AbortController();

/** How an answer is signed; what is left out is as it should be. */
interface Signing {
  readonly secret?: Buffer;
  readonly tsig?: Partial<Tsig>;
  /** How many octets of the signature are sent. */
  readonly octets?: number;
  /** In place of that of the request. */
  readonly requestMac?: Buffer;
  readonly change?: (answer: Buffer) => Buffer;
}

type Server = (request: Buffer) => DnsProviderAnswer<Uint8Array>;

describe('an update whose answer', () => {
  for (const [what, server, outcome, mayBeWritten] of [
    ['is NOERROR and signed', sign(NOERROR), 'done', undefined],
    ['is NOERROR and not signed', bare(NOERROR), 'bad_answer', true],
    ['is signed with another secret', sign(NOERROR, { secret: Buffer.alloc(32, 6) }), 'bad_answer', true],
    ['is signed with half of the octets', sign(NOERROR, { octets: 16 }), 'bad_answer', true],
    ['is signed by another key', sign(NOERROR, { tsig: { keyName: 'other.example' } }), 'bad_answer', true],
    ['is signed with another algorithm', sign(NOERROR, { tsig: { algorithm: 'hmac-sha512' } }), 'bad_answer', true],
    ['belongs to another request', sign(NOERROR, { requestMac: Buffer.alloc(32) }), 'bad_answer', true],
    ['was changed on its way', sign(REFUSED, { change: (answer) => setRcode(answer, NOERROR) }), 'bad_answer', true],
    ['was signed ten minutes ago', sign(NOERROR, { tsig: { timeSigned: NOW - 600 } }), 'clock_off', true],
    ['has another id', sign(NOERROR, { change: (answer) => setId(answer, 1) }), 'bad_answer', true],
    ['is none', () => ({ outcome: 'done', value: Buffer.from('HTTP/1.1 400') }), 'bad_answer', true],
    ['is lost', () => ({ outcome: 'unreachable', detail: 'closed' }), 'unreachable', true],
    [
      'never came, as nothing was sent',
      () => ({ outcome: 'unreachable', detail: 'x', mayBeWritten: false }),
      'unreachable',
      false,
    ],
    [
      'never came, as the address is refused',
      () => ({ outcome: 'address_refused', detail: 'private' }),
      'address_refused',
      false,
    ],
    ['is BADKEY', sign(NOTAUTH, { tsig: { error: 17 }, octets: 0 }), 'unauthorized', true],
    ['is BADSIG', sign(NOTAUTH, { tsig: { error: 16 }, octets: 0 }), 'unauthorized', true],
    ['is BADTRUNC', sign(NOTAUTH, { tsig: { error: 22 } }), 'unauthorized', true],
    ['is BADTIME and signed', sign(NOTAUTH, { tsig: badTime(NOW + 4000) }), 'clock_off', false],
    ['is BADTIME and not signed', sign(NOTAUTH, { tsig: badTime(NOW + 4000), octets: 0 }), 'clock_off', true],
    ['is SERVFAIL', sign(SERVFAIL), 'unavailable', true],
    ['is NOTIMP', sign(NOTIMP), 'forbidden', false],
    ['is REFUSED', sign(REFUSED), 'forbidden', false],
    ['is REFUSED and not signed, like those to questions', bare(REFUSED), 'no_such_zone', true],
    ['is REFUSED and not signed, unlike those to questions', byKind(bare(REFUSED), sign(NXDOMAIN)), 'forbidden', true],
    ['is NOTAUTH and not signed, with a secret that is another', bare(NOTAUTH), 'unauthorized', true],
    ['is NXRRSET and not signed', bare(NXRRSET), 'bad_answer', true],
    ['is YXDOMAIN', sign(YXDOMAIN), 'changed', false],
    ['is YXRRSET', sign(YXRRSET), 'changed', false],
    ['is NXRRSET', sign(NXRRSET), 'changed', false],
    ['is NOTAUTH', sign(NOTAUTH), 'no_such_zone', false],
    ['is NOTZONE', sign(NOTZONE), 'refused_record', false],
    ['is a code that nobody knows', sign(15), 'bad_answer', true],
  ] as const satisfies readonly (readonly [string, Server, string, boolean | undefined])[])
    it(`${what} counts as ${outcome}${mayBeWritten ? ', and may be written' : ''}`, async () => {
      const answer = await open(server).write(ZONE, [{ before: null, after: TEXT }], signal);
      equal(answer.outcome, outcome);
      equal('mayBeWritten' in answer ? answer.mayBeWritten : undefined, mayBeWritten);
      if (answer.outcome === 'done') return;
      equal(answer.detail.length > 0 && answer.detail.length <= 300, true);
      equal(answer.detail.includes(SETTINGS.tsigSecret), false);
      if (outcome === 'changed') deepEqual(answer.about, { name: TEXT.name, type: 'TXT' });
    });

  for (const [server, words] of [
    [sign(NOTAUTH, { tsig: badTime(NOW + 4000) }), /the clock of this machine is 67 minutes behind the DNS server's/],
    [sign(NOTAUTH, { tsig: badTime(NOW - 360) }), /the clock of this machine is 6 minutes ahead of the DNS server's/],
    [sign(NOTAUTH, { tsig: badTime(NOW + 90_000) }), /25 hours behind/],
    [sign(NOTAUTH, { tsig: { error: 17 }, octets: 0 }), /doesn't know the key update\.example with hmac-sha256/],
    [sign(NOTAUTH, { tsig: { error: 16 }, octets: 0 }), /another secret for the key update\.example/],
    [sign(REFUSED), /allow-update or update-policy \(BIND\), an acl with action update \(Knot\)/],
  ] as const)
    it(`is a refusal says what to do: ${words.source}`, async () => {
      const answer = await open(server).write(ZONE, [{ before: null, after: TEXT }], signal);
      match('detail' in answer ? answer.detail : '', words);
    });
});

describe('a connection', () => {
  for (const [what, settings, words] of [
    ['without a server', { server: ' ' }, /server is missing/],
    ['with a port that is none', { port: '53a' }, /from 1 to 65535/],
    ['with a port beyond the last', { port: '65536' }, /from 1 to 65535/],
    ['with a key name that is none', { tsigName: 'a..b' }, /key name/],
    ['with another algorithm', { tsigAlgorithm: 'hmac-md5.sig-alg.reg.int' }, /hmac-sha256 or hmac-sha512/],
    ['with an algorithm of all objects', { tsigAlgorithm: 'constructor' }, /hmac-sha256 or hmac-sha512/],
    ['with a secret that is no base64', { tsigSecret: 'not base64!' }, /base64/],
    ['without a secret', { tsigSecret: '' }, /base64/],
  ] as const)
    it(`${what} says so, and asks nobody`, async () => {
      const provider = open(() => {
        throw new Error('asked');
      }, settings);
      const answers = [
        await provider.listZones(1, signal),
        await provider.findZone('example.com', signal),
        await provider.read(ZONE, ['a.example.com'], signal),
        await provider.write(ZONE, [{ before: null, after: TEXT }], signal),
      ];
      for (const answer of answers) match('detail' in answer ? answer.detail : '', words);
    });

  it('asks whether the key may write by an update of nothing', async () => {
    const requests: Buffer[] = [];
    const provider = open((request) => {
      requests.push(request);
      return sign(REFUSED)(request);
    });
    equal((await provider.write(ZONE, [], signal)).outcome, 'forbidden');
    // One zone, no prerequisite, no update, one signature.
    deepEqual([...(requests[0]?.subarray(4, 12) ?? [])], [0, 1, 0, 0, 0, 0, 0, 1]);
  });

  it('asks nobody for what cannot be written', async () => {
    const provider = open(() => {
      throw new Error('asked');
    });
    const outside = await provider.write(ZONE, [{ before: null, after: { ...TEXT, name: 'example.org' } }], signal);
    deepEqual('about' in outside && [outside.outcome, outside.about, outside.mayBeWritten], [
      'refused_record',
      { name: 'example.org', type: 'TXT' },
      false,
    ]);
  });
});

/** A provider whose server is this function, and whose clock stands still. */
function open(server: Server, settings: Partial<typeof SETTINGS> = {}) {
  const tools: ProviderTools = {
    clock: { now: () => new Date(NOW * 1000), monotonicMs: () => 0, sleep: async () => undefined },
    randomBytes: (size) => Buffer.alloc(size, 0xa5),
    send: async () => ({ outcome: 'unreachable', detail: 'Nothing is asked over HTTP.' }),
    findNameServers: async () => null,
    exchange: async ({ message }) => server(Buffer.from(message)),
  };
  return createRfc2136({ ...SETTINGS, ...settings }, tools);
}

/** A server that answers with this code, signed. */
function sign(rcode: number | undefined, signing: Signing = {}): Server {
  return (request) => {
    const asked = decodeReply(request)?.tsig;
    if (!asked) throw new Error('The request is not signed.');
    const answer = answerTo(request, rcode);
    const tsig: Tsig = {
      ...asked,
      mac: Buffer.alloc(0),
      timeSigned: NOW,
      ...signing.tsig,
      start: answer.length,
    };
    // As a signature is computed, the record is in the message already.
    const withRecord = appendTsig(answer, tsig) ?? answer;
    const octets = listReplyOctets(withRecord, tsig, signing.requestMac ?? asked.mac) ?? [];
    const hash = tsig.algorithm === 'hmac-sha512' ? 'sha512' : 'sha256';
    const mac = octets.reduce((hmac, part) => hmac.update(part), createHmac(hash, signing.secret ?? SECRET)).digest();
    const signed = appendTsig(answer, { ...tsig, mac: mac.subarray(0, signing.octets ?? mac.length) }) ?? answer;
    return { outcome: 'done', value: signing.change?.(signed) ?? signed };
  };
}

function bare(rcode: number | undefined): Server {
  return (request) => ({ outcome: 'done', value: answerTo(request, rcode) });
}

/** Answers updates in one way and questions in another. */
function byKind(toUpdates: Server, toQuestions: Server): Server {
  return (request) => ((request[2] ?? 0) >> 3 === 0 ? toQuestions : toUpdates)(request);
}

function badTime(serverTime: number): Partial<Tsig> {
  const otherData = Buffer.alloc(6);
  otherData.writeUIntBE(serverTime, 0, 6);
  return { error: 18, otherData };
}

function answerTo(request: Buffer, rcode = 0): Buffer {
  const answer = dnsPacket.encode({ type: 'response', id: request.readUInt16BE(0) });
  return setRcode(setOpcode(answer, (request[2] ?? 0) >> 3), rcode);
}

function setOpcode(answer: Buffer, opcode: number): Buffer {
  answer[2] = 0x80 | (opcode << 3);
  return answer;
}

function setRcode(answer: Buffer, rcode = 0): Buffer {
  answer[3] = rcode;
  return answer;
}

function setId(answer: Buffer, id: number): Buffer {
  answer.writeUInt16BE(id, 0);
  return answer;
}
