import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACTIONS } from '../../../../server/src/core/audit/entry.ts';
import type { AuditEntry } from '../../api/audit-log.ts';
import { formatExact } from '../../components/relative-time.ts';
import { describeDeed, KINDS, listChanges, nameActor } from './describe-entry.ts';

const entry = (parts: Partial<AuditEntry>): AuditEntry => ({
  ...{ id: '1', at: '2026-11-28T00:00:00.000Z', projectId: null, address: null, requestId: null },
  ...{ actor: { type: 'person', id: 'u1', name: 'Ann' }, action: 'member.removed' },
  ...{ object: { type: 'person', id: 'u2', name: 'Jo' }, before: null, after: null },
  ...parts,
});

test('every action has words, and every kind of action can be chosen', () => {
  for (const action of Object.keys(ACTIONS)) {
    assert.notEqual(describeDeed(entry({ action })), `${action} Jo`, action);
    const [kind = ''] = action.split('.');
    if (kind !== 'installation')
      assert.ok(
        KINDS.some(({ value }) => value === kind),
        action,
      );
  }
});

test('people are named once, and whoever is not known is someone', () => {
  assert.equal(`${nameActor(entry({}))} ${describeDeed(entry({}))}`, 'Ann removed Jo');
  const left = entry({ action: 'member.left', object: { type: 'person', id: 'u1', name: 'Ann' } });
  assert.equal(describeDeed(left), 'left the project');
  const failed = entry({
    actor: { type: 'unknown', id: null, name: null },
    action: 'account.sign_in_failed',
    object: { type: 'person', id: null, name: 'ann@example.com' },
  });
  assert.equal(`${nameActor(failed)} ${describeDeed(failed)}`, 'Someone failed to sign in as ann@example.com');
});

test('only what changed is a change', () => {
  const before = { role: 'admin', name: 'Ann' };
  assert.deepEqual(listChanges(entry({ before, after: { role: 'member', name: 'Ann', domains: ['a', 'b'] } })), [
    { name: 'role', before: 'admin', after: 'member' },
    { name: 'domains', before: null, after: 'a, b' },
  ]);
});

test('what the API calls things is said in words, and a time is one of the reader’s own', () => {
  const at = '2026-12-29T01:53:56.938Z';
  const after = { expiresAt: at, permission: 'full_access', url: 'https://example.com/a_b', selector: 's_1' };
  assert.deepEqual(listChanges(entry({ after })), [
    { name: 'expires at', before: null, after: formatExact(Date.parse(at)) },
    { name: 'permission', before: null, after: 'full access' },
    { name: 'url', before: null, after: 'https://example.com/a_b' },
    { name: 'selector', before: null, after: 's_1' },
  ]);
});
