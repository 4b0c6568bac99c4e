import { isAtLeast, type ProjectRole } from '../access/roles.ts';
import type { EventType } from '../lifecycle/events.ts';

/** The events that people are told of by email, in the order in which an email lists them. */
export const NOTICE_TYPES = [
  'domain.failed',
  'domain.at_risk',
  'domain.restored',
  'webhook.disabled',
] as const satisfies readonly EventType[];
export type NoticeType = (typeof NOTICE_TYPES)[number];

/** The role from which somebody is told of everything until they choose otherwise: whoever can do something about it. */
export const TOLD_FROM_ROLE: ProjectRole = 'admin';

/** What somebody is told of who has chosen nothing: of a test project nothing. @param role null for the installation's owner in a project that they haven't joined */
export function listDefaultNotices(role: ProjectRole | null, { isTest }: { isTest: boolean }): readonly NoticeType[] {
  return role !== null && isAtLeast(role, TOLD_FROM_ROLE) && !isTest ? NOTICE_TYPES : [];
}
