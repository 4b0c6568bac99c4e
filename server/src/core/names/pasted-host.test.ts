import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { findPastedHost } from './pasted-host.ts';

/** What stands around a host, in the order of the text. */
const PASTED: readonly (readonly [text: string, host: string, parts: readonly string[]])[] = [
  ['https://example.com', 'example.com', ['a protocol']],
  ['HTTPS://Example.com', 'Example.com', ['a protocol']],
  ['git+ssh://example.com', 'example.com', ['a protocol']],
  ['h2c-1.0://example.com', 'example.com', ['a protocol']],
  ['//example.com', 'example.com', ['a protocol']],
  ['\\\\example.com', 'example.com', ['a protocol']],
  ['https:\\\\example.com', 'example.com', ['a protocol']],
  ['https:/example.com', 'example.com', ['a protocol']],
  ['https:example.com', 'example.com', ['a protocol']],
  ['http:example.com', 'example.com', ['a protocol']],
  ['https://', '', ['a protocol']],

  ['mailto:user@example.com', 'example.com', ['a protocol', 'a mailbox']],
  ['user@example.com', 'example.com', ['a mailbox']],
  ['user@', '', ['a mailbox']],
  ['@', '', ['a mailbox']],
  ['a@b@example.com', 'example.com', ['a mailbox']],
  ['Jane Doe <jane@example.com>', 'example.com', ['a mailbox']],
  ['<jane@example.com>', 'example.com', ['a mailbox']],
  ['<mailto:jane@example.com>', 'example.com', ['a protocol', 'a mailbox']],

  ['example.com:25', 'example.com', ['a port']],
  ['example.com:', 'example.com', ['a port']],
  ['[2001:db8::1]:25', '[2001:db8::1]', ['a port']],
  ['http://[::1]:8080/', '[::1]', ['a protocol', 'a port', 'a path']],

  ['example.com/', 'example.com', ['a path']],
  ['example.com\\a', 'example.com', ['a path']],
  ['/', '', ['a path']],
  ['example.com?q', 'example.com', ['a query']],
  ['example.com?', 'example.com', ['a query']],
  ['example.com#', 'example.com', ['a fragment']],
  ['example.com#a?b/c', 'example.com', ['a fragment']],
  ['example.com/a?b#c', 'example.com', ['a path']],

  ['https://u:p@example.com:8443/x?y#z', 'example.com', ['a protocol', 'a mailbox', 'a port', 'a path']],
];

describe('what stands around a host is told apart and taken off', () => {
  for (const [text, host, parts] of PASTED)
    it(`${text}: ${parts.join(', ')} around "${host}"`, () => {
      assert.deepEqual(findPastedHost(text), { parts, host });
    });

  it('an @ after the host belongs to the path, the query or the fragment', () => {
    for (const tail of ['/', '\\', '?', '#'])
      assert.equal(findPastedHost(`example.com${tail}user@evil.example`)?.host, 'example.com');
  });

  it('a colon in the path is no port', () => {
    assert.deepEqual(findPastedHost('example.com/a:25'), { parts: ['a path'], host: 'example.com' });
  });
});

describe('a text with nothing around it is left alone', () => {
  for (const [why, text] of [
    ['it is empty', ''],
    ['it is a name', 'example.com'],
    ['it is an IPv6 address, whose last group is no port', '2001:db8::25'],
    ['it is an IPv6 address in brackets', '[2001:db8::1]'],
    ['what follows the colon is no number', 'example.com:smtp'],
    ['digits and a letter are no port', 'example.com:25a'],
    ['brackets hold no mailbox', 'Jane <example.com>'],
    ['a protocol other than the usual ones needs its slashes', 'ftp:example.com'],
    ['a protocol starts with a letter', '1https:x'],
  ] as const)
    it(why, () => assert.equal(findPastedHost(text), null));
});

it('a URL of any parts gives its host back, and each part in the order in which it stands', () => {
  const parts = fc.record({
    scheme: fc.constantFrom('', 'https://', 'ftp://', '//'),
    user: fc.constantFrom('', 'user@', 'user:secret@', 'a@b@'),
    port: fc.constantFrom('', ':', ':25', ':65535'),
    tail: fc.constantFrom('', '/', '/a/b', '?a=b', '#top', '/a@b:25'),
  });
  fc.assert(
    fc.property(parts, fc.domain(), ({ scheme, user, port, tail }, host) => {
      const found = findPastedHost(scheme + user + host + port + tail);
      const names = [scheme && 'a protocol', user && 'a mailbox', port && 'a port'].filter(Boolean);
      if (tail) names.push(tail.startsWith('?') ? 'a query' : tail.startsWith('#') ? 'a fragment' : 'a path');
      assert.deepEqual(found, names.length === 0 ? null : { parts: names, host });
    }),
  );
});
