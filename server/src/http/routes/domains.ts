/*
 * The public API under /v1, a file for each resource. A route names its schemas (`wire/`), what its key must be
 * allowed, and its idempotency; its handler calls one use case and formats the result with `services/views/`. No
 * decision is made here: whatever the command line or the dashboard needs as well belongs in `services/`.
 */

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { verifyDomain } from '../../services/checks/check-now.ts';
import type { Context } from '../../services/context.ts';
import { formatDomain, formatVerification } from '../../services/domain-object/domain-object.ts';
import { createDomain, createDomainLookup, deleteDomain, readNewName } from '../../services/domains/domains.ts';
import { createShareLinkIn } from '../../services/domains/share-links.ts';
import { runOnce, type StoredAnswer } from '../../services/node/idempotency.ts';
import { type Caller, isForDomain } from '../../services/projects/api-keys.ts';
import { inProjectTime } from '../../services/test-mode/test-mode.ts';
import { attributesBody, attributesSchema } from '../../wire/attributes.ts';
import { domainSchema, verificationSchema } from '../../wire/domain.ts';
import { commonFailures, failureSchema, successOf } from '../../wire/envelope.ts';
import { listQuerySchema } from '../../wire/list-query.ts';
import { domainParams, idempotencyHeaders } from '../../wire/path-params.ts';
import { callerOf } from '../auth.ts';
import { costOfList, listDomainPage } from '../dashboard/domain-pages.ts';
import { formatError, formatHelpLink, STATUS_OF } from '../errors.ts';
import { readIdempotencyKey } from '../idempotency-header.ts';
import { chargeMore } from '../rate-limit.ts';
import { openLink, sealLink } from '../sealed-link.ts';

const tags = ['Domains'];
const notFound = { ...commonFailures, 404: failureSchema };

const createBody = z.strictObject(
  {
    domain: z
      .string({ error: ({ input }) => (input === undefined ? 'domain is missing.' : 'domain must be a string.') })
      .meta({
        description: 'The domain to send from: the part after the @, such as `example.com`.',
        example: 'example.com',
      }),
    regionKey: z
      .string({ error: 'regionKey must be a string.' })
      .optional()
      .meta({ description: "The region key. Defaults to the project's primary region.", example: 'us-east-1' }),
    ...attributesBody,
  },
  {
    error: (issue) =>
      issue.code === 'invalid_type' ? 'Send a JSON object such as { "domain": "example.com" }.' : undefined,
  },
);

const createHeaders = idempotencyHeaders.extend({
  prefer: z
    .string()
    .optional()
    .meta({ description: '`share-link` also creates a share link, whose address is in `X-Share-Link` of the answer.' }),
});
const createQuery = z.strictObject({
  shareLink: z
    .enum(['true', 'false'], 'shareLink must be true or false.')
    .optional()
    .meta({ description: 'The same as the header `Prefer: share-link`.' }),
});

/** The five endpoints of the wire under `/v1/domains`. */
export function domainRoutes(ctx: Context): FastifyPluginCallbackZod {
  const findDomain = createDomainLookup(ctx);
  return (app, _options, done) => {
    app.route({
      method: 'POST',
      url: '/domains',
      config: { keepsToDomains: true },
      schema: {
        tags,
        operationId: 'createDomain',
        summary: 'Add a domain',
        description:
          'Returns the DNS records to publish. The status is always `PENDING_CONFIGURATION`; verify the domain once the records are published.',
        headers: createHeaders,
        querystring: createQuery,
        body: createBody,
        response: { 201: successOf(domainSchema), ...commonFailures, 409: failureSchema, 422: failureSchema },
      },
      handler: (request, reply) =>
        create(ctx, request, reply, {
          body: request.body,
          wantsLink: asksForLink(request.headers.prefer, request.query),
        }),
    });

    app.route({
      method: 'GET',
      url: '/domains',
      config: { keepsToDomains: true },
      schema: {
        tags,
        operationId: 'listDomains',
        summary: 'List domains',
        description: 'Newest first. Filter with `status`, `regionKey` and `search`; `name` and `externalId` find one.',
        querystring: listQuerySchema,
        response: {
          200: successOf(z.strictObject({ domains: z.array(domainSchema), nextCursor: z.string().optional() })),
          ...commonFailures,
        },
      },
      handler: async (request, reply) => {
        const { project, domains: names } = callerOf(request);
        const { domains, ...next } = await listDomainPage(ctx, project.id, request.query, names);
        chargeMore(request, reply, costOfList(domains.length) - 1);
        const own = inProjectTime(ctx, project);
        const data = { domains: domains.map((domain) => formatDomain(own, domain)), ...next };
        return { success: true as const, data };
      },
    });

    app.route({
      method: 'GET',
      url: '/domains/:domainId',
      schema: {
        tags,
        operationId: 'getDomain',
        summary: 'Get a domain',
        description: 'Returns what is stored. Reading never checks DNS.',
        params: domainParams,
        response: { 200: successOf(domainSchema), ...notFound },
      },
      handler: async (request) => {
        const { project } = callerOf(request);
        const domain = await findDomain(project.id, request.params.domainId);
        return { success: true as const, data: formatDomain(inProjectTime(ctx, project), domain) };
      },
    });

    app.route({
      method: 'GET',
      url: '/domains/:domainId/attributes',
      schema: {
        tags,
        operationId: 'getDomainAttributes',
        summary: 'Get the attributes of a domain',
        description: 'Returns the `externalId` and `metadata` that the domain was added with.',
        params: domainParams,
        response: { 200: successOf(attributesSchema), ...notFound },
      },
      handler: async (request) => {
        const { externalId, metadata } = await findDomain(callerOf(request).project.id, request.params.domainId);
        return { success: true as const, data: { externalId, metadata: { ...metadata } } };
      },
    });

    app.route({
      method: 'POST',
      url: '/domains/:domainId/verify',
      schema: {
        tags,
        operationId: 'verifyDomain',
        summary: 'Verify a domain',
        description:
          'Checks the DNS records once and answers with the result. If something is missing, checks continue in the background for 72 hours.',
        params: domainParams,
        response: { 200: successOf(verificationSchema), ...notFound },
      },
      handler: async (request, reply) => {
        const { project } = callerOf(request);
        const { domain, isChecking, retryAfterSeconds } = await verifyDomain(ctx, project.id, request.params.domainId);
        if (retryAfterSeconds !== null) reply.header('retry-after', retryAfterSeconds);
        return {
          success: true as const,
          data: formatVerification(inProjectTime(ctx, project), domain, isChecking),
          message: 'Domain verification status updated',
        };
      },
    });

    app.route({
      method: 'DELETE',
      url: '/domains/:domainId',
      schema: {
        tags,
        operationId: 'deleteDomain',
        summary: 'Delete a domain',
        description: 'Deletes the domain and its DKIM keys for good.',
        params: domainParams,
        response: { 200: successOf(z.null()), ...notFound },
      },
      handler: async (request) => {
        await deleteDomain(ctx, callerOf(request).project.id, request.params.domainId);
        return { success: true as const, data: null };
      },
    });
    done();
  };
}

