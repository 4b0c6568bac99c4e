/*
 * Who may do what, and how often. API keys have permissions, people have roles (`roles.ts`); both are plain
 * tables. A rate limit is a token bucket (`token-bucket.ts`), kept per key or, for anonymous callers, per network
 * (`address-network.ts`). Only the arithmetic is here: the buckets live in `services/node/allowances.ts`, and the
 * HTTP layer charges them.
 */

import type { ProjectRole } from './roles.ts';

/** What an API key may be allowed: every change, every read, or the private keys for a mail server and nothing else. */
export const PERMISSIONS = ['full_access', 'read_only', 'mail_server'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What a request wants to do with an API key. */
export type Access = 'read' | 'change' | 'pull private keys';

const ALLOWED: Readonly<Record<Permission, readonly Access[]>> = {
  full_access: ['read', 'change'],
  read_only: ['read'],
  // Neither holds the other's: who manages domains gets no private key, and the machine that signs manages nothing.
  mail_server: ['pull private keys'],
};

/** The least role that makes a key of each kind: whoever pulls private keys can send as every domain from anywhere. */
export const ROLE_TO_CREATE: Readonly<Record<Permission, ProjectRole>> = {
  full_access: 'admin',
  read_only: 'admin',
  mail_server: 'owner',
};

/** Whether a key with this permission may do that. */
export function isAllowed(permission: Permission, access: Access): boolean {
  return ALLOWED[permission].includes(access);
}
