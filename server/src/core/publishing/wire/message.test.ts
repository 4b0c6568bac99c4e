import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import dnsPacket from 'dns-packet';
import fc from 'fast-check';
import { formatMx, formatTarget, formatTxt } from '../rdata.ts';
import type { RrSet } from '../rr-set.ts';
import { CLASSES, type DnsRequest, decodeReply, encodeRequest } from './message.ts';
import { appendTsig } from './tsig-record.ts';
import {
  type BuiltUpdate,
  buildPresenceTest,
  buildStandingTest,
  buildUpdate,
  listGuardTests,
  listSwapped,
} from './update.ts';

const ZONE = 'example.com';
const TEXT: RrSet = { name: 'a.example.com', type: 'TXT', ttlSeconds: 3600, rdata: [formatTxt('one')] };
const OTHER_TEXT: RrSet = { ...TEXT, rdata: [formatTxt('two'), formatTxt('three')] };
const MAIL: RrSet = { name: 'a.example.com', type: 'MX', ttlSeconds: 300, rdata: [formatMx(10, 'mx.example.net')] };
const ALIAS: RrSet = { name: 'a.example.com', type: 'CNAME', ttlSeconds: 300, rdata: [formatTarget('b.example.net')] };
const OTHERS = [1, 2, 12, 28, 29, 33, 35, 37, 44, 52, 64, 65, 257];
const TSIG = {
  keyName: 'key.example',
  algorithm: 'hmac-sha256',
  timeSigned: 1_764_000_000,
  fudgeSeconds: 300,
  mac: Buffer.alloc(32, 7),
  originalId: 1,
  error: 0,
  otherData: Buffer.alloc(0),
};