/** Absent where none are given: a repeat of a request that an older version stored has to be the same request. */
function listAttributes({ externalId, metadata }: z.infer<typeof createBody>): unknown[] {
  return externalId === undefined && metadata === undefined ? [] : [externalId ?? null, metadata ?? null];
}

/** A key that is for some domains adds no other. @throws AppError FORBIDDEN, VALIDATION_FAILED */
function requireOwnName(ctx: Context, caller: Caller, text: string): void {
  if (caller.domains && !isForDomain(caller, readNewName(ctx, caller.project, text).name))
    throw new AppError(
      'FORBIDDEN',
      `This API key can't add this domain. It is limited to ${caller.domains.join(', ')}.`,
    );
}

/** Whether a share link is wanted: by the query, or among the preferences (RFC 7240 §2). */
function asksForLink(prefer: string | undefined, { shareLink }: z.infer<typeof createQuery>): boolean {
  const preferences = (prefer ?? '').split(',').map((each) => each.split(/[;=]/, 1)[0]?.trim().toLowerCase());
  return shareLink === 'true' || preferences.includes('share-link');
}

async function create(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  { body, wantsLink }: { body: z.infer<typeof createBody>; wantsLink: boolean },
) {
  const caller = callerOf(request);
  const { project } = caller;
  requireOwnName(ctx, caller, body.domain);
  const key = readIdempotencyKey(request);
  const toAnswer = (domain: Parameters<typeof formatDomain>[1]): StoredAnswer => ({
    status: 201,
    response: { success: true, data: formatDomain(inProjectTime(ctx, project), domain) },
  });
  if (key === null) {
    let url: string | null = null;
    const domain = await createDomain(
      ctx,
      project,
      body,
      wantsLink
        ? async (tx, added) => {
            ({ url } = await createShareLinkIn(ctx, tx, caller, added));
          }
        : undefined,
    );
    const answer = toAnswer(domain);
    return tellLink(reply, url).code(answer.status).send(answer.response);
  }
  const once = { projectId: project.id, key };
  const wishes = [body.domain, body.regionKey ?? null, ...listAttributes(body), ...(wantsLink ? ['share link'] : [])];
  const answer = await runOnce(ctx, once, `POST /v1/domains ${JSON.stringify(wishes)}`, async (finish) => {
    let stored: StoredAnswer | null = null;
    try {
      const domain = await createDomain(ctx, project, body, async (tx, added) => {
        const plain = toAnswer(added);
        stored = plain;
        if (wantsLink) {
          const { url } = await createShareLinkIn(ctx, tx, caller, added);
          stored = { ...plain, response: { plain: plain.response, sealedUrl: sealLink(ctx, url, once) } };
        }
        await finish(tx, stored);
      });
      return stored ?? toAnswer(domain);
    } catch (error) {
      // "Already there" is an outcome that a repeat must see again; every other failure may be tried anew.
      if (!(error instanceof AppError) || error.code !== 'DOMAIN_ALREADY_EXISTS') throw error;
      const refused = { status: STATUS_OF[error.code], response: formatError(error) };
      await finish(ctx.db, refused);
      return refused;
    }
  });
  if (answer.replayed) reply.header('idempotent-replayed', 'true');
  if (answer.status === STATUS_OF.DOMAIN_ALREADY_EXISTS) reply.header('link', formatHelpLink('DOMAIN_ALREADY_EXISTS'));
  const withLink = answer.response as { plain?: unknown; sealedUrl?: string };
  if (withLink.sealedUrl === undefined) return reply.code(answer.status).send(answer.response);
  return tellLink(reply, openLink(ctx, withLink.sealedUrl, once))
    .code(answer.status)
    .send(withLink.plain);
}

/** The Domain object of the answer stays as it is: the link is beside it. */
function tellLink(reply: FastifyReply, url: string | null): FastifyReply {
  if (url === null) return reply;
  return reply.header('x-share-link', url).header('preference-applied', 'share-link');
}
