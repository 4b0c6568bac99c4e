import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseLogo } from './logo.ts';
import { readImage } from './read-image.ts';

const decode = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'));
/** Smallest images of each kind, made by the usual tools. */
const PNG = decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==');
const WEBP_LOSSY = decode('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA');
const WEBP_LOSSLESS = decode('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==');
const JPEG = Uint8Array.from([
  ...[0xff, 0xd8, 0xff, 0xe0, 0x00, 0x04, 0x4a, 0x46],
  ...[0xff, 0xc2, 0x00, 0x0b, 0x08, 0x00, 0x07, 0x00, 0x09, 0x01, 0x01, 0x11, 0x00],
  ...[0xff, 0xda, 0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x3f, 0x00, 0x00, 0xff, 0xd9],
]);

for (const [name, octets, facts] of [
  ['PNG', PNG, { type: 'image/png', width: 1, height: 1 }],
  ['JPEG, progressive', JPEG, { type: 'image/jpeg', width: 9, height: 7 }],
  ['WebP, lossy', WEBP_LOSSY, { type: 'image/webp', width: 1, height: 1 }],
  ['WebP, lossless', WEBP_LOSSLESS, { type: 'image/webp', width: 1, height: 1 }],
] as const) {
  test(`an image is known by what it holds: ${name}`, () => assert.deepEqual(readImage(octets), facts));
  test(`an image with something behind it, or without its end, is none: ${name}`, () => {
    assert.equal(readImage(Uint8Array.from([...octets, ...Buffer.from('<script>')])), null);
    assert.equal(readImage(octets.subarray(0, octets.length - 3)), null);
    assert.equal(readImage(octets.subarray(0, 12)), null);
  });
}

for (const text of [
  '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
  '<!doctype html><p>',
  'GIF89a\u0001\0\u0001\0',
  'BM\0\0',
  '',
  'RIFF\0\0\0\0WAVEfmt ',
  '\u0089PNG\r\n\u001a\n',
])
  test(`other things are no image: ${JSON.stringify(text.slice(0, 20))}`, () => {
    assert.equal(readImage(Buffer.from(text, 'latin1')), null);
  });

test('octets of any kind are read without a fault', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(PNG, JPEG, WEBP_LOSSY, WEBP_LOSSLESS),
      fc.uint8Array({ maxLength: 60 }),
      fc.nat(60),
      (image, noise, at) => {
        const octets = Uint8Array.from([...image.subarray(0, at), ...noise, ...image.subarray(at + noise.length)]);
        const facts = readImage(octets);
        assert.ok(facts === null || (facts.width >= 0 && facts.height >= 0));
      },
    ),
  );
});

const toBase64 = (octets: Uint8Array) => Buffer.from(octets).toString('base64');

test('a logo is an image of at most 64 KB and 2048 pixels a side', () => {
  assert.deepEqual(parseLogo(toBase64(PNG)), { type: 'image/png', image: PNG });
  const wide = Uint8Array.from(PNG);
  new DataView(wide.buffer).setUint32(16, 2_049);
  const none = Uint8Array.from(PNG);
  new DataView(none.buffer).setUint32(16, 0);
  for (const [base64, words] of [
    ['data:image/png;base64,AAAA', /base64/],
    ['AAA', /base64/],
    [toBase64(new Uint8Array(64 * 1024 + 1)), /65 KB\. A logo can have at most 64 KB/],
    [toBase64(Buffer.from('<svg/>')), /isn't a complete PNG, JPEG or WebP image/],
    [toBase64(wide), /2049 × 1 pixels/],
    [toBase64(none), /0 × 1 pixels/],
  ] as const)
    assert.throws(() => parseLogo(base64), { code: 'VALIDATION_FAILED', message: words });
});
