import type { FeedEvent } from './shapes.ts';

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/** An event as it is delivered: its `type` decides what is in `data`. Newer services may send further types. */
export type WebhookEvent = WithoutId<FeedEvent>;

/** The types of events that this version knows. */
export type WebhookEventType = WebhookEvent['type'];
