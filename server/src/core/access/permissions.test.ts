import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Access, isAllowed, PERMISSIONS, type Permission, ROLE_TO_CREATE } from './permissions.ts';

const ALLOWED: readonly (readonly [permission: Permission, access: Access, allowed: boolean])[] = [
  ['full_access', 'read', true],
  ['full_access', 'change', true],
  ['full_access', 'check DNS', true],
  ['full_access', 'sign', true],
  ['full_access', 'read the audit log', true],
  ['full_access', 'pull private keys', false],
  ['read_only', 'read', true],
  ['read_only', 'change', false],
  ['read_only', 'check DNS', false],
  ['read_only', 'sign', false],
  ['read_only', 'read the audit log', false],
  ['read_only', 'pull private keys', false],
  ['sign', 'read', false],
  ['sign', 'change', false],
  ['sign', 'check DNS', false],
  ['sign', 'sign', true],
  ['sign', 'read the audit log', false],
  ['sign', 'pull private keys', false],
  ['mail_server', 'read', false],
  ['mail_server', 'change', false],
  ['mail_server', 'check DNS', false],
  ['mail_server', 'sign', false],
  ['mail_server', 'read the audit log', false],
  ['mail_server', 'pull private keys', true],
];

for (const [permission, access, allowed] of ALLOWED) {
  test(`a ${permission} key ${allowed ? 'may' : 'may not'} ${access}`, () => {
    assert.equal(isAllowed(permission, access), allowed);
  });
}

test('only an owner makes a key that pulls private keys', () => {
  const forOwners = PERMISSIONS.filter((permission) => ROLE_TO_CREATE[permission] === 'owner');
  assert.deepEqual(forOwners, ['mail_server']);
});
