import type { Context } from '../../../services/context.ts';
import { applyDnsPlan, getDnsPlan } from '../../../services/publishing/apply.ts';
import { formatAppliedPlan, formatDnsPlan } from '../../../services/views/dns-plan-object.ts';
import type { dnsPlanCalls } from '../../../wire/dashboard/dns-plan-calls.ts';
import type { Handlers } from '../../dashboard/call.ts';

/** Publishing the records of a domain, as its page does it. */
export function dnsPlanRoutes(ctx: Context): Handlers<keyof typeof dnsPlanCalls> {
  return {
    'GET /api/projects/:projectId/domains/:domainId/dns-plan': async ({ own, params }) =>
      formatDnsPlan((await getDnsPlan(ctx, own.project.id, params.domainId)).plan),
    'POST /api/projects/:projectId/domains/:domainId/dns-plan/apply': async ({ own, params, body }) =>
      formatAppliedPlan(await applyDnsPlan(ctx, own.project.id, params.domainId, body)),
  };
}
