import { AppError } from '../../../core/errors.ts';
import type { Context } from '../../../services/context.ts';
import type { Person } from '../../../services/ports.ts';
import { listAuditPage, sendAuditExport } from '../../audit-pages.ts';
import type { Handlers } from '../../dashboard/call.ts';

type Call = `GET /api/projects/:projectId/audit-log${'' | '/export'}` | `GET /api/audit-log${'' | '/export'}`;

/** Who did what: in a project for its owners and admins, in the whole installation for its owner. */
export function auditLogRoutes(ctx: Context): Handlers<Call> {
  return {
    'GET /api/projects/:projectId/audit-log': ({ own, query }) => listAuditPage(ctx, own.project.id, query),
    'GET /api/projects/:projectId/audit-log/export': async ({ own, query, reply }) =>
      sendAuditExport(ctx, reply, own.project.id, query),
    'GET /api/audit-log': async ({ person, query }) => {
      requireInstanceOwner(person);
      return listAuditPage(ctx, null, query);
    },
    'GET /api/audit-log/export': async ({ person, query, reply }) => {
      requireInstanceOwner(person);
      return sendAuditExport(ctx, reply, null, query);
    },
  };
}

function requireInstanceOwner({ isInstanceOwner }: Person): void {
  if (!isInstanceOwner)
    throw new AppError('FORBIDDEN', 'Only the owner of this installation sees the audit log of all projects.');
}
