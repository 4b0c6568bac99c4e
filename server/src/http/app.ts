/*
 * The HTTP application. `createApp` registers everything; a request gets its id and limits here, `auth.ts` finds
 * its project and charges `rate-limit.ts`, `validation.ts` checks it against the route's schema, and a handler in
 * `routes/` calls one use case. Whatever is thrown becomes an answer in `errors.ts`; what Node's parser refuses
 * earlier is answered in `client-errors.ts`. No rule and no SQL here.
 */

import type { IncomingMessage } from 'node:http';
import underPressure from '@fastify/under-pressure';
import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { AppError } from '../core/errors.ts';
import { LINK_KINDS } from '../crypto/link-tokens.ts';
import type { Context } from '../services/context.ts';
import { trackMethods } from './allowed-methods.ts';
import { requireApiKey } from './auth.ts';
import { answerClientError } from './client-errors.ts';
import { boundClosing } from './closing.ts';
import { serveDashboardApi } from './dashboard/api.ts';
import { serveDashboardFiles } from './dashboard/files.ts';
import { serveDocs } from './docs.ts';
import { formatError, STATUS_OF, toAppError } from './errors.ts';
import { parseJsonBody } from './json-body.ts';
import { serveMetrics } from './metrics.ts';
import { createRateLimiter } from './rate-limit.ts';
import { dropRestOfBody } from './rest-of-body.ts';
import { diagnosticsRoutes } from './routes/diagnostics.ts';
import { domainRoutes } from './routes/domains.ts';
import { eventRoutes } from './routes/events.ts';
import { exportRoutes } from './routes/exports.ts';
import { healthRoutes } from './routes/health.ts';
import { keyRoutes } from './routes/keys.ts';
import { mailServerKeyRoutes } from './routes/mail-server-keys.ts';
import { proofRoutes } from './routes/proof.ts';
import { regionRoutes } from './routes/regions.ts';
import { signingRoutes } from './routes/signing.ts';
import { validatorCompiler } from './validation.ts';

/** What the HTTP side is told besides the context. */
export interface AppOptions {
  readonly publicUrl: string;
  /** Whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  readonly rateLimitPerSecond: number;
  isStopping(): boolean;
  /** Beyond this delay of the event loop requests are shed; 0 never sheds. Left out, a second. */
  readonly maxEventLoopDelayMs?: number;
  /** Where the dashboard was built; left out, `/` says that it was not. */
  readonly dashboardFolder?: string;
}

const BODY_LIMIT = 64 * 1024;
/** Keys have no place in a URL; someone will put one there all the same. Share links have theirs there. The log keeps neither. */
const SECRET_IN_URL = new RegExp(`(as|${LINK_KINDS.join('|')})(?:_|%5f)[A-Za-z0-9]{8,}`, 'gi');

const HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};
const API_CSP = "default-src 'none'; frame-ancestors 'none'";

