import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../../services/context.ts';

/** `/health/live` (the process answers) and `/health/ready` (it can serve: the database is there and it is not stopping). */
export function healthRoutes(ctx: Context, isStopping: () => boolean): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    const schema = { tags: ['Operations'] };
    app.get('/health/live', { schema: { ...schema, summary: 'Liveness' } }, async () => ({
      success: true,
      data: { status: 'live' },
    }));
    app.get('/health/ready', { schema: { ...schema, summary: 'Readiness' } }, async () => {
      if (isStopping())
        throw new AppError('SERVICE_UNAVAILABLE', 'This node is shutting down.', { retryAfterSeconds: 2 });
      await ctx.db.ping();
      return { success: true, data: { status: 'ready' } };
    });
    done();
  };
}
