import { COST_OF_OUTGOING } from '../costs.ts';
import { appliedDnsPlanSchema, applyDnsPlanBody, dnsPlanSchema } from '../dns-plan.ts';
import type { Operation } from './operation.ts';

/** What would be written into the zone of a domain, and writing it. */
export const dnsPlanCalls = {
  'GET /api/projects/:projectId/domains/:domainId/dns-plan': {
    access: 'admin',
    cost: COST_OF_OUTGOING,
    data: dnsPlanSchema,
  },
  'POST /api/projects/:projectId/domains/:domainId/dns-plan/apply': {
    access: 'admin',
    cost: COST_OF_OUTGOING,
    body: applyDnsPlanBody,
    data: appliedDnsPlanSchema,
  },
} as const satisfies Readonly<Record<string, Operation>>;
