/*
 * The handlers of the dashboard's API, a file for each part of the contract (`wire/dashboard/contract.ts`).
 * Session, role and input are checked before a handler runs; it calls the same use cases as /v1. `shapes.ts`
 * formats what several of them return. A call that is in the contract and not here doesn't compile.
 */

import { describeDoubt } from '../../../core/names/doubtful-name.ts';
import { findUnicodeName } from '../../../core/names/unicode-name.ts';
import type { StoredDomain } from '../../../db/queries/domains.ts';
import { verifyDomain } from '../../../services/checks/check-now.ts';
import { getDiagnostics } from '../../../services/checks/diagnostics.ts';
import type { Context } from '../../../services/context.ts';
import { createSetupLink, getOffer } from '../../../services/domain-connect/setup-link.ts';
import { countDomains } from '../../../services/domains/domain-list.ts';
import { createDomain, deleteDomain, getDomain, readTypedDomain } from '../../../services/domains/domains.ts';
import { updateDomainSettings } from '../../../services/domains/settings.ts';
import {
  createShareLink,
  describeShareLink,
  listShareLinks,
  revokeShareLink,
  type ShareLink,
} from '../../../services/domains/share-links.ts';
import type { DomainWithKey } from '../../../services/keys/key-changes.ts';
import { activateKey, revokeKey } from '../../../services/keys/keys.ts';
import { createKey } from '../../../services/keys/new-keys.ts';
import { runOnce } from '../../../services/node/idempotency.ts';
import { mayStillRead, type OwnProject } from '../../../services/people/accounts.ts';
import { requireConfirmation } from '../../../services/projects/projects.ts';
import { proveDomain } from '../../../services/signing/proof.ts';
import { formatDiagnostics } from '../../../services/views/diagnostics-object.ts';
import { countSeen, getDomainDetail, listDomainItems } from '../../../services/views/domain-detail.ts';
import { formatKey } from '../../../services/views/key-object.ts';
import { formatOffer } from '../../../services/views/setup-offer-object.ts';
import type { ShareLinkObject } from '../../../wire/dashboard/domain.ts';
import type { KeyObject } from '../../../wire/key.ts';
import type { Handlers } from '../../dashboard/call.ts';
import { costOfList, listEventPage, listSortedPage, MAX_STREAMS_OF_ONE } from '../../dashboard/domain-pages.ts';
import { type LiveStreams, unlessGone } from '../../dashboard/live-stream.ts';
import { sendExport } from '../../export-file.ts';
import { readIdempotencyKey } from '../../idempotency-header.ts';
import { chargeMore } from '../../rate-limit.ts';

type InProject<M extends string, Rest extends string> = `${M} /api/projects/:projectId/domains${Rest}`;
type Call =
  | 'POST /api/domain-name'
  | InProject<'GET' | 'POST', ''>
  | InProject<'GET', '/live' | '/counts'>
  | InProject<'GET' | 'PATCH' | 'DELETE', '/:domainId'>
  | InProject<'POST', '/:domainId/verify' | '/:domainId/proof'>
  | InProject<'POST', '/:domainId/keys' | '/:domainId/keys/:selector/activate' | '/:domainId/keys/:selector/revoke'>
  | InProject<'GET', '/:domainId/live' | '/:domainId/diagnostics' | '/:domainId/events' | '/:domainId/zone-file'>
  | InProject<'GET' | 'POST', '/:domainId/share-links' | '/:domainId/setup-link'>
  | InProject<'DELETE', '/:domainId/share-links/:linkId'>;

