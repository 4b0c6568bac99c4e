import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError } from '../errors.ts';
import { parseDomainName } from './domain-name.ts';

const DERIVED_LABELS = ['_autosend-verify', 'autosend._domainkey', 'asend', '_dmarc'];
const OPTIONS = { allowReservedTlds: false, derivedLabels: DERIVED_LABELS };

/** What is said about an input; fails where it is accepted, or where anything but our error is thrown. */
function refuse(input: unknown, options = OPTIONS): string {
  try {
    const name = parseDomainName(input, options);
    assert.fail(`accepted as ${name}`);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    assert.equal(error.code, 'VALIDATION_FAILED');
    assert.deepEqual(error.details, [{ field: 'domain', message: error.message }]);
    return error.message;
  }
}

/** A valid name of exactly so many characters. */
function nameOfLength(length: number): string {
  const labels = ['a'.repeat(63), 'b'.repeat(63), 'c'.repeat(63)];
  return [...labels, 'd'.repeat(length - 192 - 4), 'com'].join('.');
}

describe('a domain name is accepted in any spelling and stored in one', () => {
  for (const [input, stored] of [
    ['example.com', 'example.com'],
    ['EXAMPLE.Com', 'example.com'],
    ['example.com.', 'example.com'],
    ['mail.eu.example.com', 'mail.eu.example.com'],
    ['bücher.de', 'xn--bcher-kva.de'],
    ['BU\u0308CHER.de', 'xn--bcher-kva.de'],
    ['XN--BCHER-KVA.DE', 'xn--bcher-kva.de'],
    ['faß.de', 'xn--fa-hia.de'],
    ['食狮.中国', 'xn--85x722f.xn--fiqs8s'],
    ['ｅｘａｍｐｌｅ．ｃｏｍ', 'example.com'],
    ['example。com。', 'example.com'],
    ['exam\u00adple.com', 'example.com'],
    ['1and1.com', '1and1.com'],
    ['123.com', '123.com'],
    ['a--b.com', 'a--b.com'],
    [`${'a'.repeat(63)}.com`, `${'a'.repeat(63)}.com`],
    ['github.io', 'github.io'],
    ['blogspot.com', 'blogspot.com'],
    ['www.ck', 'www.ck'],
    ['example.co.uk', 'example.co.uk'],
    ['example.not-yet-listed', 'example.not-yet-listed'],
    ['latest.com', 'latest.com'],
    ['test.com', 'test.com'],
  ] as const) {
    it(`${JSON.stringify(input)} is stored as ${stored}`, () => assert.equal(parseDomainName(input, OPTIONS), stored));
  }
});

