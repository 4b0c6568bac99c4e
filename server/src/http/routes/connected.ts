import type { FastifyPluginCallback } from 'fastify';
import type { Context } from '../../services/context.ts';
import { receiveReturn } from '../../services/domain-connect/way-back.ts';

/** What a DNS provider adds to the address (RFC 6749 §4.1.2.1), and whatever else somebody puts there. */
type Query = Readonly<Record<string, unknown>>;

/**
 * `GET /connected/{token}`: where a DNS provider sends people back to. The token in the path is all that counts, and it counts
 * once; where they go from here was noted when the link was made.
 */
export function connectedRoute(ctx: Context): FastifyPluginCallback {
  return (app, _options, done) => {
    app.route<{ Params: { token: string }; Querystring: Query }>({
      method: 'GET',
      url: '/connected/:token',
      // Whoever only looks at the address must not use it up.
      exposeHeadRoute: false,
      schema: { hide: true },
      handler: async (request, reply) => {
        const read = (name: string) => {
          const value = request.query[name];
          return typeof value === 'string' ? value : undefined;
        };
        const said = { error: read('error'), error_description: read('error_description') };
        return reply.redirect(await receiveReturn(ctx, request.params.token, said), 303);
      },
    });
    done();
  };
}
