import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../services/context.ts';

/** `/health/live` (the process answers) and `/health/ready` (it can serve: the database is there and it is not stopping). */
export function healthRoutes(ctx: Context, isStopping: () => boolean): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    const schema = { tags: ['Operations'] };
    app.get(
      '/health/live',
      {
        schema: {
          ...schema,
          operationId: 'getLiveness',
          summary: 'Liveness',
          description: 'Answers 200 while the process is running.',
        },
      },
      async () => ({
        success: true,
        data: { status: 'live' },
      }),
    );
    app.get(
      '/health/ready',
      {
        schema: {
          ...schema,
          operationId: 'getReadiness',
          summary: 'Readiness',
          description:
            'Answers 200 while this node can serve requests, or 503 while the database is unavailable or the node is shutting down.',
        },
      },
      async () => {
        if (isStopping())
          throw new AppError('SERVICE_UNAVAILABLE', 'This node is shutting down.', { retryAfterSeconds: 2 });
        await ctx.db.ping();
        // Still ready: all nodes have this database, and without them nothing would be read or signed either.
        return { success: true, data: { status: 'ready', ...(ctx.db.isDiskFull() && { writes: 'failing' }) } };
      },
    );
    done();
  };
}
