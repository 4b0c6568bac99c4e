import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import type { Context } from '../../services/context.ts';
import { applyDnsPlan, getDnsPlan } from '../../services/publishing/apply.ts';
import { formatAppliedPlan, formatDnsPlan } from '../../services/views/dns-plan-object.ts';
import { COST_OF_OUTGOING } from '../../wire/costs.ts';
import { appliedDnsPlanSchema, applyDnsPlanBody, dnsPlanSchema } from '../../wire/dns-plan.ts';
import { commonFailures, failureSchema, successOf } from '../../wire/envelope.ts';
import { domainParams } from '../../wire/path-params.ts';
import { callerOf } from '../auth.ts';

const tags = ['Publishing'];
const failures = { ...commonFailures, 404: failureSchema, 409: failureSchema, 422: failureSchema };

/** `/v1/domains/{domainId}/dns-plan`: what would be written into the zone of a domain, and writing it. */
export function dnsPlanRoutes(ctx: Context): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.route({
      method: 'GET',
      url: '/domains/:domainId/dns-plan',
      // It asks the provider and name servers, as a check does.
      config: { access: 'change', cost: () => COST_OF_OUTGOING },
      schema: {
        tags,
        operationId: 'getDnsPlan',
        summary: 'Plan what to publish',
        description:
          'Reads the zone through the DNS connection that reaches it and returns what would be written, record set by record set. It writes nothing. Records of others are never changed or removed without a consent that names them.',
        params: domainParams,
        response: { 200: successOf(dnsPlanSchema), ...failures },
      },
      handler: async (request) => {
        const { plan } = await getDnsPlan(ctx, callerOf(request).project.id, request.params.domainId);
        return { success: true as const, data: formatDnsPlan(plan) };
      },
    });

    app.route({
      method: 'POST',
      url: '/domains/:domainId/dns-plan/apply',
      config: { cost: () => COST_OF_OUTGOING },
      schema: {
        tags,
        operationId: 'applyDnsPlan',
        summary: 'Publish a plan',
        description:
          'Writes everything in the plan that takes nothing away, and the conflicts that `consents` names. The response is 200 when that is done, or 202 if it continues in the background. The domain is checked right afterwards. If the zone has changed since the plan was made, nothing is written and the response is 409.',
        params: domainParams,
        body: applyDnsPlanBody,
        response: { 200: successOf(appliedDnsPlanSchema), 202: successOf(appliedDnsPlanSchema), ...failures },
      },
      handler: async (request, reply) => {
        const applied = await applyDnsPlan(ctx, callerOf(request).project.id, request.params.domainId, request.body);
        return reply
          .code(applied.written === null ? 202 : 200)
          .send({ success: true as const, data: formatAppliedPlan(applied) });
      },
    });
    done();
  };
}
