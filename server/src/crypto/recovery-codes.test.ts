import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRecoveryCodes, parseRecoveryCode } from './recovery-codes.ts';

test('ten different codes, each read again as people type it', () => {
  const codes = createRecoveryCodes();
  assert.equal(new Set(codes).size, 10);
  for (const code of codes) {
    assert.match(code, /^([A-HJKMNP-Z2-9]{4}-){3}[A-HJKMNP-Z2-9]{4}$/);
    for (const typed of [code, code.toLowerCase(), code.replaceAll('-', ''), ` ${code.replaceAll('-', ' ')} `])
      assert.equal(parseRecoveryCode(typed), code);
  }
});

for (const text of ['', '123456', 'ABCD-EFGH', 'ABCD-EFGH-JKMN-PQR', 'ABCD-EFGH-JKMN-PQRSS', 'ABCD-EFGH-JKMN-PQR0'])
  test(`“${text}” is no recovery code`, () => assert.equal(parseRecoveryCode(text), null));
