import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isIpAddressText, isNumericLabel } from './ip-address-text.ts';

describe('what a program would take for an address is one', () => {
  for (const [why, text] of [
    ['IPv4', '192.0.2.1'],
    ['IPv4 out of range', '999.0.2.1'],
    ['IPv4 with leading zeros, which is octal', '0177.0.0.01'],
    ['three parts, as inet_aton reads them', '192.0.513'],
    ['two parts', '127.1'],
    ['one part', '2130706433'],
    ['hexadecimal parts', '0x7f.0x0.0X0.0xFF'],
    ['0x with no digit, which browsers read as 0', '0x.1'],
    ['IPv4 in brackets', '[192.0.2.1]'],
    ['IPv6', '2001:db8::1'],
    ['IPv6 in upper case', '2001:DB8::A'],
    ['the unspecified address', '::'],
    ['IPv6 with an IPv4 tail', '::ffff:192.0.2.1'],
    ['IPv6 with a zone', 'fe80::1%eth0'],
    ['IPv6 with a zone, in brackets', '[fe80::1%25eth0]'],
    ['IPv6 of too many groups', '1:2:3:4:5:6:7:8:9'],
  ] as const)
    it(why, () => assert.equal(isIpAddressText(text), true, text));
});

describe('a text that is no address is none', () => {
  for (const [why, text] of [
    ['it is empty', ''],
    ['it is only brackets', '[]'],
    ['a part is empty', '192.0..1'],
    ['it ends with a dot', '192.0.2.1.'],
    ['there are five parts', '192.0.2.1.5'],
    ['a part is a word', '192.0.2.com'],
    ['a hexadecimal digit has no 0x', '192.0.2.ff'],
    ['a letter after 0x is no digit', '0xg.1'],
    ['a part has a sign', '192.0.2.-1'],
    ['only the first bracket is there', '[192.0.2.1'],
    ['only the last bracket is there', '192.0.2.1]'],
    ['it has one colon, as a host with its port', '192.0.2.1:25'],
    ['it has one colon and hexadecimal digits', 'abc:def'],
    ['a group is no hexadecimal number', '2001:db8::xyz'],
    ['the colons stand in the zone', 'eth0%::'],
    ['the digits are of another script', '١٩٢.0.2.1'],
    ['there is a line break at the end', '192.0.2.1\n'],
    ['there is white space in front', ' 192.0.2.1'],
  ] as const)
    it(why, () => assert.equal(isIpAddressText(text), false, JSON.stringify(text)));
});

describe('a last label is a number as browsers read one (WHATWG URL §3.5)', () => {
  for (const [label, isNumber] of [
    ['0', true],
    ['08', true],
    ['4294967296', true],
    ['0x', true],
    ['0X1F', true],
    ['', false],
    ['1f', false],
    ['x1f', false],
    ['0xg', false],
    ['00x1', false],
    ['1-2', false],
    ['１', false],
    ['1\n', false],
  ] as const)
    it(`${JSON.stringify(label)}: ${isNumber}`, () => assert.equal(isNumericLabel(label), isNumber));
});

it('every address is one, also in brackets, and no domain is', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV4Extended(), fc.ipV6()), (address) => {
      assert.ok(isIpAddressText(address), address);
      assert.ok(isIpAddressText(`[${address}]`), address);
    }),
  );
  fc.assert(fc.property(fc.domain(), (name) => assert.ok(!isIpAddressText(name), name)));
});

it('a name whose last label is no number is never taken for an address by the URL parser either', () => {
  const label = fc.stringMatching(/^(?:0x)?[a-f\d]{1,4}$/);
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 5 }), (labels) => {
      const last = labels[labels.length - 1] ?? '';
      const host = labels.join('.');
      const parsed = URL.canParse(`http://${host}/`) ? new URL(`http://${host}/`).hostname : null;
      // The URL parser takes exactly the names that end with a number for addresses: they change or are refused.
      if (!isNumericLabel(last)) assert.equal(parsed, host);
      else assert.ok(parsed === null || /^\d+\.\d+\.\d+\.\d+$/.test(parsed), host);
      if (parsed !== null && isNumericLabel(last)) assert.ok(isIpAddressText(host), host);
    }),
  );
});
