import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatLoggedPath } from './logged-path.ts';

const SECRET = 'Ab3'.repeat(13);
const encodeAll = (text: string) =>
  [...text].map((character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');

test('no token is in a logged path, however it is written', () => {
  for (const token of [
    `share_${SECRET}`,
    `%73hare_${SECRET}`,
    `share%5F${SECRET}`,
    `share%5f${encodeAll(SECRET)}`,
    encodeAll(`share_${SECRET}`),
    `%2573hare_${SECRET}`,
    `%252573hare_${SECRET}`,
    `SHARE_${SECRET}`,
  ])
    assert.equal(
      formatLoggedPath(`/api/share/${token}/live`),
      `/api/share/${/^SHARE/.test(token) ? 'SHARE' : 'share'}_[redacted]/live`,
      token,
    );
  assert.equal(formatLoggedPath(`/v1/domains?key=as_${SECRET}`), '/v1/domains?key=as_[redacted]');
  assert.equal(formatLoggedPath('/api/oidc/callback?code=secret'), '/api/oidc/callback?[redacted]');
});

test('what holds no token is logged as it was sent, at most 200 characters', () => {
  for (const path of ['/v1/domains/by-name/b%C3%BCcher.example', '/%zz%', '/%41', '/share_short'])
    assert.equal(formatLoggedPath(path), path);
  assert.equal(formatLoggedPath(`/${'a'.repeat(500)}`).length, 200);
  assert.equal(formatLoggedPath(`/${'a'.repeat(190)}/share_${SECRET}`).includes('Ab3'), false);
});