describe('an update', () => {
  for (const [what, changes, prerequisites, updates] of [
    ['a new set', [{ before: null, after: TEXT }], ['NONE TXT a', 'NONE CNAME a'], ['IN TXT a 3600']],
    [
      'a changed set',
      [{ before: TEXT, after: OTHER_TEXT }],
      ['IN TXT a 0', 'NONE CNAME a'],
      ['ANY TXT a', 'IN TXT a 3600', 'IN TXT a 3600'],
    ],
    ['a set that goes', [{ before: OTHER_TEXT, after: null }], ['IN TXT a 0', 'IN TXT a 0'], ['ANY TXT a']],
    ['a new alias', [{ before: null, after: ALIAS }], ['NONE CNAME a', 'NONE ANY a'], ['IN CNAME a 300']],
    [
      'a changed alias, which replaces the one that is there',
      [{ before: ALIAS, after: { ...ALIAS, rdata: [formatTarget('c.example.net')] } }],
      ['IN CNAME a 0', ...OTHERS.map((type) => `NONE ${type} a`), 'NONE MX a', 'NONE TXT a'],
      ['IN CNAME a 300'],
    ],
    [
      'an alias in place of a text',
      [
        { before: null, after: ALIAS },
        { before: TEXT, after: null },
      ],
      // A, NS, PTR, AAAA, LOC, SRV, NAPTR, CERT, SSHFP, TLSA, SVCB, HTTPS, CAA and MX mustn't stand there.
      ['NONE CNAME a', ...OTHERS.map((type) => `NONE ${type} a`), 'NONE MX a', 'IN TXT a 0'],
      ['ANY TXT a', 'IN CNAME a 300'],
    ],
    [
      'a text in place of an alias',
      [
        { before: ALIAS, after: null },
        { before: null, after: TEXT },
      ],
      ['IN CNAME a 0', 'NONE TXT a'],
      ['ANY CNAME a', 'IN TXT a 3600'],
    ],
    [
      'two sets of one name',
      [
        { before: null, after: TEXT },
        { before: MAIL, after: null },
      ],
      ['NONE TXT a', 'NONE CNAME a', 'IN MX a 0'],
      ['ANY MX a', 'IN TXT a 3600'],
    ],
    ['nothing', [{ before: null, after: null }], [], []],
  ] as const)
    it(`of ${what} says first what has to stand there`, () => {
      const { prerequisites: first, updates: then } = takeRequest(buildUpdate(ZONE, changes));
      deepEqual(first.map(describeRecord), prerequisites);
      deepEqual(then.map(describeRecord), updates);
    });

  for (const [what, changes, why] of [
    ['a name outside the zone', [{ before: null, after: { ...TEXT, name: 'example.org' } }], 'outside'],
    ['a name that only ends alike', [{ before: null, after: { ...TEXT, name: 'notexample.com' } }], 'outside'],
    ['data that is none', [{ before: null, after: { ...MAIL, rdata: ['mx.example.net.'] } }], 'data'],
    ['what stood there and is no data', [{ before: { ...MAIL, rdata: ['10 mx'] }, after: null }], 'data'],
    [
      'an alias beside a text',
      [
        { before: null, after: ALIAS },
        { before: null, after: TEXT },
      ],
      'collision',
    ],
  ] as const)
    it(`is not made of ${what}`, () => {
      const built = buildUpdate(ZONE, changes);
      equal('unfit' in built && built.why, why);
    });

  it('knows which sets come where a CNAME goes, or the other way round', () => {
    const other = { ...TEXT, name: 'b.example.com' };
    const swap = [
      { before: ALIAS, after: null },
      { before: null, after: TEXT },
      { before: null, after: other },
    ];
    deepEqual(listSwapped(swap), [TEXT]);
    deepEqual(listSwapped(swap.map(({ before, after }) => ({ before: after, after: before }))), [ALIAS]);
    deepEqual(
      listSwapped([
        { before: MAIL, after: null },
        { before: null, after: TEXT },
      ]),
      [],
    );
    deepEqual(buildStandingTest(ZONE, [TEXT, MAIL]).prerequisites.map(describeRecord), ['IN TXT a 0', 'IN MX a 0']);
  });

  it('has tests that change nothing: for each part of what it demands, and for whether sets stand there', () => {
    const changes = [
      { before: null, after: ALIAS },
      { before: TEXT, after: null },
    ];
    const tests = listGuardTests(ZONE, changes);
    deepEqual(
      tests.map(({ request, about, means }) => [means, about.type, request.prerequisites.map(describeRecord)]),
      [
        ['changed', 'CNAME', ['NONE CNAME a']],
        ['changed', 'TXT', ['IN TXT a 0']],
        ['changed', 'MX', ['NONE MX a']],
        ['occupied', 'CNAME', [...OTHERS.map((type) => `NONE ${type} a`), 'NONE MX a']],
      ],
    );
    const presence = buildPresenceTest(ZONE, [TEXT, MAIL]);
    deepEqual(presence.prerequisites.map(describeRecord), ['ANY TXT a', 'ANY MX a']);
    for (const { updates } of [presence, ...tests.map(({ request }) => request)]) deepEqual(updates, []);
  });

  it('reads in dns-packet as it was meant', () => {
    const request = takeRequest(buildUpdate(ZONE, [{ before: TEXT, after: OTHER_TEXT }]));
    // It takes an empty TXT record for a broken one: what has no data is left to the table above and to real servers.
    const [prerequisites, updates] = [request.prerequisites, request.updates].map((records) =>
      records.filter(({ rdata }) => rdata.length > 0),
    );
    const read = dnsPacket.decode(
      encodeRequest(0xabcd, { ...request, prerequisites: prerequisites ?? [], updates: updates ?? [] }) ??
        Buffer.alloc(0),
    );
    equal(read.id, 0xabcd);
    equal(Reflect.get(read, 'opcode'), 'UPDATE');
    deepEqual(read.questions, [{ name: ZONE, type: 'SOA', class: 'IN' }]);
    const common = { name: TEXT.name, type: 'TXT', class: 'IN', flush: false };
    deepEqual(read.answers, [{ ...common, ttl: 0, data: [Buffer.from('one')] }]);
    deepEqual(read.authorities, [
      { ...common, ttl: 3600, data: [Buffer.from('two')] },
      { ...common, ttl: 3600, data: [Buffer.from('three')] },
    ]);
  });

  it('that is too long for one message, or has a name that is none, is not written', () => {
    const rdata = Array.from({ length: 300 }, (_, index) => formatTxt(`${index} ${'x'.repeat(250)}`));
    equal(encodeRequest(1, takeRequest(buildUpdate(ZONE, [{ before: null, after: { ...TEXT, rdata } }]))), null);
    equal(
      encodeRequest(1, takeRequest(buildUpdate(ZONE, [{ before: null, after: { ...TEXT, name: 'a..example.com' } }]))),
      null,
    );
  });
});

