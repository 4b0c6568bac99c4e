import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyCharacter } from '../../../test/support/any-character.ts';
import { findBehind, parseTagList, removeFws, splitColonList } from './tag-list.ts';

const broken: readonly [name: string, text: string, problem: string][] = [
  ['nothing at all', '', 'empty'],
  ['a lone semicolon', ';', 'empty'],
  ['two semicolons in a row', 'a=1;; b=2', 'empty_part'],
  ['two semicolons at the end', 'a=1;;', 'empty_part'],
  ['a tag that is there twice', 'p=1; k=rsa; p=2', 'tag_twice p'],
  ['a tag that is there twice with the same value', 'p=1; p=1', 'tag_twice p'],
  ['a part without "="', 'v=DKIM1; k', 'no_equals  k'],
  ['no tag name', '=x', 'tag_name '],
  ['a quote before the first tag', '"v=DKIM1; p=x"', 'tag_name \\"v'],
  ['a tag name that starts with a digit', '1a=x', 'tag_name 1a'],
  ['a hyphen in a tag name', 'a-b=x', 'tag_name a-b'],
  ['an octet above ASCII in a value', 'n=caf\xe9', 'tag_character n 233 4'],
  ['a letter of another script, as it was typed', 'p= \xd0\x9cIIB', 'tag_character p 1052 1'],
  ['an ellipsis of Windows', 'p=MIIB\x85', 'tag_character p 8230 5'],
  ['a name like a property of objects', '__proto__=x', 'tag_name __proto__'],
  ['a control character in a value', 'n=\x00', 'tag_character n 0 1'],
  ['a no-break space is not white space', '\xa0a=1', 'tag_name \\xa0a'],
];

for (const [name, text, problem] of broken)
  test(`not a tag list: ${name}`, () => {
    const list = parseTagList(text);
    assert.ok('problem' in list);
    const { what, ...where } = list.problem;
    assert.equal(
      [what, ...Object.values(where).map((each) => (typeof each === 'object' ? each.shown : each))].join(' '),
      problem,
    );
  });

const read: readonly [name: string, text: string, tags: [string, string][]][] = [
  [
    'white space around names and values',
    ' a\t=\r\n 1 ;\tb = 2 ',
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  ['a semicolon and blanks at the end', 'a=1; ', [['a', '1']]],
  ['an empty value', 'p=', [['p', '']]],
  ['"=" inside a value', 'p=ab==', [['p', 'ab==']]],
  [
    'names that differ only in case are different tags',
    'a=1;A=2',
    [
      ['a', '1'],
      ['A', '2'],
    ],
  ],
  ['white space inside a value stays', 'n=a b', [['n', 'a b']]],
];

for (const [name, text, tags] of read)
  test(`a tag list: ${name}`, () => {
    const list = parseTagList(text);
    assert.deepEqual(list, new Map(tags));
  });

test('no text makes the parser throw, and what it accepts it reads again the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 60 }), (text) => {
      const list = parseTagList(text);
      if ('problem' in list) return;
      const again = [...list].map(([name, value]) => `${name}=${value}`).join(';');
      assert.deepEqual(parseTagList(again), list);
    }),
  );
});

test('the parts of a colon list lose the white space around them', () => {
  assert.deepEqual(splitColonList('sha1 : sha256'), ['sha1', 'sha256']);
  assert.deepEqual(splitColonList(''), ['']);
  assert.equal(removeFws(' A\tB\r\n C '), 'ABC');
});

for (const [text, count, left] of [
  ['v=DKIM1; k=rsa', 8, ' k=rsa'],
  ['v=DKIM1; k=rsa', 9, '=rsa'],
  ['a \t\r\nb c', 2, ' c'],
  ['a b', 2, ''],
  ['a b', 9, ''],
  [' a', 0, ' a'],
] as const)
  test(`behind ${count} characters of ${JSON.stringify(text)} that are no white space is "${left}"`, () =>
    assert.equal(text.slice(findBehind(text, count)), left));
