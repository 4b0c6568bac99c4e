/*
 * Who may do what, and how often. API keys have permissions, people have roles (`roles.ts`); both are plain
 * tables. A rate limit is a token bucket (`token-bucket.ts`), kept per key or, for anonymous callers, per network
 * (`address-network.ts`). Only the arithmetic is here: the buckets live in `services/node/allowances.ts`, and the
 * HTTP layer charges them.
 */

import type { ProjectRole } from './roles.ts';

/** What an API key may be allowed: every change; every read; to sign and to prove; or the private keys for a mail server. */
export const PERMISSIONS = ['full_access', 'read_only', 'sign', 'mail_server'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What a request wants to do with an API key. */
export type Access = 'read' | 'change' | 'check DNS' | 'sign' | 'read the audit log' | 'pull private keys';

const ALLOWED: Readonly<Record<Permission, readonly Access[]>> = {
  full_access: ['read', 'change', 'check DNS', 'sign', 'read the audit log'],
  // A check asks other people's servers: whoever only reads causes nothing.
  read_only: ['read'],
  // What sends mail need not be able to delete a domain, nor to see one.
  sign: ['sign'],
  // Neither holds the other's: who manages domains gets no private key, and the machine that signs manages nothing.
  mail_server: ['pull private keys'],
};

/** The least role that makes a key of each kind: whoever pulls private keys can send as every domain from anywhere. */
export const ROLE_TO_CREATE: Readonly<Record<Permission, ProjectRole>> = {
  full_access: 'admin',
  read_only: 'admin',
  sign: 'admin',
  mail_server: 'owner',
};

/** Whether a key with this permission may do that. */
export function isAllowed(permission: Permission, access: Access): boolean {
  return ALLOWED[permission].includes(access);
}
