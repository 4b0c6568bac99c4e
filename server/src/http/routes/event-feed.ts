import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import type { Context } from '../../services/context.ts';
import { listFeed, type ToldEvent } from '../../services/events/event-feed.ts';
import { createEventStream } from '../../services/events/event-stream.ts';
import { commonFailures, successOf } from '../../wire/envelope.ts';
import {
  type feedEventSchema,
  feedPageSchema,
  feedQuerySchema,
  feedStreamHeaders,
  feedStreamQuerySchema,
} from '../../wire/event-feed.ts';
import { callerOf, mayStillCall } from '../auth.ts';
import type { LiveStreams, WriteText } from '../dashboard/live-stream.ts';

const DEFAULT_LIMIT = 50;
const MAX_STREAMS_OF_KEY = 10;
const HEARTBEAT_MS = 15_000;
/** So often it is asked whether the key still works, while events come. */
const ASK_EVERY_MS = 1_000;
const tags = ['Events'];

/** `/v1/events`: all that happens in a project, by cursor and as a stream. */
export function eventFeedRoutes(ctx: Context, streams: LiveStreams): FastifyPluginCallbackZod {
  const feed = createEventStream(ctx);
  return (app, _options, done) => {
    app.route({
      method: 'GET',
      url: '/events',
      schema: {
        tags,
        operationId: 'listEvents',
        summary: 'List the events of a project',
        description:
          'Oldest first, for 30 days. Ask again with `nextCursor` to go on: a cursor never passes an event, whenever its transaction commits. What is listed is what webhooks get.',
        querystring: feedQuerySchema,
        response: { 200: successOf(feedPageSchema), ...commonFailures },
      },
      handler: async (request) => {
        const { cursor = null, domainId, limit = DEFAULT_LIMIT } = request.query;
        const wanted = { cursor, limit, ...(domainId !== undefined && { domainId }) };
        const page = await listFeed(ctx, callerOf(request).project.id, wanted);
        const data = {
          events: page.events.map(formatFeedEvent),
          ...(page.cursor !== null && { nextCursor: page.cursor }),
          hasMore: page.hasMore,
        };
        return { success: true as const, data };
      },
    });

    app.route({
      method: 'GET',
      url: '/events/stream',
      // A HEAD of a stream would open one that nobody reads and nobody closes.
      exposeHeadRoute: false,
      schema: {
        tags,
        operationId: 'streamEvents',
        summary: 'Follow the events of a project',
        description:
          'Server-sent events, from whichever node made the change: `id` is the event, `event` its type, `data` the body that webhooks get, to the octet. After `Last-Event-ID` it goes on with what came since; without it, with what comes from now on.',
        querystring: feedStreamQuerySchema,
        headers: feedStreamHeaders,
        produces: ['text/event-stream'],
        response: commonFailures,
      },
      handler: async (request, reply) => {
        const { keyId, project } = callerOf(request);
        const { domainId } = request.query;
        const after = request.headers['last-event-id'];
        const ending = new AbortController();
        const options = { after: after === undefined || after === '' ? null : after };
        const events = await feed.follow(
          project.id,
          { ...options, ...(domainId !== undefined && { domainId }) },
          ending.signal,
        );
        const subscriber = {
          subscriber: `key:${keyId}`,
          maxForSubscriber: MAX_STREAMS_OF_KEY,
          projectIds: [project.id],
          kind: 'key' as const,
        };
        return streams.write(reply, subscriber, async (write, signal) => {
          signal.addEventListener('abort', () => ending.abort());
          await run(ctx, events, write, { signal, mayGoOn: () => mayStillCall(request) });
        });
      },
    });
    done();
  };
}

/** Writes what happens until the stream ends, and a line now and then that shows that it is alive. */
async function run(
  ctx: Pick<Context, 'clock'>,
  events: AsyncGenerator<ToldEvent>,
  write: WriteText,
  { signal, mayGoOn }: { readonly signal: AbortSignal; readonly mayGoOn: () => Promise<boolean> },
): Promise<void> {
  // Says at once that it is open.
  await write(': open\n\n');
  let next = events.next();
  let askAtMs = 0;
  while (!signal.aborted) {
    const pause = new AbortController();
    const quiet = ctx.clock.sleep(HEARTBEAT_MS, AbortSignal.any([signal, pause.signal])).then(() => null);
    const found = await Promise.race([next, quiet]);
    pause.abort();
    if (signal.aborted) break;
    if (ctx.clock.monotonicMs() >= askAtMs) {
      if (!(await mayGoOn())) break;
      askAtMs = ctx.clock.monotonicMs() + ASK_EVERY_MS;
    }
    if (found === null) {
      await write(': still here\n\n');
      continue;
    }
    if (found.done) break;
    const { id, type, body } = found.value;
    await write(`id: ${id}\nevent: ${type}\ndata: ${body}\n\n`);
    next = events.next();
  }
}

/** The text was written by `freezeDomainEvent`, of the union that the schema shows. */
function formatFeedEvent({ id, body }: ToldEvent): z.output<typeof feedEventSchema> {
  return { id, ...JSON.parse(body) };
}
