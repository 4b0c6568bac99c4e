import assert from 'node:assert/strict';
import { test } from 'node:test';
import { excerptOf } from '../../answers/quote-found.ts';
import type { DkimProblem, DmarcProblem, SpfProblem } from '../../judgement/problems.ts';
import { wordDkimProblem, wordDmarcProblem, wordSpfProblem } from './problems.ts';

test('why a DKIM key record cannot be read', () => {
  const said: readonly (readonly [problem: DkimProblem, words: string])[] = [
    [{ what: 'empty' }, 'it is empty'],
    [{ what: 'empty_part' }, 'there are two semicolons in a row'],
    [{ what: 'no_equals', part: excerptOf('k') }, 'there is text without a "=" between semicolons: "k"'],
    [{ what: 'tag_name', name: excerptOf('"v') }, 'there is text that receivers don’t expect before "=": "\\"v"'],
    [{ what: 'tag_character', tag: excerptOf('n') }, 'the tag "n" contains a character that isn’t allowed'],
    [
      { what: 'tag_character', tag: excerptOf('p'), character: 0x41c, at: 7 },
      'the tag "p" contains the character "М" (U+041C) at character 7, which isn’t allowed',
    ],
    [
      { what: 'tag_character', tag: excerptOf('p'), character: 0x200b, at: 1 },
      'the tag "p" contains a zero-width space (invisible) at character 1, which isn’t allowed',
    ],
    [{ what: 'tag_twice', tag: excerptOf('p') }, 'the tag "p" appears twice'],
    [{ what: 'version', found: excerptOf('DKIM2') }, 'v= is "DKIM2" instead of exactly DKIM1'],
    [{ what: 'version', found: excerptOf('') }, 'v= is empty instead of exactly DKIM1'],
    [{ what: 'version_not_first' }, 'v= is not the first tag'],
    [{ what: 'no_key' }, 'it has no p= tag with the key'],
    [{ what: 'base64_url' }, 'the key has "-" or "_" where it should have "+" or "/"'],
    [
      { what: 'base64_character', found: excerptOf('.'), at: 12 },
      'the key contains "." at character 12, which isn’t allowed in a key',
    ],
    [
      { what: 'base64_length', length: 393 },
      'the key has 393 characters, and no key has that length: one was added or lost',
    ],
    [{ what: 'base64_padding', extra: 1 }, 'the key has a "=" too many at its end'],
    [{ what: 'base64_padding', extra: 2 }, 'the key has 2 "=" too many at its end'],
  ];
  for (const [problem, words] of said) assert.equal(wordDkimProblem(problem), words);
});

test('why a DMARC record is not valid', () => {
  const said: readonly (readonly [problem: DmarcProblem, words: string])[] = [
    [{ what: 'quoted' }, 'quotation marks were published as part of it'],
    [{ what: 'space_before' }, 'there is a space before v=DMARC1'],
    [{ what: 'backslashes' }, 'backslashes were published as part of it'],
    [{ what: 'semicolon_missing' }, 'the semicolon after v=DMARC1 is missing'],
    [{ what: 'version' }, 'v= is not exactly DMARC1, in capital letters and followed by a semicolon'],
    [{ what: 'no_version' }, 'it doesn’t start with v=DMARC1'],
    [{ what: 'no_policy' }, 'it has no p= tag'],
    [{ what: 'policy', tag: 'sp', found: excerptOf('all') }, 'sp= is "all", not none, quarantine or reject'],
    [{ what: 'policy', tag: 'p', found: excerptOf('') }, 'p= is empty'],
    [{ what: 'tag_twice', tag: 'rua' }, 'the tag rua= appears twice'],
  ];
  for (const [problem, words] of said) assert.equal(wordDmarcProblem(problem), words);
});

