import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatKeyRecords, parseKeyRecords } from './key-records.ts';

describe('the TXT records with the key that links are signed with', () => {
  it('are read back whatever their order, and each fits into one character-string', () => {
    const key = fc
      .uint8Array({ minLength: 100, maxLength: 600 })
      .map((octets) => Buffer.from(octets).toString('base64'));
    fc.assert(
      fc.property(key, (publicKey) => {
        const texts = formatKeyRecords(publicKey);
        equal(
          texts.every((text) => text.length <= 255),
          true,
        );
        deepEqual(parseKeyRecords([...texts].reverse()), { publicKey });
      }),
    );
  });

  // As the specification shows them, and as they are found in DNS.
  for (const [what, texts, read] of [
    ['one part', ['p=1,a=RS256,d=AAAA'], { publicKey: 'AAAA' }],
    ['parts with their form', ['p=2,a=RS256,t=x509,d=BBBB', 'p=1,a=RS256,t=x509,d=AAAA'], { publicKey: 'AAAABBBB' }],
    ['a part without algorithm', ['p=1,d=AAAA'], { publicKey: 'AAAA' }],
    ['other texts beside it', ['v=spf1 -all', 'p=1,a=RS256,d=AAAA'], { publicKey: 'AAAA' }],
    ['nothing', [], { fault: 'missing' }],
    ['only other texts', ['v=spf1 -all'], { fault: 'missing' }],
    ['another algorithm', ['p=1,a=ES256,d=AAAA'], { fault: 'malformed' }],
    ['two parts with one number', ['p=1,d=AAAA', 'p=1,d=BBBB'], { fault: 'malformed' }],
    ['what is no base64', ['p=1,d=AA AA"'], { fault: 'malformed' }],
  ] as const)
    it(`with ${what}`, () => deepEqual(parseKeyRecords(texts), read));
});
