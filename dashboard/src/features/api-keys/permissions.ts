import type { ApiKey } from '../../api/project.ts';

/** What a key may be allowed, as people choose it; the one that hands out private keys stands last. */
export const PERMISSIONS: readonly { readonly value: ApiKey['permission']; readonly label: string }[] = [
  { value: 'full_access', label: 'Full access' },
  { value: 'read_only', label: 'Read only' },
  { value: 'sign', label: 'Sign mail only' },
  { value: 'mail_server', label: 'Mail server (can read private keys)' },
];

/** Names a permission within a sentence. */
export function namePermission(permission: ApiKey['permission']): string {
  return PERMISSIONS.find(({ value }) => value === permission)?.label.toLowerCase() ?? permission;
}