test('why receivers cannot use an SPF record, also where it leads', () => {
  const said: readonly (readonly [problem: SpfProblem, words: string])[] = [
    [{ what: 'no_spf' }, 'it doesn’t start with v=spf1 and a space'],
    [
      { what: 'too_long', length: 32_700, limit: 4_096 },
      'it is 32700 characters long, and we read at most 4096 (RFC 7208 recommends no more than 450)',
    ],
    [{ what: 'modifier_twice', name: 'redirect' }, 'the modifier redirect= appears twice'],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'no_term' } },
      'the term "x" is wrong: it is neither a mechanism nor a modifier',
    ],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'unknown_mechanism', meant: 'ip4' } },
      'the term "x" is wrong: there is no such mechanism (an IPv4 address is written with "ip4:")',
    ],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'unknown_mechanism', meant: 'ip6' } },
      'the term "x" is wrong: there is no such mechanism (an IPv6 address is written with "ip6:")',
    ],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'unknown_mechanism', meant: 'redirect' } },
      'the term "x" is wrong: "redirect" is a modifier, written with "=" and nothing before it',
    ],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'unknown_mechanism', meant: null } },
      'the term "x" is wrong: there is no such mechanism',
    ],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'after_all' } },
      'the term "x" is wrong: nothing may follow "all"',
    ],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'needs_domain', name: 'include' } },
      'the term "x" is wrong: "include" must be followed by a colon and a domain name',
    ],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'needs_colon_or_slash', name: 'mx' } },
      'the term "x" is wrong: only a colon or a slash may follow "mx"',
    ],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'needs_address', name: 'ip4' } },
      'the term "x" is wrong: "ip4" must be followed by a colon and an address',
    ],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'no_address', name: 'ip4' } },
      'the term "x" is wrong: the text after the colon is not an IPv4 address',
    ],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'no_address', name: 'ip6' } },
      'the term "x" is wrong: the text after the colon is not an IPv6 address',
    ],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'prefix' } },
      'the term "x" is wrong: the number of bits after the slash is not possible',
    ],
    // As it was stored before it told more.
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'address_as_host' } },
      'the term "x" is wrong: it names an IPv4 address, which is written with "ip4:"',
    ],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'address_as_host', name: 'a', meant: 'ip6' } },
      'the term "x" is wrong: it names an IPv6 address, which is written with "ip6:"',
    ],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'address_as_host', name: 'include', meant: 'ip4' } },
      'the term "x" is wrong: "include" takes a domain name; an IPv4 address is written with "ip4:"',
    ],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'equals_sign' } },
      'the term "x" is wrong: the "=" should be ":"',
    ],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'odd_characters', characters: [0x2013, 0x0a] } },
      'the term "x" is wrong: it contains an en dash (–) and a line break',
    ],
    [
      { what: 'term', term: excerptOf('mx-all'), problem: { what: 'no_space_before', next: excerptOf('-all') } },
      'the term "mx-all" is wrong: the space before "-all" is missing. The strings of a TXT record are joined without one',
    ],
    [
      {
        what: 'target',
        term: excerptOf('include:a.cominclude:b.com'),
        problem: { what: 'no_space_before', next: excerptOf('include:b.com') },
      },
      'they stop at "include:a.cominclude:b.com": the space before "include:b.com" is missing. The strings of a TXT record are joined without one',
    ],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'no_domain' } },
      'the term "x" is wrong: it has no domain name',
    ],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'no_dot' } },
      'the term "x" is wrong: the domain name needs at least one dot',
    ],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'top_label' } },
      'the term "x" is wrong: it doesn’t end in a valid top-level domain',
    ],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'percent' } },
      'the term "x" is wrong: a "%" doesn’t start a macro',
    ],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'character' } },
      'the term "x" is wrong: it contains a character that isn’t allowed',
    ],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'no_labels_kept' } },
      'the term "x" is wrong: a macro asks to keep 0 labels',
    ],
    [
      { what: 'term', term: excerptOf('x'), problem: { what: 'explanation_letter', letter: 'r' } },
      'the term "x" is wrong: the macro letter r is only allowed in explanation texts',
    ],
    [
      { what: 'target', term: excerptOf('include:x.example'), problem: { what: 'impossible_name' } },
      'they stop at "include:x.example": it doesn’t name a possible domain',
    ],
    [
      {
        what: 'target',
        term: excerptOf('include:x.example'),
        problem: { what: 'no_record', name: excerptOf('x.example') },
      },
      'they stop at "include:x.example": there is no SPF record at "x.example"',
    ],
    [
      {
        what: 'target',
        term: excerptOf('include:x.example'),
        problem: { what: 'several_records', name: excerptOf('x.example'), count: 2 },
      },
      'they stop at "include:x.example": there are 2 SPF records at "x.example"',
    ],
    [
      {
        what: 'target',
        term: excerptOf('include:x.example'),
        problem: { what: 'unreadable', name: excerptOf('x.example'), problem: { what: 'modifier_twice', name: 'exp' } },
      },
      'they stop at "include:x.example": in the SPF record at "x.example", the modifier exp= appears twice',
    ],
  ];
  for (const [problem, words] of said) assert.equal(wordSpfProblem(problem), words);
});
