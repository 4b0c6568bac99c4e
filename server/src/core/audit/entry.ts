import type { ProjectId } from '../ids.ts';

/*
 * The audit log: who did what, from where, to what. An entry is written in the transaction of the change that it tells of and
 * never changed (`db/queries/audit-log.ts`). It holds what people need to understand a change afterwards, and no secret.
 */

/** Who acts: a person of the dashboard, an API key, the operator on the command line, the service by itself, or somebody unknown. */
export const ACTOR_KINDS = ['person', 'api_key', 'operator', 'service', 'unknown'] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

/** Who acts, by the name that they have now. */
export interface Actor {
  readonly kind: ActorKind;
  readonly id: string | null;
  readonly name: string | null;
}

/** Every action that is noted, with what it means. */
export const ACTIONS = {
  'installation.set_up': 'the first account was made',
  'account.signed_in': 'somebody signed in',
  'account.sign_in_failed':
    'somebody could not prove who they are: wrong email, password or second step, or too many attempts',
  'account.signed_out': 'somebody signed out',
  'account.session_ended': 'somebody ended a session',
  'account.password_changed': 'somebody changed their password',
  'account.password_reset': 'a link set another password',
  'account.reset_link_created': 'the operator made a link that sets another password',
  'account.changed': 'somebody changed how they sign in, their name or their address',
  'account.deleted': 'somebody deleted their account',
  'project.created': 'a project was created',
  'project.updated': 'the settings of a project changed',
  'project.deleted': 'a project was deleted with everything in it',
  'member.joined': 'somebody joined a project by an invitation',
  'member.role_changed': 'somebody got another role',
  'member.removed': 'somebody was removed from a project',
  'member.left': 'somebody left a project',
  'invitation.created': 'an invitation was made',
  'invitation.revoked': 'an invitation was revoked, or ended with the role of its author',
  'api_key.created': 'an API key was made',
  'api_key.revoked': 'an API key was revoked',
  'share_link.created': 'a link was made that shows a domain',
  'share_link.revoked': 'a link that shows a domain was revoked',
  'private_keys.exported': 'private keys were given to a mail server',
  'domain.deleted': 'a domain was deleted with its keys',
  'domain.updated': 'the settings of a domain changed',
  'domain.dns_published': 'records of a domain were published through a DNS connection',
  'dkim_key.created': 'a DKIM key was made or imported',
  'dkim_key.activated': 'mail is signed with another DKIM key',
  'dkim_key.revoked': 'a DKIM key was revoked and its private half deleted',
  'webhook.created': 'a webhook was made',
  'webhook.updated': 'a webhook changed',
  'webhook.deleted': 'a webhook was deleted',
  'webhook.disabled': 'the service stopped sending to a webhook that failed for five days, or whose receiver is gone',
  'webhook.secret_revealed': "a webhook's secret was shown",
  'webhook.secret_rotated': 'a webhook got another secret',
  'dns_connection.created': 'credentials for a DNS provider were added',
  'dns_connection.deleted': 'credentials for a DNS provider were deleted',
  'audit_log.exported': 'the audit log was exported',
} as const;

/** What was done. */
export type Action = keyof typeof ACTIONS;

/** Plain values only: what an entry tells of a thing before and after is shown as it is. */
export type AuditFacts = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** What was done to what, without who did it. */
export interface AuditEvent {
  readonly action: Action;
  /** Null for what belongs to the installation. */
  readonly projectId: ProjectId | null;
  readonly object: { readonly kind: string; readonly id: string | null; readonly name: string | null };
  readonly before?: AuditFacts;
  readonly after?: AuditFacts;
}

/** How long entries are kept. */
export const AUDIT_DAYS = 400;
