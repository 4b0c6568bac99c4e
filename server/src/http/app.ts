/*
 * The HTTP application. `createApp` registers everything; a request gets its id and limits here, `auth.ts` finds
 * its project and charges `rate-limit.ts`, `validation.ts` checks it against the route's schema, and a handler in
 * `routes/` calls one use case. Whatever is thrown becomes an answer in `errors.ts`; what Node's parser refuses
 * earlier is answered in `client-errors.ts`. No rule and no SQL here.
 */

import type { IncomingMessage, RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';
import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { isInNetworks } from '../core/access/network.ts';
import type { QuotaLimits } from '../core/access/quotas.ts';
import { AppError, validationError } from '../core/errors.ts';
import type { Context } from '../services/context.ts';
import { createLiveUpdates } from '../services/domains/live-updates.ts';
import { countConnections, readDescriptorLimit } from '../services/node/descriptors.ts';
import { followActors, nameSender } from './acting.ts';
import { trackMethods } from './allowed-methods.ts';
import { requireApiKey } from './auth.ts';
import { createFindAddress, nameClients } from './client-address.ts';
import { answerClientError } from './client-errors.ts';
import { boundClosing } from './closing.ts';
import { compressAnswers } from './compression.ts';
import { createConnectionLimit } from './connection-limit.ts';
import { serveDashboardApi } from './dashboard/api.ts';
import { serveDashboardFiles } from './dashboard/files.ts';
import { buildLiveLimits, createLiveStreams } from './dashboard/live-stream.ts';
import { serveDocs } from './docs/serve-docs.ts';
import { formatError, formatHelpLink, STATUS_OF, toAppError } from './errors.ts';
import { requireHostHeader, requireKnownHost } from './host.ts';
import { parseJsonBody } from './json-body.ts';
import { measureLoopDelay, shedLoad } from './load-shedding.ts';
import { formatLoggedPath } from './logged-path.ts';
import { type MetricsOptions, serveMetrics } from './metrics.ts';
import { createRateLimiter } from './rate-limit.ts';
import { dropRestOfBody } from './rest-of-body.ts';
import { auditLogRoutes } from './routes/audit-log.ts';
import { connectedRoute } from './routes/connected.ts';
import { diagnosticsRoutes } from './routes/diagnostics.ts';
import { dnsConnectionRoutes } from './routes/dns-connections.ts';
import { dnsPlanRoutes } from './routes/dns-plan.ts';
import { domainRoutes } from './routes/domains.ts';
import { eventFeedRoutes } from './routes/event-feed.ts';
import { eventRoutes } from './routes/events.ts';
import { exportRoutes } from './routes/exports.ts';
import { healthRoutes } from './routes/health.ts';
import { keyRoutes } from './routes/keys.ts';
import { mailServerKeyRoutes } from './routes/mail-server-keys.ts';
import { serveMcp } from './routes/mcp.ts';
import { ownApiKeyRoutes } from './routes/own-api-key.ts';
import { proofRoutes } from './routes/proof.ts';
import { recordRoutes } from './routes/records.ts';
import { regionRoutes } from './routes/regions.ts';
import { setupLinkRoutes } from './routes/setup-link.ts';
import { shareLinkRoutes } from './routes/share-links.ts';
import { signingRoutes } from './routes/signing.ts';
import { testClockRoutes } from './routes/test-clock.ts';
import { unsubscribeRoute } from './routes/unsubscribe.ts';
import { webhookDeliveryRoutes } from './routes/webhook-deliveries.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { buildServer, listenBeside } from './server.ts';
import { validatorCompiler } from './validation.ts';

/** What the HTTP side is told besides the context. */
export interface AppOptions {
  readonly publicUrl: string;
  /** Whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  readonly rateLimitPerSecond: number;
  readonly quotas: QuotaLimits;
  readonly metrics: MetricsOptions;
  readonly host: string;
  /** How many connections there may be; left out, as many as the process can have (`descriptors.ts`). */
  readonly maxConnections?: number;
  isStopping(): boolean;
  /** Beyond this delay of the event loop requests are shed; 0 never sheds. Left out, a second. */
  readonly maxEventLoopDelayMs?: number;
  /** Where the dashboard was built; left out, `/` says that it was not. */
  readonly dashboardFolder?: string;
}

const BODY_LIMIT = 64 * 1024;

const HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};
const API_CSP = "default-src 'none'; frame-ancestors 'none'";
/** A year, as RFC 6797 §11 has it; other hosts of the domain are not ours to promise for. */
const HSTS = { 'strict-transport-security': 'max-age=31536000' };
/** Beyond this delay of the event loop the service does nothing in time. */
const MAX_LOOP_DELAY_MS = 1_000;
const OPEN_TO_ANY_HOST = /^\/(?:v1|mcp|health)(?:[/?]|$)/;
/** Where requests are counted by key or session, with whoever has none. */
const COUNTED_BY_CALLER = /^\/(?:v1(?:[/?]|$)|mcp$|api\/)/;

