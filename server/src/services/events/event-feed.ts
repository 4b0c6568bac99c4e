import { validationError } from '../../core/errors.ts';
import type { ProjectId } from '../../core/ids.ts';
import { KEPT_MS } from '../../core/webhooks/schedule.ts';
import * as table from '../../db/queries/event-feed.ts';
import type { Context } from '../context.ts';

/** An event of the feed: its id, and the text that every receiver gets. */
export interface ToldEvent {
  /** `evt_` and the history's id: the `webhook-id` of its deliveries, and the cursor after it. */
  readonly id: string;
  readonly type: string;
  readonly body: string;
}

/** What of the feed is read. */
export interface FeedPage {
  /** The id of the last event that was read; null for the oldest that is kept. */
  readonly cursor: string | null;
  readonly domainId?: string;
  readonly limit: number;
}

/**
 * Lists a project's events, oldest first. A cursor never passes an event: what becomes visible later has its place after all that
 * was read before, whichever id it has (`db/queries/event-feed.ts`).
 * @returns where to go on: the last event of the page, or the cursor as it was
 * @throws AppError VALIDATION_FAILED
 */
export async function listFeed(
  ctx: Pick<Context, 'db'>,
  projectId: ProjectId,
  { cursor, domainId, limit }: FeedPage,
): Promise<{ events: ToldEvent[]; cursor: string | null; hasMore: boolean }> {
  const id = cursor === null ? null : parseEventId(cursor);
  await table.numberEvents(ctx.db);
  const after = id === null ? 0 : await table.findPosition(ctx.db, projectId, id);
  const page = { after, ...(domainId !== undefined && { domainId }), limit: limit + 1 };
  const found = await table.listFeed(ctx.db, projectId, page);
  const events = found.slice(0, limit).map(toToldEvent);
  return { events, cursor: events.at(-1)?.id ?? cursor, hasMore: found.length > limit };
}

/** Names an event of the feed. */
export function toToldEvent({ eventId, type, body }: table.FeedEvent): ToldEvent {
  return { id: `evt_${eventId}`, type, body };
}

/** Reads the id of an event. @throws AppError VALIDATION_FAILED */
export function parseEventId(text: string, field = 'cursor'): number {
  // 15 digits: exact in a JavaScript number, and more events than there will ever be.
  const [, id] = /^evt_(\d{1,15})$/.exec(text) ?? [];
  if (id === undefined) throw validationError(field, `${field} must be the id of an event, such as evt_4711.`);
  return Number(id);
}

const EXPIRE_BATCH = 2_000;

/** Deletes what has been in the feed for 30 days, some at a time; the history of a domain stays. @returns whether there is more */
export async function expireFeed(ctx: Pick<Context, 'db' | 'clock'>): Promise<boolean> {
  const before = new Date(ctx.clock.now().getTime() - KEPT_MS);
  return (await table.deleteOldFeed(ctx.db, before, EXPIRE_BATCH)) === EXPIRE_BATCH;
}