/** Builds the HTTP application, ready to listen or to be injected into. */
export async function createApp(ctx: Context, options: AppOptions): Promise<FastifyInstance> {
  const nextRequestId = () => `req_${ctx.randomBytes(12).toString('hex')}`;
  const app = fastify({
    loggerInstance: ctx.log as FastifyBaseLogger,
    bodyLimit: BODY_LIMIT,
    requestTimeout: 30_000,
    requestIdHeader: false,
    trustProxy: options.trustedProxies.length > 0 && [...options.trustedProxies],
    // One line for each request, written below; the id is the one that the caller sees.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: nextRequestId,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // Node would answer a missing Host itself, without our envelope; we do it below.
    http: { requireHostHeader: false },
    clientErrorHandler: (error, socket) => answerClientError(error, socket, nextRequestId()),
    frameworkErrors: (error, request, reply) => sendError(error, request, reply as unknown as FastifyReply),
  }).withTypeProvider<ZodTypeProvider>();
  boundClosing(app);
  // A body may be announced with "Expect: 100-continue" or anything else there: answered like any other request.
  app.server.on('checkExpectation', app.routing);
  // Without this, Node would drop the connection.
  app.server.on('connect', (_request, socket) =>
    answerClientError(Object.assign(new Error('CONNECT'), { code: 'CONNECT' }), socket, nextRequestId()),
  );

  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(() => JSON.stringify);
  dropRestOfBody(app);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) =>
    parseJsonBody(body),
  );
  app.addContentTypeParser('*', refuseBody);

  const methodsOf = trackMethods(app);
  app.setErrorHandler<FastifyError>(sendError);
  const notFound = (request: FastifyRequest, reply: FastifyReply): never => {
    const allowed = methodsOf(request.url.split('?', 1)[0] ?? '');
    if (allowed.length === 0) throw new AppError('NOT_FOUND', 'There is nothing at this path.');
    reply.header('allow', allowed.join(', '));
    throw new AppError('METHOD_NOT_ALLOWED', `This path only accepts ${allowed.join(', ')}.`);
  };
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).headers(HEADERS);
    if (!request.url.startsWith('/docs')) reply.header('content-security-policy', API_CSP);
    // Whoever keeps connections open is to open the next one to another node.
    if (options.isStopping()) reply.header('connection', 'close');
    // Where nothing is sent, no type of it can be wrong: some clients name one all the same.
    if (!isBodyAnnounced(request)) delete request.raw.headers['content-type'];
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1')
      throw new AppError('VALIDATION_FAILED', 'The Host header is missing.');
  });
  app.addHook('onResponse', async (request, reply) => {
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    const path = request.url.slice(0, 200).replaceAll(SECRET_IN_URL, '$1_[redacted]');
    request.log.info({ method: request.method, path, status: reply.statusCode, ms }, 'request');
  });
  // Sheds load before it drowns: when the event loop is late, 503 with Retry-After.
  const maxEventLoopDelay = options.maxEventLoopDelayMs ?? 1_000;
  await app.register(underPressure, { maxEventLoopDelay, retryAfter: 2, exposeStatusRoute: false });

  await serveDocs(app, options.publicUrl);
  serveMetrics(app, ctx);
  await app.register(healthRoutes(ctx, options.isStopping));
  const limiter = createRateLimiter(ctx, options.rateLimitPerSecond);
  await app.register(
    async (v1) => {
      requireApiKey(v1, ctx, limiter);
      v1.setNotFoundHandler(notFound);
      await v1.register(domainRoutes(ctx));
      await v1.register(diagnosticsRoutes(ctx));
      await v1.register(eventRoutes(ctx));
      await v1.register(exportRoutes(ctx));
      await v1.register(keyRoutes(ctx));
      await v1.register(mailServerKeyRoutes(ctx));
      await v1.register(proofRoutes(ctx));
      await v1.register(regionRoutes(ctx));
      await v1.register(signingRoutes(ctx));
    },
    { prefix: '/v1' },
  );
  const ask = serveDashboardApi(app, ctx, limiter);
  const files = serveDashboardFiles(app, options.dashboardFolder, ask);
  app.setNotFoundHandler((request, reply) => files.answerPage(request, reply) ?? notFound(request, reply));
  return app;
}

function isBodyAnnounced({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}

/** Takes a body of another type only where there is none: in chunks, that shows at the end. */
async function refuseBody({ headers }: FastifyRequest, payload: IncomingMessage): Promise<undefined> {
  if (headers['content-length'] === undefined) {
    let octets = 0;
    for await (const chunk of payload.iterator({ destroyOnReturn: false })) {
      octets += (chunk as Buffer).length;
      if (octets > 0) break;
    }
    if (octets === 0) return undefined;
  }
  throw new AppError(
    'UNSUPPORTED_MEDIA_TYPE',
    'Send the body as JSON, with the header Content-Type: application/json.',
  );
}

/** The one place where a failure becomes an answer. */
function sendError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = toAppError(thrown);
  const status = STATUS_OF[error.code];
  if (status >= 500) request.log.error({ err: error.cause ?? error }, error.message);
  // What fails before the first hook has none of these yet.
  if (!reply.hasHeader('x-request-id'))
    reply.header('x-request-id', request.id).headers(HEADERS).header('content-security-policy', API_CSP);
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
  // The rest of such a body is not waited for.
  if (status === 413) reply.header('connection', 'close');
  if (status === 401) reply.header('www-authenticate', request.url.startsWith('/api/') ? 'Session' : 'Bearer');
  return reply.code(status).type('application/json; charset=utf-8').send(formatError(error));
}
