import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSetup } from './kept-setup.ts';

const NOTHING = { token: '', typed: { name: '', email: '', projectName: '' } };

test('what was kept of the set-up is read again', () => {
  const kept = { token: 'setup_x', typed: { name: 'Ada', email: 'ada@example.com', projectName: 'Acme' } };
  assert.deepEqual(readSetup(JSON.stringify(kept)), kept);
});

for (const text of [null, '', '{', 'null', '7', '{"token":7,"typed":[]}', '{"typed":null}'])
  test(`what makes no sense is nothing: ${text}`, () => assert.deepEqual(readSetup(text), NOTHING));
