import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMisplaced, isWrong } from './attention.ts';

const error = (code: string) => ({ code, severity: 'error' });
const warning = (code: string) => ({ code, severity: 'warning' });

for (const [status, findings, expected] of [
  ['mismatched', [], true],
  ['conflicting', [], true],
  ['verified', [error('record_at_parent')], false],
  ['unknown', [error('record_at_parent')], false],
  ['missing', [], false],
  ['missing', [error('record_missing')], false],
  ['missing', [error('record_missing'), warning('ttl_long')], false],
  ['missing', [error('record_missing'), error('record_at_parent')], true],
  ['missing', [error('dkim_cname_one_of_two')], false],
  ['missing', [error('dkim_target_empty')], false],
  ['missing', [error('dkim_cname_wrong_target')], true],
] as const)
  test(`a record that is ${status} with ${findings.map(({ code }) => code).join(', ') || 'no findings'} is ${expected ? '' : 'not '}wrong`, () => {
    assert.equal(isWrong({ status, findings }), expected);
  });

test('a record that is only missing is not misplaced', () => {
  assert.equal(isMisplaced([error('record_missing')]), false);
  assert.equal(isMisplaced([error('name_doubled')]), true);
});
