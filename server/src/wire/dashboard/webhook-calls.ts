import { z } from 'zod';
import { COST_OF_OUTGOING } from '../costs.ts';
import { time } from '../times.ts';
import {
  createWebhookBody,
  deliveryPageSchema,
  deliverySchema,
  logQuerySchema,
  retryFailedBody,
  rotatedSecretSchema,
  testResultSchema,
  testWebhookBody,
  updateWebhookBody,
  webhookSchema,
} from '../webhook.ts';
import { none, type Operation, pageOf } from './operation.ts';

/** A webhook on its page, with how it has done in the last 24 hours. */
const ownWebhookSchema = webhookSchema.omit({ secret: true, organizationId: true }).extend({
  disabledReason: z.enum(['failing', 'gone']).nullable().meta({ description: 'Why the service disabled it.' }),
  failingSince: time.nullable(),
  lastDay: z.strictObject({ delivered: z.int(), failed: z.int(), waiting: z.int() }),
});
const secretSchema = z.strictObject({ secret: z.string() });
const resent = z.strictObject({ retried: z.int() });

/** Webhooks of a project. */
export const webhookCalls = {
  'GET /api/projects/:projectId/webhooks': { access: 'member', data: pageOf('webhooks', ownWebhookSchema) },
  'POST /api/projects/:projectId/webhooks': {
    access: 'admin',
    body: createWebhookBody,
    data: z.strictObject({ webhook: ownWebhookSchema, secret: z.string() }),
  },
  'PUT /api/projects/:projectId/webhooks/:webhookId': {
    access: 'admin',
    body: updateWebhookBody,
    data: ownWebhookSchema,
  },
  'DELETE /api/projects/:projectId/webhooks/:webhookId': { access: 'admin', data: none },
  // Whoever has the secret can send in our name.
  'POST /api/projects/:projectId/webhooks/:webhookId/reveal': { access: 'admin', data: secretSchema },
  'POST /api/projects/:projectId/webhooks/:webhookId/rotate-secret': {
    access: 'admin',
    data: rotatedSecretSchema,
  },
  'POST /api/projects/:projectId/webhooks/:webhookId/test': {
    access: 'admin',
    cost: COST_OF_OUTGOING,
    body: testWebhookBody,
    data: testResultSchema,
  },
  'POST /api/projects/:projectId/webhooks/:webhookId/retry-failed': {
    access: 'admin',
    body: retryFailedBody,
    data: resent,
  },
  'GET /api/projects/:projectId/webhooks/:webhookId/logs': {
    access: 'member',
    query: logQuerySchema,
    data: deliveryPageSchema,
  },
  'GET /api/projects/:projectId/webhooks/:webhookId/deliveries/:deliveryId': { access: 'member', data: deliverySchema },
  'POST /api/projects/:projectId/webhooks/:webhookId/deliveries/:deliveryId/retry': { access: 'admin', data: none },
} as const satisfies Readonly<Record<string, Operation>>;

/** A webhook on its page. */
export type OwnWebhook = z.output<typeof ownWebhookSchema>;
