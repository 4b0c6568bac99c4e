import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTextSigner } from '../../crypto/signed-text.ts';
import { readCookie } from './cookies.ts';

const signer = createTextSigner('a secret of the test');
const read = (cookie: string, publicUrl = 'https://dns.example.net') =>
  readCookie({ signer, publicUrl }, { cookie } as never, 'session_token');
const write = (name: string, text: string) => `${name}autosend.session_token=${encodeURIComponent(signer.sign(text))}`;

test('a cookie that another host of the domain can set does not count beside one that it cannot', () => {
  const [theirs, ours] = [write('__Secure-', 'ATTACKER'), write('__Host-', 'VICTIM')];
  assert.equal(read(`${theirs}; ${ours}`), 'VICTIM');
  assert.equal(read(`${ours}; ${theirs}`), 'VICTIM');
  assert.equal(read(`${theirs}; __Host-autosend.session_token=spoiled`), null);
  assert.equal(read(theirs), 'ATTACKER', 'a session of the version before');
  assert.equal(read(theirs, 'http://localhost:3000'), null);
});
