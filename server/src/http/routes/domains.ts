/*
 * The public API under /v1, a file for each resource. A route names its schemas (`wire/`), what its key must be
 * allowed, and its idempotency; its handler calls one use case and formats the result with `services/views/`. No
 * decision is made here: whatever the command line or the dashboard needs as well belongs in `services/`.
 */

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Db } from '../../db/db.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import { verifyDomain } from '../../services/checks/check-now.ts';
import type { Context } from '../../services/context.ts';
import { formatDomain, formatVerification } from '../../services/domain-object/domain-object.ts';
import { createDomain, createDomainLookup, deleteDomain, readNewName } from '../../services/domains/domains.ts';
import { createShareLinkIn } from '../../services/domains/share-links.ts';
import { type Caller, isForDomain } from '../../services/projects/api-keys.ts';
import { inProjectTime } from '../../services/test-mode/test-mode.ts';
import { getAttributes } from '../../services/views/attributes-object.ts';
import { attributesBody, attributesSchema, dkimMode } from '../../wire/attributes.ts';
import { domainSchema, verificationSchema } from '../../wire/domain.ts';
import { autoPublish, deleteDomainQuery } from '../../wire/domain-settings.ts';
import { commonFailures, failureSchema, successOf } from '../../wire/envelope.ts';
import { listQuerySchema } from '../../wire/list-query.ts';
import { domainParams, idempotencyHeaders } from '../../wire/path-params.ts';
import { callerOf } from '../auth.ts';
import { createOnce } from '../create-once.ts';
import { costOfList, listDomainPage } from '../dashboard/domain-pages.ts';
import { chargeMore } from '../rate-limit.ts';

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
    autoPublish: autoPublish.optional(),
    dkimMode: dkimMode.optional().meta({
      description:
        "How the domain publishes its DKIM keys: `txt`, in a record for each key, or `cname`, through two CNAMEs that never change, so that keys rotate without the domain's owner. It can't be changed later. Defaults to the project's setting.",
    }),
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
        description:
          'Returns the `externalId` and `metadata` that the domain was added with, and what the Domain object leaves out: `dkimMode`, `autoPublish`, and the state of automatic publishing.',
        params: domainParams,
        response: { 200: successOf(attributesSchema), ...notFound },
      },
      handler: async (request) => {
        const domain = await findDomain(callerOf(request).project.id, request.params.domainId);
        return { success: true as const, data: await getAttributes(ctx, domain) };
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
        description:
          'Deletes the domain and its DKIM keys for good. Records that the service published for it are removed in the background, as `withdraw` says.',
        params: domainParams,
        querystring: deleteDomainQuery,
        response: { 200: successOf(z.null()), ...notFound },
      },
      handler: async (request) => {
        await deleteDomain(ctx, callerOf(request).project.id, request.params.domainId, request.query.withdraw);
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

function listMode({ dkimMode: mode }: z.infer<typeof createBody>): unknown[] {
  return mode === undefined ? [] : [{ dkimMode: mode }];
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
  requireOwnName(ctx, caller, body.domain);
  const wishes = [
    body.domain,
    body.regionKey ?? null,
    ...listAttributes(body),
    ...(body.autoPublish === undefined ? [] : [{ autoPublish: body.autoPublish }]),
    ...listMode(body),
    ...(wantsLink ? ['share link'] : []),
  ];
  const { status, response, open } = await createOnce(ctx, request, reply, {
    fingerprint: `POST /v1/domains ${JSON.stringify(wishes)}`,
    create: (onStored) => createWithLink(ctx, caller, body, wantsLink, onStored),
    toResponse: ({ domain, url }, seal) => {
      const plain = { success: true, data: formatDomain(inProjectTime(ctx, caller.project), domain) };
      return url === null ? plain : { plain, sealedUrl: seal(url) };
    },
    finalFailures: ['DOMAIN_ALREADY_EXISTS'],
  });
  reply.code(status);
  if (!('sealedUrl' in response)) return reply.send(response);
  // The Domain object of the answer stays as it is: the link is beside it.
  reply.header('x-share-link', open(response.sealedUrl)).header('preference-applied', 'share-link');
  return reply.send(response.plain);
}

/** A domain, and the address of its link where one was wanted. */
interface Added {
  readonly domain: StoredDomain;
  readonly url: string | null;
}

/** Adds the domain and, in the same transaction, its link. */
async function createWithLink(
  ctx: Context,
  caller: Caller,
  body: z.infer<typeof createBody>,
  wantsLink: boolean,
  onStored: ((tx: Db, added: Added) => Promise<void>) | undefined,
): Promise<Added> {
  let url: string | null = null;
  const storeMore = async (tx: Db, domain: StoredDomain) => {
    url = wantsLink ? (await createShareLinkIn(ctx, tx, caller, domain)).url : null;
    await onStored?.(tx, { domain, url });
  };
  const domain = await createDomain(ctx, caller.project, body, wantsLink || onStored ? storeMore : undefined);
  return { domain, url };
}
