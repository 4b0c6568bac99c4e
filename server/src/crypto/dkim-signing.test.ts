import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDkimKey } from './dkim-keys.ts';
import { createOpenedKeys } from './dkim-signing.ts';

test('what a key was opened from is wiped, and a key that is forgotten is opened anew', async () => {
  const { privateKeyDer } = await createDkimKey('ed25519');
  const handedOut: Buffer[] = [];
  const opened = createOpenedKeys({
    open() {
      handedOut.push(Buffer.from(privateKeyDer));
      return handedOut.at(-1) ?? assert.fail();
    },
  });
  const first = opened.open('one', Buffer.alloc(0), '');
  assert.equal(opened.open('one', Buffer.alloc(0), ''), first);
  opened.open('two', Buffer.alloc(0), '');
  assert.deepEqual(opened.ids(), ['one', 'two']);
  opened.forget(['one']);
  assert.deepEqual(opened.ids(), ['two']);
  assert.notEqual(opened.open('one', Buffer.alloc(0), ''), first);
  assert.equal(handedOut.length, 3);
  for (const octets of handedOut) assert.ok(octets.every((octet) => octet === 0));
});

test('what is no key is wiped as well', () => {
  const octets = Buffer.from('not a key');
  const opened = createOpenedKeys({ open: () => octets });
  assert.throws(() => opened.open('one', Buffer.alloc(0), ''));
  assert.ok(octets.every((octet) => octet === 0));
  assert.deepEqual(opened.ids(), []);
});
