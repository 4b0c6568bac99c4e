import { z } from 'zod';
import { EVENT_MEANINGS, type EventType } from '../core/lifecycle/events.ts';
import { PUBLISH_REASONS } from '../core/publishing/retry.ts';
import { READ_TYPES } from '../core/publishing/rr-set.ts';
import { FLAG_NAMES } from '../core/records/record.ts';
import { domainSchema } from './domain.ts';
import { time } from './times.ts';

const flag = z.enum(FLAG_NAMES).meta({ description: 'Which record, by its flag of the Domain object.' });
const key = {
  selector: z.string(),
  algorithm: z.string().meta({ example: 'rsa-2048' }),
  record: z.strictObject({ name: z.string(), type: z.literal('TXT'), value: z.string() }),
};
const missing = z.array(flag).meta({ description: 'The required records that are missing.' });
const deadlineAt = time.meta({ description: 'When the domain fails, or failed, unless the records are found.' });

const place = { name: z.string(), type: z.enum(READ_TYPES) };
const zoneChanges = {
  zone: z.string().meta({ description: 'The zone that the records are in.', example: 'example.com' }),
  changes: z.array(
    z.strictObject({
      ...place,
      before: z.array(z.string()).meta({ description: 'The records in presentation form; empty if there were none.' }),
      after: z.array(z.string()).meta({ description: 'The same, as they are now; empty if there are none.' }),
    }),
  ),
};

/** What an event tells besides the domain; `webhook.disabled` is about none. */
const DATA: Readonly<Record<Exclude<EventType, 'webhook.disabled'>, z.ZodRawShape>> = {
  'domain.created': {},
  'domain.verified': {},
  'domain.at_risk': { missing, deadlineAt },
  'domain.restored': {},
  'domain.failed': { missing, deadlineAt },
  'domain.updated': {
    previous: z.strictObject({ dkimRotationDays: z.int().optional(), autoPublish: z.boolean().optional() }),
  },
  'domain.deleted': {},
  'record.verified': { record: flag },
  'record.missing': {
    record: flag,
    firstMissedAt: time,
    finding: z.strictObject({ code: z.string(), title: z.string(), fix: z.string().nullable() }).optional(),
  },
  'key.created': key,
  'key.published': key,
  'key.activated': key,
  'key.retiring': key,
  'key.retired': key,
  'key.revoked': key,
  'dns.published': zoneChanges,
  'dns.drifted': zoneChanges,
  'dns.publish_failed': {
    zone: z.string().nullable().meta({ description: "Null if DNS doesn't say which zone the domain is in." }),
    reason: z.enum(PUBLISH_REASONS),
    message: z.string().meta({ description: 'The reason, as a sentence.' }),
    conflicts: z
      .array(z.strictObject({ ...place, reason: z.string() }))
      .meta({ description: 'What is in the way and needs a decision. Empty for other reasons.' }),
    nextTryAt: time.nullable().meta({ description: 'Null if nothing is tried until something changes.' }),
  },
};

const common = {
  id: z
    .string()
    .regex(/^evt_\d+$/)
    .meta({
      description: 'The `webhook-id` of its deliveries; as `cursor`, what comes after it.',
      example: 'evt_4711',
    }),
  createdAt: time,
  timestamp: time.meta({ description: 'The same as `createdAt`.' }),
};

const ofDomain = Object.entries(DATA).map(([type, data]) =>
  z.strictObject({
    id: common.id,
    type: z.literal(type as EventType).meta({ description: EVENT_MEANINGS[type as EventType].when }),
    createdAt: common.createdAt,
    timestamp: common.timestamp,
    data: z.strictObject({
      domain: domainSchema,
      externalId: z.string().nullable(),
      metadata: z.record(z.string(), z.string()),
      ...data,
      sequence: z.int().meta({ description: "Grows by one with each of the domain's events: drop what is older." }),
    }),
  }),
);

const ofProject = z.strictObject({
  id: common.id,
  type: z.literal('webhook.disabled').meta({ description: EVENT_MEANINGS['webhook.disabled'].when }),
  createdAt: common.createdAt,
  timestamp: common.timestamp,
  data: z.strictObject({
    webhook: z.strictObject({ id: z.string(), url: z.string() }),
    reason: z.enum(['failing', 'gone']),
    failingSince: time.nullable(),
  }),
});

/** An event as the feed shows it. Without `id` it is the body of a delivery. More types may come. */
export const feedEventSchema = z.union([...ofDomain, ofProject]).meta({ id: 'FeedEvent' });

const cursor = z
  .string({ error: 'cursor must be given once.' })
  .max(40, 'cursor must be the id of an event, such as evt_4711.')
  .optional()
  .meta({ description: 'The id of an event: those after it are listed. Left out, from the oldest that is kept.' });
const domainId = z
  .string({ error: 'domainId must be given once.' })
  .max(100, 'domainId is too long.')
  .optional()
  .meta({ description: 'Only events of this domain.' });

/** The query of the feed. */
export const feedQuerySchema = z.strictObject({
  limit: z
    .string({ error: 'limit must be given once.' })
    .regex(/^\d{1,3}$/, 'limit must be a whole number from 1 to 100.')
    .transform(Number)
    .pipe(z.int().min(1, 'limit must be at least 1.').max(100, 'limit must be at most 100.'))
    .optional()
    .meta({ description: 'Defaults to 50.' }),
  cursor,
  domainId,
});

/** A page of the feed, oldest first. */
export const feedPageSchema = z.strictObject({
  events: z.array(feedEventSchema),
  nextCursor: z.string().optional().meta({
    description: 'Where to go on, now or later: the last event that was read. Absent where there never was one.',
  }),
  hasMore: z.boolean().meta({ description: 'Whether more are there already.' }),
});

/** The query of the stream. */
export const feedStreamQuerySchema = z.strictObject({ domainId });

/** The header by which a stream goes on. */
export const feedStreamHeaders = z.looseObject({
  'last-event-id': z.string().optional().meta({ description: 'The id of the last event that was received.' }),
});