describe('an answer', () => {
  const question = { name: TEXT.name, type: 'TXT' } as const;
  const answers: dnsPacket.Answer[] = [{ name: TEXT.name, type: 'TXT', ttl: 60, data: ['v=spf1 ~all'] }];
  const whole = dnsPacket.encode({
    type: 'response',
    id: 5,
    flags: 0x400,
    questions: [question],
    answers,
  });

  it('of dns-packet is read with its flags, question, records and signature', () => {
    const reply = decodeReply(appendTsig(whole, TSIG) ?? Buffer.alloc(0));
    ok(reply);
    const { id, isResponse, authoritative, opcode, rcode } = reply;
    deepEqual(
      { id, isResponse, authoritative, opcode, rcode },
      { id: 5, isResponse: true, authoritative: true, opcode: 0, rcode: 0 },
    );
    deepEqual(reply.question, { name: TEXT.name, type: 16 });
    deepEqual(
      reply.answers.map(({ owner, type, class: recordClass, ttlSeconds }) => [owner, type, recordClass, ttlSeconds]),
      [[TEXT.name, 16, 1, 60]],
    );
    deepEqual(reply.tsig, { ...TSIG, serverTime: null, start: whole.length });
  });

  it('that is cut off anywhere, or goes on behind its end, is not read', () => {
    const signed = appendTsig(whole, TSIG) ?? Buffer.alloc(0);
    for (let length = 0; length < signed.length; length += 1)
      equal(decodeReply(signed.subarray(0, length)), null, `${length}`);
    equal(decodeReply(Buffer.concat([signed, Buffer.alloc(1)])), null);
  });

  it('with two signatures, with one that is not the last record, or with one of another class is not read', () => {
    const signed = appendTsig(whole, TSIG) ?? Buffer.alloc(0);
    equal(decodeReply(appendTsig(signed, TSIG) ?? signed), null);
    const inAnswers = Buffer.from(signed);
    inAnswers.writeUInt16BE(2, 6);
    inAnswers.writeUInt16BE(0, 10);
    equal(decodeReply(inAnswers), null);
    const ofClassIn = Buffer.from(signed);
    ofClassIn.writeUInt16BE(CLASSES.in, signed.indexOf(Buffer.from([0, 250, 0, 255])) + 2);
    equal(decodeReply(ofClassIn), null);
  });

  it('tells the clock of the server with BADTIME', () => {
    const otherData = Buffer.from([0, 0, 0x69, 0x24, 0x50, 0x80]);
    const reply = decodeReply(appendTsig(whole, { ...TSIG, error: 18, otherData }) ?? Buffer.alloc(0));
    equal(reply?.tsig?.serverTime, 0x69245080);
  });

  it('is never read beyond its end, never throws and never takes long, whatever octets come', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (octets) => {
        const reply = decodeReply(Buffer.from(octets));
        for (const { from, to } of reply?.answers ?? []) ok(from <= to && to <= octets.length);
      }),
    );
    // Messages that nearly are one get further than those that are none.
    const signed = appendTsig(whole, TSIG) ?? Buffer.alloc(0);
    fc.assert(
      fc.property(
        fc.nat(signed.length - 1),
        fc.nat(255),
        fc.nat(signed.length - 1),
        fc.nat(255),
        (at, octet, at2, octet2) => {
          const changed = Buffer.from(signed);
          changed[at] = octet;
          changed[at2] = octet2;
          const reply = decodeReply(changed);
          for (const { from, to } of reply?.answers ?? []) ok(from <= to && to <= changed.length);
        },
      ),
      { numRuns: 500 },
    );
  });
});

function takeRequest(built: BuiltUpdate): DnsRequest {
  if (!('request' in built)) throw new Error(built.why);
  return built.request;
}

function describeRecord({ name, type, class: recordClass, ttlSeconds }: DnsRequest['updates'][number]): string {
  const classes: Record<number, string> = { 1: 'IN', 254: 'NONE', 255: 'ANY' };
  const types: Record<number, string> = { 5: 'CNAME', 15: 'MX', 16: 'TXT', 255: 'ANY' };
  const ttl = recordClass === CLASSES.in ? ` ${ttlSeconds}` : '';
  return `${classes[recordClass]} ${types[type] ?? type} ${name.replace(`.${ZONE}`, '')}${ttl}`;
}
