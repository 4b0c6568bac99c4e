import type { Context } from '../../../services/context.ts';
import { formatDomainDetail } from '../../../services/domain-detail.ts';
import { formatKey } from '../../../services/key-object.ts';
import { activateKey, revokeKey, setRotationDays } from '../../../services/keys.ts';
import { createKey } from '../../../services/new-keys.ts';
import type { Handlers } from '../../dashboard-call.ts';

type Call =
  | 'PATCH /api/projects/:projectId/domains/:domainId'
  | `POST /api/projects/:projectId/domains/:domainId/keys${'' | '/:selector/activate' | '/:selector/revoke'}`;

/** A domain's DKIM keys, by the same use cases as under /v1. */
export function keyRoutes(ctx: Context): Handlers<Call> {
  return {
    'PATCH /api/projects/:projectId/domains/:domainId': async ({ own, params, body }) =>
      formatDomainDetail(ctx, await setRotationDays(ctx, own.project.id, params.domainId, body.dkimRotationDays)),
    'POST /api/projects/:projectId/domains/:domainId/keys': async ({ own, params, body }) => {
      const { type = 'rsa', bits = 2048 } = body;
      const algorithm = type === 'rsa' ? (`rsa-${bits}` as const) : type;
      const { domain, key } = await createKey(ctx, own.project.id, params.domainId, algorithm);
      return formatKey(domain, key);
    },
    'POST /api/projects/:projectId/domains/:domainId/keys/:selector/activate': async ({ own, params }) => {
      const { domain, key } = await activateKey(ctx, own.project.id, params.domainId, params.selector);
      return formatKey(domain, key);
    },
    'POST /api/projects/:projectId/domains/:domainId/keys/:selector/revoke': async ({ own, params }) => {
      const { domain, key } = await revokeKey(ctx, own.project.id, params.domainId, params.selector);
      return formatKey(domain, key);
    },
  };
}
