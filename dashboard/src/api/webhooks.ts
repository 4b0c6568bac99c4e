import { queryOptions } from '@tanstack/react-query';
import type { DashboardData } from '../../../server/src/wire/dashboard/contract.ts';
import { call } from './call.ts';

export type Webhook = DashboardData<'GET /api/projects/:projectId/webhooks'>['webhooks'][number];
export type Delivery = DashboardData<'GET /api/projects/:projectId/webhooks/:webhookId/logs'>['logs'][number];

/** The webhooks of a project, newest first, with their health. */
export const webhooksQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['projects', projectId, 'webhooks'],
    queryFn: ({ signal }) => call('GET /api/projects/:projectId/webhooks', { params: { projectId }, signal }),
  });

/** What was sent to a webhook, newest first. */
export const deliveriesQuery = (projectId: string, webhookId: string, page: number) =>
  queryOptions({
    queryKey: ['projects', projectId, 'webhooks', webhookId, 'logs', page],
    queryFn: ({ signal }) =>
      call('GET /api/projects/:projectId/webhooks/:webhookId/logs', {
        params: { projectId, webhookId },
        query: { page: String(page), limit: '20' },
        signal,
      }),
  });

/** One delivery, with its body and the last answer. */
export const deliveryQuery = (projectId: string, webhookId: string, deliveryId: string) =>
  queryOptions({
    queryKey: ['projects', projectId, 'webhooks', webhookId, 'deliveries', deliveryId],
    queryFn: ({ signal }) =>
      call('GET /api/projects/:projectId/webhooks/:webhookId/deliveries/:deliveryId', {
        params: { projectId, webhookId, deliveryId },
        signal,
      }),
  });
