import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalizeField, parseHeaderSection } from './header-section.ts';

const parse = (text: string) => parseHeaderSection(Buffer.from(text, 'latin1'));

function canonical(text: string): string[] {
  const fields = parse(text);
  assert.ok(!('problem' in fields), JSON.stringify(fields));
  return fields.map(canonicalizeField);
}

for (const [what, header, expected] of [
  ['the example of RFC 6376 §3.4.5', 'A: X\r\nB: Y\t\r\n\tZ  \r\n', ['a:X', 'b:Y Z']],
  ['upper case', 'SUBJect:AbC\r\n', ['subject:AbC']],
  ['folds', 'Subject: a\r\n  b\r\n\tc\r\n', ['subject:a b c']],
  ['a fold of nothing but white space', 'Subject: a\r\n \r\n', ['subject:a']],
  ['bare LF', 'A: 1\nB: 2\n 3\n', ['a:1', 'b:2 3']],
  ['no final line ending', 'A: 1\r\nB: 2', ['a:1', 'b:2']],
  ['an empty field', 'A:\r\nB: \r\n', ['a:', 'b:']],
  ['the same name twice, in order', 'A: 1\r\nA: 2\r\n', ['a:1', 'a:2']],
  ['octets that are no ASCII', 'A: \xc3\xa9\xff\xa0\r\n', ['a:\xc3\xa9\xff\xa0']],
  ['a colon in the value', 'A: b:c\r\n', ['a:b:c']],
  ['nothing', '', []],
] as const)
  test(`a header section: ${what}`, () => assert.deepEqual(canonical(header), expected));

for (const [what, header, problem] of [
  ['a line without a colon', 'A: 1\r\nhello\r\n', /line 2 isn't a header field/],
  [
    'the first line of a mailbox file',
    'From a@example.com Sat Jan  3 01:05:34 1996\r\n',
    /line 1 isn't a header field/,
  ],
  ['a name with a space in it', 'Not a: name\r\n', /line 1/],
  ['white space before the colon, which not all verifiers read', 'Subject : x\r\n', /line 1/],
  ['a name with octets that are no ASCII', '\xc3\xa9: 1\r\n', /line 1/],
  ['a first line that goes on', ' a\r\n', /starts with a continuation line/],
  ['NUL', 'A: 1\0\r\n', /line 1 of the header contains a NUL/],
  ['a bare CR, which some take for a line ending', 'A: 1\rFrom: x\r\n', /line 1 of the header contains.*CR/],
  ['more fields than any message has', 'A: 1\n'.repeat(2001), /more than 2000 fields/],
] as const)
  test(`no header section: ${what}`, () => {
    const read = parse(header);
    assert.ok('problem' in read);
    assert.match(read.problem, problem);
  });
