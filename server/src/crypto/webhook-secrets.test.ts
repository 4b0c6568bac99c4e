import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { createWebhookSecret, signHex, signStandard } from './webhook-secrets.ts';

test('a secret is whsec_ and 32 octets in base64, and no two are alike', () => {
  const [first, second] = [createWebhookSecret(), createWebhookSecret()];
  assert.match(first, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.notEqual(first, second);
});

test('the signature is that of Standard Webhooks, over the octets of any text', () => {
  const secret = createWebhookSecret();
  for (const body of ['{}', '{"a":"ä€😀"}', `{"a":"${'x'.repeat(10_000)}"}`]) {
    const signed = signStandard(secret, { id: 'evt_7', timestamp: 1_795_869_164, body });
    assert.equal(signed, new Webhook(secret).sign('evt_7', new Date(1_795_869_164_000), body));
  }
});

test('the other signature is under the whole text of the secret, in hex', () => {
  // printf %s '{"type":"domain.verified"}' | openssl dgst -sha256 -hmac whsec_AAAA
  const body = '{"type":"domain.verified"}';
  assert.equal(signHex('whsec_AAAA', body), 'e2f87879ae1081fd15c4d1eb27195fc61090f040af7041bd93444d6b03f7e2ac');
  assert.notEqual(signHex('whsec_AAAA', body), signHex('AAAA', body));
});
