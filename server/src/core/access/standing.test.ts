import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PERMISSIONS } from './permissions.ts';
import { PROJECT_ROLES } from './roles.ts';
import { mayCreateKey, mayInvite, mayShare } from './standing.ts';

const STANDINGS = [...PROJECT_ROLES, null];

test('nobody invites to more than they have, and whoever only reads or has left invites nobody', () => {
  const allowed = STANDINGS.flatMap((role) =>
    PROJECT_ROLES.filter((invited) => mayInvite(role, invited)).map((invited) => `${role} → ${invited}`),
  );
  assert.deepEqual(allowed, ['owner → owner', 'owner → admin', 'owner → member', 'admin → admin', 'admin → member']);
});

test('whoever was removed or only reads could make no key and no link; only an owner one that hands out private keys', () => {
  for (const permission of PERMISSIONS) {
    assert.deepEqual(
      STANDINGS.filter((role) => mayCreateKey(role, permission)),
      permission === 'mail_server' ? ['owner'] : ['owner', 'admin'],
      permission,
    );
  }
  assert.deepEqual(STANDINGS.filter(mayShare), ['owner', 'admin']);
});
