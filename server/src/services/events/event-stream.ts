import type { ProjectId } from '../../core/ids.ts';
import * as table from '../../db/queries/event-feed.ts';
import type { Context } from '../context.ts';
import { parseEventId, type ToldEvent, toToldEvent } from './event-feed.ts';

/** Follows feeds of this node's readers. */
export interface EventStream {
  /**
   * Gives a project's events as they happen, whichever node makes them, until `signal` aborts.
   * @param after the id of the event before; null for what happens from now on
   * @throws AppError VALIDATION_FAILED
   */
  follow(
    projectId: ProjectId,
    options: { readonly after: string | null; readonly domainId?: string },
    signal: AbortSignal,
  ): Promise<AsyncGenerator<ToldEvent>>;
}

/** How often the feed is read for whoever follows it. */
const POLL_MS = 500;
const AFTER_FAILURE_MS = 2_000;
/** So many are read at once: a reader that has been away for long gets them a page at a time. */
const PAGE = 200;

/** Creates it. All readers of a node share the statement that numbers what is new; nothing is asked while nobody reads. */
export function createEventStream(ctx: Pick<Context, 'db' | 'clock' | 'log'>): EventStream {
  let numbering: Promise<void> | null = null;
  const number = (): Promise<void> => {
    numbering ??= table.numberEvents(ctx.db).finally(() => {
      numbering = null;
    });
    return numbering;
  };

  async function* read(
    projectId: ProjectId,
    start: number,
    domainId: string | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<ToldEvent> {
    let after = start;
    while (!signal.aborted) {
      let pauseMs = POLL_MS;
      try {
        await number();
        const page = { after, ...(domainId !== undefined && { domainId }), limit: PAGE };
        const found = await table.listFeed(ctx.db, projectId, page);
        for (const event of found) {
          yield toToldEvent(event);
          after = event.position;
        }
        if (found.length === PAGE) pauseMs = 0;
      } catch (error) {
        ctx.log.warn({ err: error }, "the database isn't responding; event streams resume when it does");
        pauseMs = AFTER_FAILURE_MS;
      }
      if (pauseMs > 0 && !signal.aborted) await ctx.clock.sleep(pauseMs, signal);
    }
  }

  return {
    async follow(projectId, { after, domainId }, signal) {
      const id = after === null ? null : parseEventId(after, 'last-event-id');
      await number();
      const start =
        id === null
          ? await table.findNewestPosition(ctx.db, projectId)
          : await table.findPosition(ctx.db, projectId, id);
      return read(projectId, start, domainId, signal);
    },
  };
}