/** Domains, by the same use cases as under /v1. */
export function domainRoutes(ctx: Context, streams: LiveStreams): Handlers<Call> {
  const find = ({ own, params }: { own: OwnProject; params: { domainId: string } }) =>
    getDomain(ctx, own.project.id, params.domainId);
  return {
    'POST /api/domain-name': async ({ body }) => {
      const reading = readTypedDomain(body.isTest ? { ...ctx, allowReservedTlds: true } : ctx, body.text);
      if ('fault' in reading) {
        return { domainName: null, problem: reading.fault, suggestion: reading.suggestion, warning: null };
      }
      const warning = body.isTest ? null : describeDoubt(reading.name);
      return { domainName: reading.name, problem: null, suggestion: null, warning };
    },
    'GET /api/projects/:projectId/domains': async ({ own, query, request, reply }) => {
      const { domains, ...next } = await listSortedPage(ctx, [own.project.id], query);
      chargeMore(request, reply, costOfList(domains.length) - 1);
      return { domains: await listDomainItems(ctx, domains), ...next };
    },
    'GET /api/projects/:projectId/domains/counts': ({ own, query }) => countDomains(ctx, [own.project.id], query),
    'POST /api/projects/:projectId/domains': async ({ own, body, request }) =>
      getDomainDetail(ctx, await createDomainOnce(ctx, own.project, body, readIdempotencyKey(request))),
    'GET /api/projects/:projectId/domains/:domainId': async (input) => getDomainDetail(ctx, await find(input)),
    'PATCH /api/projects/:projectId/domains/:domainId': async ({ own, params, body }) =>
      getDomainDetail(ctx, await updateDomainSettings(ctx, own.project.id, params.domainId, body)),
    'DELETE /api/projects/:projectId/domains/:domainId': async (input) => {
      const domain = await find(input);
      const { confirm, withdraw } = input.body;
      // People type the name that they see.
      requireConfirmation(confirm === findUnicodeName(domain.name) ? domain.name : confirm, domain.name);
      await deleteDomain(ctx, domain.projectId, domain.id, withdraw);
      return null;
    },
    'POST /api/projects/:projectId/domains/:domainId/verify': async ({ own, params }) => {
      const since = ctx.clock.now();
      const { domain, isChecking } = await verifyDomain(ctx, own.project.id, params.domainId);
      return { ...(await getDomainDetail(ctx, domain)), isChecking, seen: await countSeen(ctx, domain, since) };
    },
    'POST /api/projects/:projectId/domains/:domainId/keys': async ({ own, params, body }) =>
      formatOwnKey(await createKey(ctx, own.project.id, params.domainId, body)),
    'POST /api/projects/:projectId/domains/:domainId/keys/:selector/activate': async ({ own, params }) =>
      formatOwnKey(await activateKey(ctx, own.project.id, params.domainId, params.selector)),
    'POST /api/projects/:projectId/domains/:domainId/keys/:selector/revoke': async ({ own, params }) =>
      formatOwnKey(await revokeKey(ctx, own.project.id, params.domainId, params.selector)),
    'POST /api/projects/:projectId/domains/:domainId/proof': ({ own, params, body }) =>
      proveDomain(ctx, own.project.id, params.domainId, body.ip ?? null),
    'GET /api/projects/:projectId/domains/:domainId/diagnostics': async ({ own, params }) =>
      formatDiagnostics(ctx, await getDiagnostics(ctx, own.project.id, params.domainId, { refresh: false })),
    'GET /api/projects/:projectId/domains/:domainId/events': ({ own, params, query }) =>
      listEventPage(ctx, own.project.id, params.domainId, query),
    'GET /api/projects/:projectId/domains/:domainId/zone-file': async (input) =>
      sendExport(ctx, input.reply, await find(input), input.query),

    'GET /api/projects/:projectId/domains/live': async ({ own: { project }, person, reply }) =>
      streams.open(reply, {
        target: { projectIds: [project.id] },
        subscriber: `person:${person.userId}`,
        maxForSubscriber: MAX_STREAMS_OF_ONE,
        projectIds: [project.id],
        kind: person.isInstanceOwner ? 'owner' : 'person',
        read: async (id) => {
          const domain = await unlessGone(getDomain(ctx, project.id, id));
          if (!domain) return { event: 'deleted', data: { id } };
          const [item] = await listDomainItems(ctx, [domain]);
          return { event: 'domain', data: item };
        },
        mayGoOn: async () => (await mayStillRead(ctx, person, project.id)) || null,
      }),
    'GET /api/projects/:projectId/domains/:domainId/live': async (input) => {
      const { id, projectId } = await find(input);
      return streams.open(input.reply, {
        target: { domainId: id },
        subscriber: `person:${input.person.userId}`,
        maxForSubscriber: MAX_STREAMS_OF_ONE,
        projectIds: [projectId],
        kind: input.person.isInstanceOwner ? 'owner' : 'person',
        read: async () => {
          const domain = await unlessGone(getDomain(ctx, projectId, id));
          if (!domain) return { event: 'deleted', data: { id }, ended: true };
          return { event: 'domain', data: await getDomainDetail(ctx, domain) };
        },
        mayGoOn: async () => (await mayStillRead(ctx, input.person, projectId)) || null,
      });
    },

    'GET /api/projects/:projectId/domains/:domainId/setup-link': async (input) =>
      formatOffer(await getOffer(ctx, await find(input))),
    'POST /api/projects/:projectId/domains/:domainId/setup-link': async (input) => {
      const domain = await find(input);
      const { url } = await createSetupLink(ctx, domain, `/projects/${domain.projectId}/domains/${domain.id}`);
      return { url };
    },

    'GET /api/projects/:projectId/domains/:domainId/share-links': async (input) => {
      const now = ctx.clock.now();
      return {
        shareLinks: (await listShareLinks(ctx, await find(input))).map((link) => formatShareLink(link, now)),
      };
    },
    'POST /api/projects/:projectId/domains/:domainId/share-links': async (input) => {
      const { url, ...link } = await createShareLink(ctx, input.person, await find(input), input.body);
      return { ...formatShareLink(link, ctx.clock.now()), url };
    },
    'DELETE /api/projects/:projectId/domains/:domainId/share-links/:linkId': async (input) => {
      await revokeShareLink(ctx, await find(input), input.params.linkId);
      return null;
    },
  };
}

/** Adds a domain; a repeat with the same key gets the one that the first request made. */
async function createDomainOnce(
  ctx: Context,
  project: OwnProject['project'],
  body: Parameters<typeof createDomain>[2],
  key: string | null,
): Promise<StoredDomain> {
  if (key === null) return createDomain(ctx, project, body);
  const request = { projectId: project.id, key: `dashboard ${key}` };
  const { response } = await runOnce(ctx, request, JSON.stringify(body), async (finish) => {
    const toAnswer = ({ id }: StoredDomain) => ({ status: 201, response: { id } });
    return toAnswer(await createDomain(ctx, project, body, (tx, domain) => finish(tx, toAnswer(domain))));
  });
  return getDomain(ctx, project.id, (response as { id: string }).id);
}

function formatOwnKey({ domain, key }: DomainWithKey): KeyObject {
  return formatKey(domain, key);
}

function formatShareLink(link: ShareLink, now: Date): ShareLinkObject {
  return {
    id: link.id,
    state: describeShareLink(link, now),
    createdBy: link.author,
    isCreatorGone: link.isAuthorGone,
    recipient: link.recipient,
    createdAt: link.createdAt.toISOString(),
    expiresAt: link.expiresAt.toISOString(),
    firstOpenedAt: link.firstOpenedAt?.toISOString() ?? null,
    lastOpenedAt: link.lastOpenedAt?.toISOString() ?? null,
  };
}
