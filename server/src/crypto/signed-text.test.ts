import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createTextSigner } from './signed-text.ts';

const signer = createTextSigner('a secret');

test('what was signed opens, and only with the same secret', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (text) => {
      const signed = signer.sign(text);
      assert.equal(signer.open(signed), text);
      assert.equal(createTextSigner('another secret').open(signed), null);
    }),
  );
});

test('no other text opens: changed, cut, lengthened, or the same signature written in another way', () => {
  const signed = signer.sign('text');
  const [text = '', mac = ''] = signed.split('.');
  for (const other of [
    '',
    '.',
    text,
    `${text}.`,
    `.${mac}`,
    `x${signed}`,
    `${signed}x`,
    `${signed}=`,
    `${signed} `,
    signed.slice(0, -1),
    signed.slice(0, -2),
    `${text}.${mac.replaceAll('+', '-').replaceAll('/', '_').slice(0, -1)}`,
    `${text}.${Buffer.alloc(31).toString('base64')}`,
  ])
    assert.equal(signer.open(other), null, JSON.stringify(other));
});