describe('what is no domain name is refused with what was found, and what was meant where that is clear', () => {
  const cases: readonly (readonly [input: unknown, found: RegExp, meant: string | null])[] = [
    [undefined, /missing/, null],
    [null, /null/, null],
    [42, /a number/, null],
    [true, /a boolean/, null],
    [['example.com'], /an array/, null],
    [{ toString: () => 'example.com' }, /an object/, null],
    ['', /empty/, null],
    [' \t\n', /is blank/, null],
    ['.', /only a dot/, null],

    ['https://example.com', /contains a protocol/, 'example.com'],
    ['HTTPS://Example.COM/', /a protocol and a path/, 'example.com'],
    ['https://www.example.com/', /a protocol and a path/, 'www.example.com'],
    ['https://bücher.de', /a protocol/, 'bücher.de'],
    ['//example.com', /a protocol/, 'example.com'],
    ['example.com/path', /a path/, 'example.com'],
    ['example.com/', /a path/, 'example.com'],
    ['example.com?a=b@c', /a query/, 'example.com'],
    ['example.com#top', /a fragment/, 'example.com'],
    ['example.com\\path', /a path/, 'example.com'],
    ['example.com:25', /a port/, 'example.com'],
    ['user@example.com', /a mailbox/, 'example.com'],
    ['a@b@example.com', /a mailbox/, 'example.com'],
    ['@example.com', /a mailbox/, 'example.com'],
    ['mailto:user@example.com', /a mailbox/, 'example.com'],
    ['Jane <user@example.com>', /a mailbox/, 'example.com'],
    ['https://user:secret@example.com:8443/x', /a protocol, a mailbox, a port and a path/, 'example.com'],
    [' https://example.com ', /a protocol/, 'example.com'],
    ['https://', /a protocol/, null],
    ['user@', /a mailbox/, null],

    ['localhost', /isn't a complete domain/, null],
    ['localhost:3000', /a port/, null],
    ['com', /isn't a complete domain/, null],
    ['COM.', /isn't a complete domain/, null],
    ['中国', /isn't a complete domain/, null],
    ['co.uk', /is a public suffix/, null],
    ['CO.UK.', /is a public suffix/, null],
    ['c.mm', /is a public suffix/, null],
    ['公司.cn', /is a public suffix/, null],
    ['https://co.uk/', /a protocol/, null],
    ['user@localhost', /a mailbox/, null],

    ['192.0.2.1', /IP address/, null],
    ['192.0.2.1.', /IP address/, null],
    ['999.0.2.1', /IP address/, null],
    ['192.0.2.1:25', /IP address/, null],
    ['http://192.0.2.1/', /IP address/, null],
    ['user@[192.0.2.1]', /IP address/, null],
    ['192.0.2.0/24', /IP address/, null],
    ['１９２.0.2.1', /IP address/, null],
    ['127.1', /IP address/, null],
    ['0x7f.1', /IP address/, null],
    ['0177.0.0.01', /IP address/, null],
    ['2130706433', /IP address/, null],
    ['[::1]', /IP address/, null],
    ['::1', /IP address/, null],
    ['[2001:db8::1]:25', /IP address/, null],
    ['::ffff:192.0.2.1', /IP address/, null],
    ['fe80::1%eth0', /IP address/, null],
    ['1.2.3.4.5', /"5" is a number/, null],
    ['example.123', /"123" is a number/, null],
    ['example.0x1f', /"0x1f" is a number/, null],

    ['-x.example.com', /^"-x" starts with a hyphen/, null],
    ['x-.example.com', /^"x-" ends with a hyphen/, null],
    ['-.example.com', /^"-" starts with a hyphen/, null],
    ['a_b.com', /^"a_b" contains an underscore/, null],
    ['_x.com', /^"_x" contains an underscore/, null],
    ['_dmarc.example.com', /^"_dmarc" contains an underscore/, 'example.com'],
    ['autosend._domainkey.example.com', /^"_domainkey" contains an underscore/, 'example.com'],
    ['a..com', /two dots in a row \(part 2 is empty\)/, 'a.com'],
    ['.example.com', /starts with a dot/, 'example.com'],
    ['http//example.com', /contains a path/, 'example.com'],
    ['example com', /contains a space/, 'example.com'],
    ['example. com', /contains a space/, 'example.com'],
    ['exam ple.com', /contains a space/, null],
    ['example.com IN TXT', /contains a space/, 'example.com'],
    ['$ORIGIN example.com.', /can't contain "\$"/, 'example.com'],
    ['Domain: example.com', /can't contain ":"/, 'example.com'],
    ['example.com example.org', /contains a space/, null],
    ['example%2Ecom', /can't contain "%"/, 'example.com'],
    ['example.com..', /ends with more than one dot/, 'example.com'],
    ['..', /starts with a dot/, null],
    ['*.example.com', /can't contain "\*"/, 'example.com'],
    ['a b.com', /^"a b" contains a space/, null],
    [' example.com', /spaces around/, 'example.com'],
    ['example.com\r\n', /spaces around/, 'example.com'],
    ['\ufeffexample.com', /spaces around/, 'example.com'],
    ['"example.com"', /can't contain "\\""/, 'example.com'],
    ['example.com,', /can't contain ","/, 'example.com'],
    ['example,com', /can't contain ","\./, 'example.com'],
    ['www.example,com', /can't contain ","\./, 'www.example.com'],
    ['example.com,www.example.com', /can't contain ","/, null],
    ['example.com, example.org', /can't contain ","/, null],
    ['ex%61mple.com', /can't contain "%"/, null],
    ['a\u0000.com', /control character U\+0000/, null],
    ['a\u007f.com', /control character U\+007F/, null],
    ['a\u0085b.com', /control character U\+0085/, null],
    ['a\u00a0b.com', /space character U\+00A0/, null],
    ['a\u202eb.com', /character \(U\+202E\)/, null],
    ['a\ud800.com', /character \(U\+D800\)/, null],
    ['a\ufffd.com', /U\+FFFD/, null],
    ['a\u{3d000}.com', /U\+3D000/, null],
    ['xn--a.com', /^"xn--a" .*isn't valid punycode/, null],
    ['xn--.com', /^"xn--" ends with a hyphen/, null],
    ['xn--te\u0161la.com', /isn't valid punycode/, null],
    ['xn--example-.com', /^"xn--example-" ends with a hyphen/, null],
    ['ab--c.com', /^"ab--c" has hyphens as its third and fourth/, null],
    ['\u200d.com', /breaks the rules for internationalized names/, null],
    ['\u064aa.com', /breaks the rules for internationalized names/, null],
    ['\u05d0.0a', /mix writing directions/, null],

    [`${'a'.repeat(64)}.com`, /is 64 characters long\. The limit is 63/, null],
    [`${'ü'.repeat(60)}.com`, /is 66 characters long in its punycode form/, null],
    [`xn--${'a'.repeat(60)}.com`, /is 64 characters long/, null],
    [nameOfLength(253).replace('.com', '.coma'), /254 characters long\. The limit is 253/, null],
    ['a'.repeat(65_536), /65536 characters long/, null],
    [`https://example.com/${'a'.repeat(1000)}`, /a protocol and a path/, 'example.com'],
  ];
  for (const [input, found, meant] of cases) {
    const shown = JSON.stringify(input)?.slice(0, 60);
    it(`${shown}: ${found.source}${meant === null ? '' : `, ${meant} was meant`}`, () => {
      const message = refuse(input);
      assert.match(message, found);
      assert.equal(/Did you mean (.*)\?$/.exec(message)?.[1] ?? null, meant);
    });
  }
});

describe('a reserved top-level domain is refused unless the configuration allows it', () => {
  for (const tld of ['test', 'invalid', 'localhost', 'example', 'local', 'onion', 'alt', 'arpa', 'internal']) {
    it(`.${tld}`, () => {
      assert.match(refuse(`mail.shop.${tld.toUpperCase()}.`), new RegExp(`"\\.${tld}" is a reserved top-level domain`));
      assert.equal(parseDomainName(`shop.${tld}`, { allowReservedTlds: true }), `shop.${tld}`);
    });
  }
  it('a reserved name is suggested only where it is allowed', () => {
    assert.doesNotMatch(refuse('https://shop.test'), /Did you mean/);
    assert.match(refuse('https://shop.test', { ...OPTIONS, allowReservedTlds: true }), /Did you mean shop\.test\?/);
  });
  it('a single reserved label stays one label', () => {
    assert.match(refuse('localhost', { ...OPTIONS, allowReservedTlds: true }), /isn't a complete domain/);
  });
  it('example.com, .net and .org are accepted, as documentation is full of them', () => {
    for (const name of ['example.com', 'example.net', 'example.org'])
      assert.equal(parseDomainName(name, OPTIONS), name);
  });
});

describe('a name is refused when a record name made from it would pass 253 characters', () => {
  const longest = 253 - 'autosend._domainkey.'.length;
  it('the longest one that works is accepted', () => {
    const name = nameOfLength(longest);
    assert.equal(parseDomainName(name, OPTIONS), name);
  });
  it('one character more is refused with the longest that works', () => {
    assert.match(refuse(nameOfLength(longest + 1)), new RegExp(`longest domain that works has ${longest} characters`));
  });
  it('a longer selector leaves less room', () => {
    const options = { ...OPTIONS, derivedLabels: [...DERIVED_LABELS, 'autosend-abcd._domainkey'] };
    assert.match(refuse(nameOfLength(longest), options), new RegExp(`that works has ${longest - 5} characters`));
  });
  it('with no record names the limit is that of DNS', () => {
    const name = nameOfLength(253);
    assert.equal(parseDomainName(`${name}.`, { allowReservedTlds: false }), name);
  });
});
