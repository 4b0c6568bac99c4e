import type { FastifyInstance, FastifyRequest, InjectOptions } from 'fastify';
import { AutosendDomains } from '../../../../packages/sdk/src/client.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { isAllowed } from '../../core/access/permissions.ts';
import { callerOf, credentialOf } from '../auth.ts';

/*
 * `POST /mcp`: the Model Context Protocol, streamable HTTP, for the revision 2026-07-28 and those before it. The tools are
 * those of the SDK, whose client is given a `fetch` that asks this very process: a tool is a request of the API with the
 * caller's key, and whatever holds for that (permission, limits, audit log) holds for it. Nothing is kept between requests.
 */

/** Read by the client as the place of the service, and never connected to. */
const HERE = 'http://in.process';

/** Registers it in a scope that requires an API key. */
export function serveMcp(scope: FastifyInstance): void {
  scope.route({
    method: 'POST',
    url: '/mcp',
    // What a tool does is checked where it does it.
    config: { access: 'read', keepsToDomains: true },
    // Programs that speak it describe themselves; the OpenAPI document has no words for it.
    schema: { hide: true },
    handler: async (request, reply) => {
      // Loaded by the first request: most installations never see one.
      const [{ createMcpHandler }, { buildMcpServer }] = await Promise.all([
        import('@modelcontextprotocol/server'),
        import('../../../../packages/sdk/src/mcp/server.ts'),
      ]);
      const client = new AutosendDomains({
        apiKey: credentialOf(request),
        baseUrl: HERE,
        // Whoever calls the tool is told to wait, and decides.
        maxRetries: 0,
        fetch: askThisProcess(scope, request),
      });
      const mayChange = isAllowed(callerOf(request).permission, 'change');
      const handler = createMcpHandler(() => buildMcpServer(client, { version: packageJson.version, mayChange }), {
        // Nothing changes that a client could subscribe to.
        maxSubscriptions: 0,
        onerror: (error) => request.log.info({ err: error }, 'an MCP request was refused'),
      });
      const { status, headers, body } = await handler.fetch(toWebRequest(request), { parsedBody: request.body });
      for (const [name, value] of headers) reply.header(name, value);
      return reply.code(status).send(body === null ? undefined : await new Response(body).text());
    },
  });
}

function toWebRequest({ headers, method }: FastifyRequest): Request {
  const given = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name, value]] : [],
  );
  return new Request(`${HERE}/mcp`, { method, headers: given });
}

/** A `fetch` that asks this process, on behalf of whoever sent `outer` and from where they sent it. */
function askThisProcess(scope: FastifyInstance, outer: FastifyRequest): typeof fetch {
  return async (url, { method = 'GET', headers, body } = {}) => {
    const { pathname, search } = new URL(String(url));
    const reply = await scope.inject({
      method: method as NonNullable<InjectOptions['method']>,
      url: `${pathname}${search}`,
      headers: Object.fromEntries(new Headers(headers)),
      remoteAddress: outer.clientAddress,
      ...(typeof body === 'string' && { payload: body }),
    });
    const answered = Object.entries(reply.headers).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, String(value)]],
    );
    return new Response(reply.payload, { status: reply.statusCode, headers: answered });
  };
}
