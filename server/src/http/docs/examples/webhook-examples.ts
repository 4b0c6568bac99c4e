import type { Example } from './example.ts';

/** Calls about webhooks and their deliveries. */
export const WEBHOOK_EXAMPLES = {
  createWebhook: {
    body: { url: 'https://app.example.com/webhooks', events: ['domain.*', 'record.missing'] },
    typescript: async ({ autosend }) => {
      const { id, secret } = await autosend.webhooks.create({
        url: 'https://app.example.com/webhooks',
        events: ['domain.*', 'record.missing'],
      });
      console.log(id, secret);
    },
  },
  listWebhooks: {
    query: '?isActive=true',
    typescript: async ({ autosend }) => {
      const { webhooks, total } = await autosend.webhooks.list({ isActive: true });
      console.log(
        total,
        webhooks.map(({ url }) => url),
      );
    },
  },
  getWebhook: {
    typescript: async ({ autosend, webhookId }) => {
      const { url, events } = await autosend.webhooks.get(webhookId);
      console.log(url, events);
    },
  },
  updateWebhook: {
    body: { events: ['*'] },
    typescript: async ({ autosend, webhookId }) => {
      await autosend.webhooks.update(webhookId, { events: ['*'] });
    },
  },
  deleteWebhook: {
    typescript: async ({ autosend, webhookId }) => {
      await autosend.webhooks.delete(webhookId);
    },
  },
  revealWebhookSecret: {
    typescript: async ({ autosend, webhookId }) => {
      const secret = await autosend.webhooks.reveal(webhookId);
      console.log(secret);
    },
  },
  rotateWebhookSecret: {
    typescript: async ({ autosend, webhookId }) => {
      const { secret, previousUntil } = await autosend.webhooks.rotateSecret(webhookId);
      console.log(secret, previousUntil);
    },
  },
  testWebhook: {
    body: { event: 'domain.verified' },
    typescript: async ({ autosend, webhookId }) => {
      const result = await autosend.webhooks.test(webhookId, { event: 'domain.verified' });
      console.log(result);
    },
  },
  resendWebhook: {
    body: { event: 'domain.verified', data: { domain: { domainName: 'example.com' } } },
    typescript: async ({ autosend, webhookId }) => {
      await autosend.webhooks.resend(webhookId, {
        event: 'domain.verified',
        data: { domain: { domainName: 'example.com' } },
      });
    },
  },
  retryFailedDeliveries: {
    body: { since: '2026-01-15T00:00:00Z' },
    typescript: async ({ autosend, webhookId }) => {
      await autosend.webhooks.retryFailed(webhookId, { since: '2026-01-15T00:00:00Z' });
    },
  },
  listWebhookLogs: {
    query: '?limit=1',
    typescript: async ({ autosend, webhookId }) => {
      const { logs } = await autosend.webhooks.logs(webhookId, { limit: 1 });
      for (const { event, statusCode } of logs) console.log(event, statusCode);
    },
  },
  getWebhookDelivery: {
    typescript: async ({ autosend, webhookId, deliveryId }) => {
      const delivery = await autosend.webhooks.delivery(webhookId, deliveryId);
      console.log(delivery);
    },
  },
  retryWebhookDelivery: {
    typescript: async ({ autosend, webhookId, deliveryId }) => {
      await autosend.webhooks.retry(webhookId, deliveryId);
    },
  },
} satisfies Readonly<Record<string, Example>>;
