import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { beginSignature, type SignatureInput } from './dkim-signature.ts';
import { canonicalizeField, type HeaderField } from './header-section.ts';

const INPUT: SignatureInput = {
  kind: 'rsa',
  domain: 'example.com',
  selector: 'sel',
  bodyHash: 'BH=',
  signedAt: new Date(1_700_000_000_999),
  expiresAt: null,
};
const FROM: HeaderField = { name: 'from', body: ' Ada <a@example.com>' };
const field = (name: string, body: string): HeaderField => ({ name, body });

/** The names in `h=`, in their order. */
function listSigned(fields: readonly HeaderField[]): string[] {
  const [, list = ''] = /h=([^;]*);/.exec(beginSignature(fields, INPUT).signedText.replaceAll(/\s/g, '')) ?? [];
  return list.split(':');
}

describe('what is signed (RFC 6376 §3.7, §5.4)', () => {
  it('is each field in canonical form, then the signature field itself with an empty b= and no line ending', () =>
    assert.equal(
      beginSignature([field('subject', '  Hi\r\n\tthere '), FROM], INPUT).signedText,
      'from:Ada <a@example.com>\r\nsubject:Hi there\r\n' +
        'dkim-signature:v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=sel; ' +
        't=1700000000; h=from:from:subject:subject; bh=BH=; b=',
    ));

  it('names the algorithm of an Ed25519 key (RFC 8463), and when the signature expires', () => {
    const { signedText } = beginSignature([FROM], {
      ...INPUT,
      kind: 'ed25519',
      expiresAt: new Date(1_700_000_100_000),
    });
    assert.match(signedText, / a=ed25519-sha256; .* t=1700000000; x=1700000100; h=/);
  });

  it('a signature that does not expire has no x=', () =>
    assert.doesNotMatch(beginSignature([FROM], INPUT).signedText, / x=/));

  for (const [why, fields, names] of [
    ['a field that may be there once is listed once more, so that none can be added', [FROM], ['from', 'from']],
    ['a field that is there several times, once for each and once more', [FROM, FROM], ['from', 'from', 'from']],
    ['a field that is not there may be added on the way', [FROM, field('x-other', '1')], ['from', 'from']],
    ['a list header is signed as often as it is there', [FROM, field('list-id', 'x')], ['from', 'from', 'list-id']],
    [
      'fields that change on the way are not signed',
      [field('received', 'x'), field('return-path', 'x'), field('dkim-signature', 'x'), FROM],
      ['from', 'from'],
    ],
  ] as const)
    it(why, () => assert.deepEqual(listSigned(fields), names));

  for (const name of ['sender', 'reply-to', 'subject', 'date', 'message-id', 'to', 'cc', 'references'])
    it(`a second ${name} breaks the signature`, () => assert.deepEqual(listSigned([field(name, 'x')]), [name, name]));

  for (const name of ['resent-from', 'list-unsubscribe', 'list-unsubscribe-post', 'feedback-id', 'auto-submitted'])
    it(`${name} is signed, and another may be added`, () => assert.deepEqual(listSigned([field(name, 'x')]), [name]));

  it('of several fields of a name the last one comes first (§5.4.2)', () => {
    const { signedText } = beginSignature([field('to', 'first'), FROM, field('to', 'last')], INPUT);
    assert.deepEqual(signedText.split('\r\n').slice(0, 3), ['from:Ada <a@example.com>', 'to:last', 'to:first']);
  });
});

describe('how the field is written', () => {
  for (const [selector, isFolded] of [
    ['s23456', false],
    ['s234567', true],
  ] as const)
    it(`a tag that ends at ${isFolded ? '79 characters goes' : '78 characters stays'} on the line`, () => {
      const text = beginSignature([FROM], { ...INPUT, selector }).finish('');
      assert.equal(text.split('\r\n')[0]?.endsWith(` s=${selector};`), !isFolded);
      assert.equal(text.includes(`\r\n\ts=${selector};`), isFolded);
    });

  for (const [length, lines] of [
    [0, ['']],
    [64, ['A'.repeat(64)]],
    [65, ['A'.repeat(64), 'A']],
    [344, [...Array.from({ length: 5 }, () => 'A'.repeat(64)), 'A'.repeat(24)]],
  ] as const)
    it(`a signature of ${length} characters is on ${lines.length} lines`, () =>
      assert.equal(
        beginSignature([FROM], INPUT).finish('A'.repeat(length)).split('\tb=')[1],
        `${lines.join('\r\n\t')}\r\n`,
      ));

  it('whatever is signed: no line is too long, and the field without its signature is what was signed', () => {
    const names = fc.constantFrom('from', 'to', 'subject', 'content-transfer-encoding', 'list-unsubscribe-post');
    fc.assert(
      fc.property(fc.array(names, { maxLength: 30 }), fc.stringMatching(/^[a-z]{1,63}$/), (list, selector) => {
        const signature = beginSignature([FROM, ...list.map((name) => field(name, 'x'))], { ...INPUT, selector });
        const text = signature.finish('A'.repeat(344));
        for (const line of text.split('\r\n')) assert.ok(line.replace('\t', ' '.repeat(8)).length <= 78, line);
        const body = signature.finish('').slice('DKIM-Signature:'.length, -2);
        assert.equal(
          canonicalizeField({ name: 'dkim-signature', body }),
          signature.signedText.slice(signature.signedText.lastIndexOf('\r\n') + 2),
        );
      }),
    );
  });
});
