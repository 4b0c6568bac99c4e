import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import dnsPacket from 'dns-packet';
import fc from 'fast-check';
import { formatMx, formatTarget, formatTxt, formatTxtStrings } from '../rdata.ts';
import { decodeRdata, encodeName, encodeRdata } from './rdata-wire.ts';

const hosts = fc
  .array(fc.stringMatching(/^[a-z0-9_-]{1,20}$/), { minLength: 1, maxLength: 6 })
  .map((labels) => labels.join('.'));

/** The data of a record as dns-packet writes it: what follows the header, the root's name and the record's ten octets. */
function encodeOther(record: { type: 'TXT'; data: Buffer[] } | { type: 'CNAME'; data: string } | MxRecord): Buffer {
  return dnsPacket.encode({ type: 'response', answers: [{ name: '.', ttl: 0, ...record }] }).subarray(12 + 1 + 10);
}

interface MxRecord {
  readonly type: 'MX';
  readonly data: { readonly preference: number; readonly exchange: string };
}

describe('data of records on the wire', () => {
  it('of texts is what dns-packet writes, and is read back as it was', () => {
    const texts = fc.array(fc.uint8Array({ minLength: 1, maxLength: 255 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(texts, (strings) => {
        const rdata = formatTxtStrings(strings);
        const written = encodeRdata('TXT', rdata) ?? Buffer.alloc(0);
        deepEqual(written, encodeOther({ type: 'TXT', data: strings.map((each) => Buffer.from(each)) }));
        equal(decodeRdata(written, 'TXT', 0, written.length), rdata);
      }),
    );
  });

  it('of hosts is what dns-packet writes, and is read back as it was', () => {
    fc.assert(
      fc.property(hosts, fc.nat(0xffff), (host, priority) => {
        const target = encodeRdata('CNAME', formatTarget(host)) ?? Buffer.alloc(0);
        deepEqual(target, encodeOther({ type: 'CNAME', data: host }));
        equal(decodeRdata(target, 'CNAME', 0, target.length), `${host}.`);
        const exchange = encodeRdata('MX', formatMx(priority, host)) ?? Buffer.alloc(0);
        deepEqual(exchange, encodeOther({ type: 'MX', data: { preference: priority, exchange: host } }));
        equal(decodeRdata(exchange, 'MX', 0, exchange.length), `${priority} ${host}.`);
      }),
    );
  });

  it('is never read beyond its end, and never throws, whatever octets come', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom('TXT', 'MX', 'CNAME'), (octets, type) => {
        const read = decodeRdata(Buffer.from(octets), type, 0, octets.length);
        const isText = read === null || typeof read === 'string';
        equal(isText, true);
        // What can be read can be written: otherwise a record of somebody else could be seen and not guarded.
        if (read !== null) equal(encodeRdata(type, read) !== null, true, read);
      }),
    );
  });

  it('keeps octets that are no plain text in names', () => {
    const odd = Buffer.from([3, 0x61, 0x2e, 0x5c, 2, 0x00, 0xff, 0]);
    equal(decodeRdata(odd, 'CNAME', 0, odd.length), 'a\\046\\092.\\000\\255.');
    deepEqual(encodeName('a\\046\\092.\\000\\255'), odd);
  });

  for (const [what, type, rdata] of [
    ['a text without end', 'TXT', '"v=spf1'],
    ['no text', 'TXT', ''],
    ['a host without final dot', 'CNAME', 'host.example'],
    ['an empty label', 'CNAME', 'host..example.'],
    ['a label of 64 octets', 'CNAME', `${'a'.repeat(64)}.example.`],
    ['a name of 256 octets', 'CNAME', `${'aaaaaaa.'.repeat(32)}`],
    ['an escape beyond an octet', 'CNAME', 'a\\256.example.'],
    ['an escape that is none', 'CNAME', 'a\\x.example.'],
    ['a priority beyond two octets', 'MX', '65536 mx.example.'],
    ['no priority', 'MX', 'mx.example.'],
  ] as const)
    it(`isn't made of ${what}`, () => equal(encodeRdata(type, rdata), null));

  it('takes the null MX (RFC 7505)', () => {
    deepEqual(encodeRdata('MX', '0 .'), Buffer.from([0, 0, 0]));
    equal(decodeRdata(Buffer.from([0, 0, 0]), 'MX', 0, 3), '0 .');
    equal(formatTxt('x').length, 3);
  });
});