/** Builds the HTTP application, ready to listen or to be injected into. */
export async function createApp(ctx: Context, options: AppOptions): Promise<FastifyInstance> {
  const nextRequestId = () => `req_${ctx.randomBytes(12).toString('hex')}`;
  const maxConnections = options.maxConnections ?? countConnections(readDescriptorLimit());
  const connections = createConnectionLimit(maxConnections);
  const limiter = createRateLimiter(ctx, options.rateLimitPerSecond, {
    connections,
    findAddress: createFindAddress(options.trustedProxies),
  });
  const headers = options.publicUrl.startsWith('https:') ? { ...HEADERS, ...HSTS } : HEADERS;
  const refuse = (error: Error & { code?: string }, socket: Duplex) =>
    answerClientError(error, socket, nextRequestId());
  const build = (listener: RequestListener) =>
    // Without this, Node would drop the connection.
    buildServer(listener, connections).on('connect', (_request, socket) =>
      refuse(Object.assign(new Error('CONNECT'), { code: 'CONNECT' }), socket),
    );
  const app = fastify({
    loggerInstance: ctx.log as FastifyBaseLogger,
    bodyLimit: BODY_LIMIT,
    requestIdHeader: false,
    trustProxy:
      options.trustedProxies.length > 0 && ((address: string) => isInNetworks(address, options.trustedProxies)),
    // One line for each request, written below; the id is the one that the caller sees.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: nextRequestId,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    serverFactory: build,
    // Fastify would load Ajv and a writer of JSON, which the two compilers below replace.
    schemaController: { compilersFactory: { buildValidator: refuseToBuild, buildSerializer: refuseToBuild } },
    clientErrorHandler: refuse,
    frameworkErrors: (error, request, reply) => sendUncounted(error, request, reply as unknown as FastifyReply),
  }).withTypeProvider<ZodTypeProvider>();
  boundClosing(app);
  nameClients(app, options.trustedProxies);
  app.addHook('onListen', async () => {
    if (options.host === 'localhost')
      await listenBeside(app.server, () => build(app.routing).on('clientError', refuse));
  });

  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(() => JSON.stringify);
  dropRestOfBody(app);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) =>
    parseJsonBody(body),
  );
  app.addContentTypeParser('*', refuseBody);
  // No body is one without fields: taken where none is required, and else told which one is missing.
  app.addHook('preValidation', async (request) => {
    if (request.body === undefined && request.routeOptions.schema?.body) request.body = {};
  });

  const methodsOf = trackMethods(app);
  const sendError = (thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    // What fails before the first hook has none of these yet.
    if (!reply.hasHeader('x-request-id'))
      reply.header('x-request-id', request.id).headers(headers).header('content-security-policy', API_CSP);
    return answerError(thrown, request, reply);
  };
  // No hook runs for what has no route at all, such as a path that cannot be read.
  const sendUncounted = (thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    try {
      limiter.countAddress(request, 'page');
      return sendError(thrown, request, reply);
    } catch (refusal) {
      return sendError(refusal, request, reply);
    }
  };
  app.setErrorHandler<FastifyError>(sendError);
  const notFound = (request: FastifyRequest, reply: FastifyReply): never => {
    const allowed = methodsOf(request.url.split('?', 1)[0] ?? '');
    if (allowed.length === 0) throw new AppError('NOT_FOUND', 'There is nothing at this path.');
    reply.header('allow', allowed.join(', '));
    throw new AppError('METHOD_NOT_ALLOWED', `This path only accepts ${allowed.join(', ')}.`);
  };
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).headers(headers).header('content-security-policy', API_CSP);
    // Whoever keeps connections open is to open the next one to another node.
    if (options.isStopping()) reply.header('connection', 'close');
    // Where nothing is sent, no type of it can be wrong: some clients name one all the same.
    if (!isBodyAnnounced(request)) delete request.raw.headers['content-type'];
    requireHostHeader(request);
    // Who shows a key is no browser that was led here, and who asks for the health may know us by any name.
    if (!OPEN_TO_ANY_HOST.test(request.url)) requireKnownHost(request, options.publicUrl);
  });
  followActors(app);
  app.addHook('onResponse', async (request, reply) => {
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    const path = formatLoggedPath(request.url);
    const line = { method: request.method, path, status: reply.statusCode, ms, by: nameSender(request) };
    request.log.info(line, 'request');
  });
  const delay = measureLoopDelay();
  app.addHook('onClose', async () => delay.stop());
  shedLoad(app, options.maxEventLoopDelayMs ?? MAX_LOOP_DELAY_MS, delay);
  app.addHook('onRequest', async (request) => {
    if (COUNTED_BY_CALLER.test(request.url) && (request.url.startsWith('/v1') || !request.is404)) return;
    const isHealth = request.routeOptions.url?.startsWith('/health/');
    limiter.countAddress(request, isHealth ? 'health' : files.isFile(request) ? 'file' : 'page');
  });
  compressAnswers(app);

  const liveLimits = buildLiveLimits(maxConnections, options.quotas.liveStreams);
  const streams = createLiveStreams(ctx, createLiveUpdates(ctx), connections, liveLimits);
  app.addHook('preClose', async () => streams.close());
  serveDocs(app, options.publicUrl);
  serveMetrics(app, ctx, options.metrics);
  await app.register(healthRoutes(ctx, options.isStopping));
  await app.register(
    async (v1) => {
      requireApiKey(v1, ctx, limiter);
      v1.setNotFoundHandler(notFound);
      await v1.register(auditLogRoutes(ctx));
      await v1.register(domainRoutes(ctx));
      await v1.register(diagnosticsRoutes(ctx));
      await v1.register(eventRoutes(ctx));
      await v1.register(eventFeedRoutes(ctx, streams));
      await v1.register(exportRoutes(ctx));
      await v1.register(keyRoutes(ctx));
      await v1.register(mailServerKeyRoutes(ctx));
      await v1.register(ownApiKeyRoutes());
      await v1.register(testClockRoutes(ctx));
      await v1.register(proofRoutes(ctx));
      await v1.register(recordRoutes(ctx));
      await v1.register(regionRoutes(ctx));
      await v1.register(setupLinkRoutes(ctx));
      await v1.register(shareLinkRoutes(ctx));
      await v1.register(signingRoutes(ctx));
      await v1.register(webhookRoutes(ctx));
      await v1.register(dnsConnectionRoutes(ctx));
      await v1.register(dnsPlanRoutes(ctx));
      await v1.register(webhookDeliveryRoutes(ctx));
    },
    { prefix: '/v1' },
  );
  await app.register(async (scope) => {
    requireApiKey(scope, ctx, limiter);
    serveMcp(scope);
  });
  await app.register(unsubscribeRoute(ctx));
  await app.register(connectedRoute(ctx));
  const ask = serveDashboardApi(app, ctx, { limiter, streams });
  const files = serveDashboardFiles(app, options.dashboardFolder, ask);
  app.setNotFoundHandler((request, reply) => files.answerPage(request, reply) ?? notFound(request, reply));
  return app;
}

function refuseToBuild(): never {
  throw new Error('The application has compilers of its own.');
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
function answerError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = isCutOff(thrown, request) ? validationError('body', 'The body was cut off.') : toAppError(thrown);
  const status = STATUS_OF[error.code];
  if (status >= 500) request.log.error({ err: error.cause ?? error }, error.message);
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
  // The rest of such a body is not waited for.
  if (status === 413) reply.header('connection', 'close');
  if (status === 401) reply.header('www-authenticate', request.url.startsWith('/api/') ? 'Session' : 'Bearer');
  reply.header('link', formatHelpLink(error.code));
  return reply.code(status).type('application/json; charset=utf-8').send(formatError(error));
}

/** Whether a client hung up before it had sent all: no fault of ours, though nobody reads the answer. */
function isCutOff(thrown: unknown, { raw }: FastifyRequest): boolean {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return raw.destroyed && !raw.complete && (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE');
}
