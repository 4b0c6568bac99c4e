import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { AutosendError } from './autosend-error.ts';
import { type RequestHeaders, signWebhook, verifyWebhook } from './webhook-signature.ts';

const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(32, 6).toString('base64')}`;
const BODY = '{"type":"domain.verified","data":{"domain":{"domainName":"bücher.example"},"sequence":7}}';
const NOW = 1_795_869_164;

const sign = (secret = SECRET, at = NOW, body = BODY) => new Webhook(secret).sign('evt_1', new Date(at * 1000), body);
const headersOf = (signature: string, at: number | string = NOW): Record<string, string> => ({
  'webhook-id': 'evt_1',
  'webhook-timestamp': String(at),
  'webhook-signature': signature,
});
const verify = (
  headers: RequestHeaders,
  secret: string | string[] = SECRET,
  body: Parameters<typeof verifyWebhook>[0] = BODY,
) => verifyWebhook(body, headers, secret, { now: NOW * 1000 });
const isRefused = (error: unknown) =>
  error instanceof AutosendError && error.code === 'INVALID_SIGNATURE' && error.status === 400;

describe('a delivery that standardwebhooks signed', () => {
  const headers = headersOf(sign());
  for (const [name, given] of [
    ['a plain object', headers],
    ['Headers', new Headers(headers)],
    ['other capitals', Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toUpperCase(), value]))],
    ['lists', Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, [value]]))],
    ['a Map', new Map(Object.entries(headers))],
  ] as [string, RequestHeaders][])
    it(`is taken with its headers in ${name}`, async () => {
      const event = await verify(given);
      assert.equal(event.type, 'domain.verified');
      assert.equal(event.data.sequence, 7);
    });

  it('is taken as text and as octets', async () => {
    const octets = new TextEncoder().encode(BODY);
    for (const body of [BODY, octets, octets.buffer, Buffer.from(BODY)]) assert.ok(await verify(headers, SECRET, body));
  });

  it('is taken while its secret is changed: two signatures, or two secrets', async () => {
    assert.ok(await verify(headersOf(`${sign(OTHER)} ${sign()}`)));
    assert.ok(await verify(headersOf(sign(OTHER)), [SECRET, OTHER]));
    assert.ok(await verify(headersOf(`v1a,AAAA v2,AAAA ${sign()}`)));
  });

  it('is what this package signs', async () => {
    assert.equal(await signWebhook('evt_1', NOW, BODY, SECRET), sign());
  });
});

describe('refused is', () => {
  for (const [name, headers, secret, body] of [
    ['another secret', headersOf(sign(OTHER)), SECRET, BODY],
    ['a changed body', headersOf(sign()), SECRET, BODY.replace('7', '8')],
    ['a body that was parsed and written again', headersOf(sign()), SECRET, JSON.stringify(JSON.parse(BODY), null, 1)],
    ['another id', { ...headersOf(sign()), 'webhook-id': 'evt_2' }, SECRET, BODY],
    ['another time', headersOf(sign(), NOW - 1), SECRET, BODY],
    ['one that is too old', headersOf(sign(SECRET, NOW - 301), NOW - 301), SECRET, BODY],
    ['one of the future', headersOf(sign(SECRET, NOW + 301), NOW + 301), SECRET, BODY],
    ['a time that is no number', headersOf(sign(), 'NaN'), SECRET, BODY],
    ['a negative time', headersOf(sign(), '-1'), SECRET, BODY],
    ['no signature', { ...headersOf(''), 'webhook-signature': '' }, SECRET, BODY],
    ['one that is cut', headersOf(sign().slice(0, 20)), SECRET, BODY],
    ['one that is no base64', headersOf('v1,***'), SECRET, BODY],
    ['one of no version', headersOf(sign().slice(3)), SECRET, BODY],
    ['no headers', {}, SECRET, BODY],
    ['an empty secret', headersOf(sign()), '', BODY],
    ['no secret', headersOf(sign()), [] as string[], BODY],
    ['a secret that is no base64', headersOf(sign()), 'whsec_***', BODY],
    ['a body that is no JSON', headersOf(sign(SECRET, NOW, 'text')), SECRET, 'text'],
  ] as [string, Record<string, string>, string | string[], string][])
    it(name, () => assert.rejects(verify(headers, secret, body), isRefused));
});
