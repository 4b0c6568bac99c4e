import { z } from 'zod';
import { diagnosticsSchema } from '../diagnostics.ts';
import { domainSettingsBody, withdraw } from '../domain-settings.ts';
import { eventQuerySchema, eventSchema } from '../event.ts';
import { exportQuerySchema } from '../export-query.ts';
import { createKeyBody, keySchema } from '../key.ts';
import { proofBody, proofSchema } from '../proof.ts';
import { setupOfferSchema, setupUrlSchema } from '../setup-link.ts';
import { emailAddress } from './account.ts';
import {
  checkedDomainSchema,
  checkedSharedDomainSchema,
  createDomainBody,
  createShareLinkBody,
  domainDetailSchema,
  domainListItemSchema,
  domainLiveEvents,
  issuedShareLinkSchema,
  listLiveEvents,
  sharedDomainSchema,
  sharedLiveEvents,
  shareLinkSchema,
  typedDomainSchema,
} from './domain.ts';
import {
  domainCountsQuerySchema,
  domainCountsSchema,
  domainListQuerySchema,
  domainSearchQuerySchema,
  foundDomainSchema,
} from './domain-list.ts';
import { none, type Operation, pageOf } from './operation.ts';
import { confirmBody, logoQuery } from './project.ts';

/** Domains: lists, one domain, its keys, and its page for whoever holds a link. */
export const domainCalls = {
  // Domains
  'POST /api/domain-name': {
    access: 'account',
    body: z.strictObject({
      text: z.string({ error: 'text must be a string.' }),
      /** Whether it is for a test project, whose names are under `.test`. */
      isTest: z.boolean({ error: 'isTest must be true or false.' }).optional(),
    }),
    data: typedDomainSchema,
  },
  'GET /api/domains': {
    access: 'account',
    query: domainListQuerySchema,
    data: z.strictObject({ domains: z.array(domainListItemSchema), nextCursor: z.string().optional() }),
  },
  'GET /api/domains/counts': { access: 'account', query: domainCountsQuerySchema, data: domainCountsSchema },
  'GET /api/domains/live': { access: 'account', live: listLiveEvents },
  'GET /api/domains/search': {
    access: 'account',
    query: domainSearchQuerySchema,
    data: pageOf('domains', foundDomainSchema),
  },
  'GET /api/projects/:projectId/domains/counts': {
    access: 'member',
    query: domainCountsQuerySchema,
    data: domainCountsSchema,
  },
  'GET /api/projects/:projectId/domains': {
    access: 'member',
    query: domainListQuerySchema,
    data: z.strictObject({ domains: z.array(domainListItemSchema), nextCursor: z.string().optional() }),
  },
  'POST /api/projects/:projectId/domains': { access: 'admin', body: createDomainBody, data: domainDetailSchema },
  'GET /api/projects/:projectId/domains/live': { access: 'member', live: listLiveEvents },
  'GET /api/projects/:projectId/domains/:domainId': { access: 'member', data: domainDetailSchema },
  'DELETE /api/projects/:projectId/domains/:domainId': {
    access: 'admin',
    body: confirmBody.extend({ withdraw: withdraw.optional() }),
    data: none,
  },
  'PATCH /api/projects/:projectId/domains/:domainId': {
    access: 'admin',
    body: domainSettingsBody,
    data: domainDetailSchema,
  },
  'POST /api/projects/:projectId/domains/:domainId/verify': { access: 'admin', data: checkedDomainSchema },
  'POST /api/projects/:projectId/domains/:domainId/keys': { access: 'admin', body: createKeyBody, data: keySchema },
  'POST /api/projects/:projectId/domains/:domainId/keys/:selector/activate': { access: 'admin', data: keySchema },
  'POST /api/projects/:projectId/domains/:domainId/keys/:selector/revoke': { access: 'admin', data: keySchema },
  'POST /api/projects/:projectId/domains/:domainId/proof': { access: 'admin', body: proofBody, data: proofSchema },
  'GET /api/projects/:projectId/domains/:domainId/live': { access: 'member', live: domainLiveEvents },
  'GET /api/projects/:projectId/domains/:domainId/diagnostics': { access: 'member', data: diagnosticsSchema },
  'GET /api/projects/:projectId/domains/:domainId/events': {
    access: 'member',
    query: eventQuerySchema,
    data: z.strictObject({ events: z.array(eventSchema), nextCursor: z.string().optional() }),
  },
  'GET /api/projects/:projectId/domains/:domainId/zone-file': {
    access: 'member',
    query: exportQuerySchema,
    file: true,
  },
  'GET /api/projects/:projectId/domains/:domainId/setup-link': { access: 'member', data: setupOfferSchema },
  'POST /api/projects/:projectId/domains/:domainId/setup-link': { access: 'admin', data: setupUrlSchema },
  'GET /api/projects/:projectId/domains/:domainId/share-links': {
    access: 'member',
    data: pageOf('shareLinks', shareLinkSchema),
  },
  'POST /api/projects/:projectId/domains/:domainId/share-links': {
    access: 'admin',
    body: createShareLinkBody,
    data: issuedShareLinkSchema,
  },
  'DELETE /api/projects/:projectId/domains/:domainId/share-links/:linkId': { access: 'admin', data: none },

  // A shared domain, for whoever holds the link
  'GET /api/share/:token': { access: 'public', data: sharedDomainSchema },
  'GET /api/share/:token/diagnostics': { access: 'public', data: diagnosticsSchema },
  'POST /api/share/:token/tell-when-ready': {
    access: 'public',
    body: z.strictObject({ email: emailAddress }),
    data: none,
  },
  'POST /api/share/:token/check': { access: 'public', data: checkedSharedDomainSchema },
  'GET /api/share/:token/setup-link': { access: 'public', data: setupOfferSchema },
  'POST /api/share/:token/setup-link': { access: 'public', data: setupUrlSchema },
  /** Where somebody of the project is signed in, it is not the customer who opened it. */
  'GET /api/share/:token/live': { access: 'optional', live: sharedLiveEvents },
  'GET /api/share/:token/logo': { access: 'public', query: logoQuery, file: true },
  'GET /api/share/:token/zone-file': { access: 'public', query: exportQuerySchema, file: true },
} as const satisfies Readonly<Record<string, Operation>>;
