import type { AuditEntry } from '../../api/audit-log.ts';
import { formatExact } from '../../components/relative-time.ts';

/** What somebody did, as it follows their name. */
const DEEDS: Readonly<Record<string, string>> = {
  'installation.set_up': 'set up the installation',
  'account.signed_in': 'signed in',
  'account.sign_in_failed': 'failed to sign in',
  'account.signed_out': 'signed out',
  'account.session_ended': 'signed out a session',
  'account.password_changed': 'changed the password',
  'account.password_reset': 'reset the password with a link',
  'account.reset_link_created': 'created a password reset link',
  'account.changed': 'changed an account',
  'account.deleted': 'deleted the account',
  'project.created': 'created the project',
  'project.updated': 'changed the project',
  'project.deleted': 'deleted the project',
  'member.joined': 'joined',
  'member.role_changed': 'changed the role of',
  'member.removed': 'removed',
  'member.left': 'left the project',
  'invitation.created': 'invited',
  'invitation.revoked': 'revoked an invitation',
  'api_key.created': 'created the API key',
  'api_key.revoked': 'revoked the API key',
  'share_link.created': 'shared',
  'share_link.revoked': 'revoked a link to',
  'private_keys.exported': 'exported private keys of',
  'domain.deleted': 'deleted the domain',
  'domain.updated': 'changed the domain',
  'dkim_key.created': 'created the DKIM key',
  'dkim_key.activated': 'activated the DKIM key',
  'dkim_key.revoked': 'revoked the DKIM key',
  'webhook.created': 'created the webhook',
  'webhook.updated': 'changed the webhook',
  'webhook.deleted': 'deleted the webhook',
  'webhook.disabled': 'stopped sending to the webhook',
  'webhook.secret_revealed': 'revealed the secret of the webhook',
  'webhook.secret_rotated': 'rotated the secret of the webhook',
  'domain.dns_published': 'published records of',
  'dns_connection.created': 'added the DNS connection',
  'dns_connection.deleted': 'removed the DNS connection',
  'audit_log.exported': 'exported the audit log',
};

/** The kinds of things that are acted on, as people choose them. */
export const KINDS: readonly { readonly value: string; readonly label: string }[] = [
  { value: '', label: 'Everything' },
  { value: 'account', label: 'Accounts and sign-in' },
  { value: 'member', label: 'Members' },
  { value: 'invitation', label: 'Invitations' },
  { value: 'api_key', label: 'API keys' },
  { value: 'share_link', label: 'Share links' },
  { value: 'private_keys', label: 'Private key exports' },
  { value: 'domain', label: 'Domains' },
  { value: 'dkim_key', label: 'DKIM keys' },
  { value: 'webhook', label: 'Webhooks' },
  { value: 'dns_connection', label: 'DNS connections' },
  { value: 'project', label: 'Projects' },
  { value: 'audit_log', label: 'Audit log' },
];

/** Who did it. */
export function nameActor({ actor }: AuditEntry): string {
  if (actor.type === 'service') return 'The service';
  if (actor.type === 'unknown') return 'Someone';
  if (actor.type === 'operator') return actor.name === null ? 'The operator' : `The operator (${actor.name})`;
  return actor.type === 'api_key' ? `The API key ${actor.name ?? ''}` : (actor.name ?? 'Someone');
}

/** What they did, and to what. */
export function describeDeed({ action, object, actor }: AuditEntry): string {
  const deed = DEEDS[action] ?? action;
  // Of themselves it is said once.
  const isThemselves = object.type === 'person' && object.id !== null && object.id === actor.id;
  if (object.name === null || isThemselves) return deed;
  return action === 'account.sign_in_failed' ? `${deed} as ${object.name}` : `${deed} ${object.name}`;
}

/** What changed, a line for each fact. */
export function listChanges({
  before,
  after,
}: AuditEntry): { name: string; before: string | null; after: string | null }[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const format = (facts: AuditEntry['before'], name: string) => {
    const value = facts?.[name];
    if (value === undefined || value === null) return null;
    return Array.isArray(value) ? value.map(formatFact).join(', ') : formatFact(value);
  };
  return names
    .map((name) => ({ name: splitName(name), before: format(before, name), after: format(after, name) }))
    .filter((change) => change.before !== change.after);
}

/** "expires at" of `expiresAt`: the API's names are read by people here. */
function splitName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** A time as it is here, and the API's word for a choice as words. */
function formatFact(value: unknown): string {
  const text = String(value);
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)) return formatExact(Date.parse(text));
  return /^[a-z]+(?:_[a-z]+)+$/.test(text) ? text.replaceAll('_', ' ') : text;
}
