import type { FastifyPluginCallback } from 'fastify';
import type { Context } from '../../services/context.ts';
import { unsubscribe } from '../../services/notices/choices.ts';

const BODY_LIMIT = 4_096;

/**
 * `POST /unsubscribe/{token}`: what a mail program does for its user's one click (RFC 8058). It comes from anywhere, as a form and
 * without a session; the token in the address is all that counts. `GET` is the page that asks first: whoever opens links
 * to look at them changes nothing.
 */
export function unsubscribeRoute(ctx: Context): FastifyPluginCallback {
  return (app, _options, done) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: BODY_LIMIT }, async () => undefined);
    app.route<{ Params: { token: string } }>({
      method: 'POST',
      url: '/unsubscribe/:token',
      bodyLimit: BODY_LIMIT,
      schema: { hide: true },
      handler: async (request, reply) => {
        await unsubscribe(ctx, request.params.token);
        return reply.type('text/plain; charset=utf-8').send('You’re unsubscribed.\n');
      },
    });
    done();
  };
}
