import { equal } from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { percentEncode } from './percent-encoding.ts';

it('percent-encoding leaves nothing but unreserved characters as they are (RFC 3986 §2.3)', () => {
  equal(percentEncode("a-b._~ !'()*+/=%ö"), 'a-b._~%20%21%27%28%29%2A%2B%2F%3D%25%C3%B6');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      equal(/^[A-Za-z0-9._~%-]*$/.test(percentEncode(text)), true);
      equal(decodeURIComponent(percentEncode(text)), text);
    }),
  );
});
