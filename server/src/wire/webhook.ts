import { z } from 'zod';
import { EVENT_TYPES } from '../core/lifecycle/events.ts';
import { attributesBody } from './attributes.ts';
import { moment, time } from './times.ts';

const EXAMPLE_ID = '60d5ec49f1b2c72d9c8b1234';

/** What stands in the place of a secret. */
export const HIDDEN_SECRET = '***hidden***';

/** A webhook. Its secret is shown when it is created and in `reveal`. */
export const webhookSchema = z
  .strictObject({
    id: z.string().meta({ example: EXAMPLE_ID }),
    organizationId: z.string().meta({ description: 'The id of this installation.' }),
    projectId: z.string(),
    url: z.string().meta({ example: 'https://example.com/webhooks/autosend' }),
    secret: z.string().meta({
      description: `\`${HIDDEN_SECRET}\` except where the webhook is created.`,
      example: HIDDEN_SECRET,
    }),
    events: z.array(z.string()).meta({ example: ['domain.*', 'record.missing'] }),
    isActive: z.boolean().meta({ description: 'False where somebody, or the service, disabled it.' }),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Webhook' });

/** A webhook as clients see it. */
export type WebhookObject = z.output<typeof webhookSchema>;

const url = z
  .string({ error: ({ input }) => (input === undefined ? 'url is missing.' : 'url must be a string.') })
  .meta({
    description: 'An https URL. Events are sent to it by POST.',
    example: 'https://example.com/webhooks/autosend',
  });
const events = z
  .array(z.string({ error: 'Each of events must be a string.' }), {
    error: ({ input }) => (input === undefined ? 'events is missing.' : 'events must be a list of event types.'),
  })
  .min(1, 'events needs at least one event type, a group such as domain.*, or *.')
  .max(100, 'events can have at most 100 entries.')
  .meta({
    description: `Event types, groups such as \`domain.*\`, or \`*\` for all: ${EVENT_TYPES.map((type) => `\`${type}\``).join(', ')}.`,
    example: ['domain.*'],
  });
const { metadata } = attributesBody;

/** What a webhook is created with. */
export const createWebhookBody = z.strictObject({ url, events, metadata });

/** What may change of one. */
export const updateWebhookBody = z.strictObject({
  url: url.optional(),
  events: events.optional(),
  isActive: z.boolean({ error: 'isActive must be true or false.' }).optional(),
  metadata,
});

/** A webhook in a path. Any text: what can't be an id is answered like one that never was. */
export const webhookParams = z.strictObject({
  webhookId: z.string().meta({ description: 'The id of the webhook.', example: EXAMPLE_ID }),
});

/** A delivery of a webhook in a path. */
export const deliveryParams = webhookParams.extend({
  deliveryId: z.string().meta({ description: 'The `_id` of the delivery.', example: '60d5ec49f1b2c72d9c8b9999' }),
});

const whole = (name: string, max: number, byDefault: number) =>
  z
    .string({ error: `${name} must be given once.` })
    .regex(/^\d{1,9}$/, `${name} must be a whole number from 1 to ${max}.`)
    .transform(Number)
    .pipe(z.int().min(1, `${name} must be at least 1.`).max(max, `${name} must be at most ${max}.`))
    .optional()
    .meta({ description: `Defaults to ${byDefault}.` });

const DEFAULT_LIMIT = 50;
const pageQuery = { page: whole('page', 1_000_000, 1), limit: whole('limit', 100, DEFAULT_LIMIT) };

/** The query of a webhook's log. */
export const logQuerySchema = z.strictObject(pageQuery);

/** The query of the list of webhooks. */
export const webhookQuerySchema = z.strictObject({
  isActive: z
    .enum(['true', 'false'], 'isActive must be true or false.')
    .transform((text) => text === 'true')
    .optional(),
  ...pageQuery,
});

const paging = { total: z.int(), page: z.int(), limit: z.int(), totalPages: z.int() };

/** Reads which page is wanted. */
export function readPage({
  page = 1,
  limit = DEFAULT_LIMIT,
}: {
  page?: number | undefined;
  limit?: number | undefined;
}) {
  return { page, limit };
}

/** Says which page an answer is. */
export function formatPaging({ page, limit }: { page: number; limit: number }, total: number) {
  return { total, page, limit, totalPages: Math.ceil(total / limit) };
}

/** A page of webhooks. */
export const webhookPageSchema = z.strictObject({ webhooks: z.array(webhookSchema), ...paging });

const logShape = {
  _id: z.string().meta({ example: '60d5ec49f1b2c72d9c8b9999' }),
  webhookId: z.string(),
  projectId: z.string(),
  event: z.string().meta({ example: 'domain.verified' }),
  url: z.string(),
  statusCode: z.int().nullable().meta({ description: 'Of the last try; null where no answer came.' }),
  success: z.boolean(),
  attempts: z.int(),
  duration: z.int().nullable().meta({ description: 'Of the last try, in milliseconds.' }),
  deliveredAt: time.nullable(),
  createdAt: time,
  updatedAt: time,
};

/** One delivery in a webhook's log. */
export const deliveryLogSchema = z.strictObject(logShape).meta({ id: 'WebhookDelivery' });

/** A delivery as a log shows it. */
export type DeliveryLog = z.output<typeof deliveryLogSchema>;

/** A page of a webhook's log, newest first. */
export const deliveryPageSchema = z.strictObject({ logs: z.array(deliveryLogSchema), ...paging });

/** One delivery with its last request and answer. */
export const deliverySchema = z
  .strictObject({
    ...logShape,
    messageId: z.string().meta({ description: 'The `webhook-id`, the same over all tries.', example: 'evt_4711' }),
    nextAttemptAt: time.nullable(),
    request: z.strictObject({
      headers: z.record(z.string(), z.string()).nullable().meta({ description: 'Null before the first try.' }),
      body: z.string().nullable().meta({ description: 'What is sent, to the octet; null where it is no longer kept.' }),
    }),
    response: z
      .strictObject({
        at: time,
        statusCode: z.int().nullable(),
        body: z.string().meta({ description: 'The first KiB.' }),
        problem: z.string().nullable().meta({ description: 'What went wrong, in words; null where it succeeded.' }),
      })
      .nullable(),
  })
  .meta({ id: 'WebhookDeliveryDetail' });

/** A delivery as clients see all of it. */
export type DeliveryObject = z.output<typeof deliverySchema>;

/** What is to be sent as an event. */
export const resendBody = z.strictObject({
  event: z
    .string({ error: ({ input }) => (input === undefined ? 'event is missing.' : 'event must be a string.') })
    .meta({ description: 'An event that the webhook takes.', example: 'domain.verified' }),
  data: z
    .record(z.string(), z.unknown(), {
      error: ({ input }) => (input === undefined ? 'data is missing.' : 'data must be an object.'),
    })
    .meta({ description: 'What stands in `data`.', example: { domain: { domainName: 'example.com' } } }),
});

/** Which sample is sent. */
export const testWebhookBody = z.strictObject({
  event: z
    .enum(EVENT_TYPES, {
      error: ({ input }) => (input === undefined ? 'event is missing.' : 'event must be an event type.'),
    })
    .meta({ example: 'domain.verified' }),
});

/** What came of a sample. */
export const testResultSchema = z.strictObject({
  deliveryId: z.string(),
  success: z.boolean(),
  statusCode: z.int().nullable(),
  duration: z.int(),
  body: z.string().meta({ description: 'The first KiB of the answer.' }),
  problem: z.string().nullable(),
});

/** What came of a sample, as clients see it. */
export type TestResult = z.output<typeof testResultSchema>;

/** From when failed deliveries are sent again. */
export const retryFailedBody = z.strictObject({
  since: moment('since'),
});

/** A changed secret. */
export const rotatedSecretSchema = z.strictObject({
  secret: z.string(),
  previousUntil: time.meta({ description: 'Until then both secrets sign.' }),
});
