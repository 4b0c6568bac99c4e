import { once } from 'node:events';
import type { Server } from 'node:http';
import { AppError } from '../core/errors.ts';
import { isAllowedToScrape, type Metrics } from './metrics.ts';
import { createServer } from './node-http.ts';

/** Whoever scrapes needs one or two. */
const MAX_CONNECTIONS = 20;
const REQUEST_MS = 10_000;

/**
 * Serves the metrics, and nothing else, at an address of their own (`AUTOSEND_METRICS_LISTEN`).
 * @throws AppError SERVICE_UNAVAILABLE where it cannot listen there
 */
export async function startMetricsServer(
  metrics: Metrics,
  { host, port, token }: { host: string; port: number; token: string | undefined },
): Promise<Server> {
  const server = createServer(
    { headersTimeout: REQUEST_MS, requestTimeout: REQUEST_MS, connectionsCheckingInterval: REQUEST_MS / 2 },
    (request, response) => {
      const answer = (status: number, text: string, type = 'text/plain; charset=utf-8') =>
        response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
      if (request.url?.split('?', 1)[0] !== '/metrics') return answer(404, 'Only /metrics is here.\n');
      if (!isAllowedToScrape(request.headers.authorization, token)) return answer(401, 'Send the token.\n');
      metrics.read().then(
        ({ text, type }) => answer(200, text, type),
        () => answer(500, 'The metrics could not be read.\n'),
      );
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(REQUEST_MS);
  server.listen({ host, port });
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new AppError(
      'SERVICE_UNAVAILABLE',
      `The metrics cannot be served at ${host}:${port}. Set AUTOSEND_METRICS_LISTEN.`,
      {
        cause,
      },
    );
  }
  // Such as one connection too many at a time when no file can be opened.
  server.on('error', () => undefined);
  return server;
}
