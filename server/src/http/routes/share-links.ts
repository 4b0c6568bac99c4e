import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Context } from '../../services/context.ts';
import { getDomain } from '../../services/domains/domains.ts';
import {
  createShareLink,
  describeShareLink,
  listShareLinks,
  revokeShareLink,
  type ShareLink,
} from '../../services/domains/share-links.ts';
import { commonFailures, failureSchema, successOf } from '../../wire/envelope.ts';
import { domainParams, idempotencyHeaders, linkParams } from '../../wire/path-params.ts';
import {
  createShareLinkBody,
  issuedShareLinkSchema,
  type ShareLinkObject,
  shareLinkSchema,
} from '../../wire/share-link.ts';
import { callerOf } from '../auth.ts';
import { createOnce } from '../create-once.ts';

const tags = ['Share links'];
const notFound = { ...commonFailures, 404: failureSchema };

/** `/v1/domains/{domainId}/share-links`: pages for whoever owns a domain's DNS. */
export function shareLinkRoutes(ctx: Context): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.route({
      method: 'GET',
      url: '/domains/:domainId/share-links',
      schema: {
        tags,
        operationId: 'listShareLinks',
        summary: 'List the share links of a domain',
        description:
          'Newest first, also those that ended, 200 at most. The address of a link is shown only when it is created.',
        params: domainParams,
        response: { 200: successOf(z.strictObject({ shareLinks: z.array(shareLinkSchema) })), ...notFound },
      },
      handler: async (request) => {
        const domain = await getDomain(ctx, callerOf(request).project.id, request.params.domainId);
        const now = ctx.clock.now();
        const shareLinks = (await listShareLinks(ctx, domain)).map((link) => formatShareLink(link, now));
        return { success: true as const, data: { shareLinks } };
      },
    });

    app.route({
      method: 'POST',
      url: '/domains/:domainId/share-links',
      schema: {
        tags,
        operationId: 'createShareLink',
        summary: 'Create a share link',
        description:
          'Creates a link to a page with the records of this domain and how they stand, for whoever owns its DNS and has no account here.',
        params: domainParams,
        headers: idempotencyHeaders,
        body: createShareLinkBody,
        response: { 201: successOf(issuedShareLinkSchema), ...notFound, 409: failureSchema, 422: failureSchema },
      },
      handler: async (request, reply) => {
        const { body } = request;
        const caller = callerOf(request);
        const domain = await getDomain(ctx, caller.project.id, request.params.domainId);
        const { response, open } = await createOnce(ctx, request, reply, {
          fingerprint: `POST /v1/domains/${domain.id}/share-links ${JSON.stringify(body)}`,
          create: (onStored) => createShareLink(ctx, caller, domain, body, onStored),
          toResponse: ({ id, url, expiresAt }, seal) => ({
            id,
            expiresAt: expiresAt.toISOString(),
            sealedUrl: seal(url),
          }),
        });
        const { id, expiresAt, sealedUrl } = response;
        return reply.code(201).send({ success: true as const, data: { id, url: open(sealedUrl), expiresAt } });
      },
    });

    app.route({
      method: 'DELETE',
      url: '/domains/:domainId/share-links/:linkId',
      schema: {
        tags,
        operationId: 'revokeShareLink',
        summary: 'Revoke a share link',
        description: 'Ends the link from the next request on.',
        params: linkParams,
        response: { 200: successOf(z.null()), ...notFound },
      },
      handler: async (request) => {
        const { domainId, linkId } = request.params;
        await revokeShareLink(ctx, await getDomain(ctx, callerOf(request).project.id, domainId), linkId);
        return { success: true as const, data: null };
      },
    });
    done();
  };
}

function formatShareLink(link: ShareLink, now: Date): ShareLinkObject {
  return {
    id: link.id,
    state: describeShareLink(link, now),
    recipient: link.recipient,
    returnUrl: link.returnUrl,
    createdBy: { type: link.apiKeyId === null ? 'person' : 'api_key', name: link.author },
    createdAt: link.createdAt.toISOString(),
    expiresAt: link.expiresAt.toISOString(),
    revokedAt: link.revokedAt?.toISOString() ?? null,
    lastOpenedAt: link.lastOpenedAt?.toISOString() ?? null,
  };
}
