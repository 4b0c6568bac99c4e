import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAtLeast, PROJECT_ROLES, type ProjectRole } from './roles.ts';

const MAY: readonly (readonly [role: ProjectRole, needed: ProjectRole, may: boolean])[] = [
  ['owner', 'owner', true],
  ['owner', 'admin', true],
  ['owner', 'member', true],
  ['admin', 'owner', false],
  ['admin', 'admin', true],
  ['admin', 'member', true],
  ['member', 'owner', false],
  ['member', 'admin', false],
  ['member', 'member', true],
];

for (const [role, needed, may] of MAY)
  test(`${role} ${may ? 'may' : 'may not'} do what needs ${needed}`, () => assert.equal(isAtLeast(role, needed), may));

test('the table has each pair of roles', () => {
  assert.equal(new Set(MAY.map(([role, needed]) => `${role} ${needed}`)).size, PROJECT_ROLES.length ** 2);
});
