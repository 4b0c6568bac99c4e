/*
 * The dashboard's API. `dashboardContract` lists every call with its access, input and output; the other files
 * hold the shapes it uses. The server registers exactly these calls (`http/dashboard/api.ts`) and the pages call
 * them by the same names (`dashboard/src/api/call.ts`), so neither compiles without the other. It isn't a public
 * API and may change with any version.
 */

import { z } from 'zod';
import { MAX_LOGO_OCTETS } from '../../core/images/logo.ts';
import { auditFilterSchema, auditPageSchema, auditQuerySchema } from '../audit-entry.ts';
import { diagnosticsSchema } from '../diagnostics.ts';
import { eventQuerySchema, eventSchema } from '../event.ts';
import { exportQuerySchema } from '../export-query.ts';
import { createKeyBody, keySchema, rotationBody } from '../key.ts';
import { proofBody, proofSchema } from '../proof.ts';
import {
  accountSchema,
  emailAddress,
  endedSessionsSchema,
  givenName,
  givenPassword,
  installationAccountSchema,
  newAccountBody,
  newPasskeyBody,
  newPassword,
  oneTimeCode,
  passkeyBody,
  passkeyOptionsSchema,
  projectSchema,
  proofByPasswordBody,
  recoveryCodesSchema,
  roundBody,
  securitySchema,
  sessionSchema,
  signedInSchema,
  startedTotpSchema,
  token,
} from './account.ts';
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
import {
  apiKeySchema,
  confirmBody,
  createApiKeyBody,
  createInvitationBody,
  createProjectBody,
  deleteAccountBody,
  departureBody,
  invitationPreviewSchema,
  invitationSchema,
  issuedApiKeySchema,
  issuedInvitationSchema,
  issuedQuery,
  issuedSchema,
  logoBody,
  logoQuery,
  memberSchema,
  regionSchema,
  updateMemberBody,
  updateProjectBody,
} from './project.ts';

/**
 * Who may call: anybody; anybody, who is told who is signed in (`optional`); anybody who is signed in; or a role in the project of the path. Somebody who is not in that
 * project gets 404, somebody in it whose role is too small 403.
 */
export type Access = 'public' | 'optional' | 'account' | 'member' | 'admin' | 'owner';

/** One call of the dashboard's API. Exactly one of `data` (JSON in the envelope), `live` (server-sent events) and `file` is there. */
export interface Operation {
  readonly access: Access;
  /** Whether it takes a proof of the last five minutes of who it is: always, or by what the body says. */
  readonly recent?: true | ((body: unknown) => boolean);
  readonly body?: z.ZodType;
  /** How many octets the body may have, where that is more than elsewhere. */
  readonly bodyLimit?: number;
  readonly query?: z.ZodType;
  readonly data?: z.ZodType;
  readonly live?: Readonly<Record<string, z.ZodType>>;
  readonly file?: true;
}

const none = z.null();
/** Whether a body has a field, with that value where one is given. */
const hasField = (body: unknown, field: string, value?: string): boolean => {
  const entry = Object.entries(body ?? {}).find(([name]) => name === field);
  return entry !== undefined && entry[1] !== undefined && (value === undefined || entry[1] === value);
};
const pageOf = <K extends string, T extends z.ZodType>(key: K, item: T) =>
  z.strictObject({ [key]: z.array(item) } as Record<K, z.ZodArray<T>>);

/**
 * The whole API of the dashboard, by method and path. The server registers exactly these, checks access by them, and the
 * tests walk through them; the app takes its types from them (`import type`), so that no shape is written twice.
 */
export const dashboardContract = {
  // First start
  'GET /api/setup': { access: 'public', data: z.strictObject({ isOpen: z.boolean() }) },
  'POST /api/setup': {
    access: 'public',
    body: z.strictObject({ token, ...newAccountBody, projectName: givenName('projectName').optional() }),
    data: z.strictObject({ account: accountSchema, project: projectSchema }),
  },
  /** Whether a set-up link works, before anybody types anything. */
  'POST /api/setup/link': { access: 'public', body: z.strictObject({ token }), data: none },

  // Account and sessions
  'GET /api/session': { access: 'account', data: accountSchema },
  'POST /api/session': {
    access: 'public',
    body: z.strictObject({ email: emailAddress, password: givenPassword('password') }),
    data: signedInSchema,
  },
  'POST /api/session/code': { access: 'public', body: z.strictObject({ code: oneTimeCode }), data: accountSchema },
  'POST /api/session/passkey/options': { access: 'public', data: passkeyOptionsSchema },
  'POST /api/session/passkey': { access: 'public', body: passkeyBody, data: accountSchema },
  'DELETE /api/session': { access: 'account', data: none },

  // Single sign-on
  'GET /api/oidc': { access: 'public', data: z.strictObject({ issuer: z.string().nullable() }) },
  'POST /api/oidc': {
    access: 'optional',
    recent: (body) => hasField(body, 'purpose', 'link'),
    body: roundBody,
    data: z.strictObject({ url: z.string() }),
  },
  'GET /api/oidc/callback': { access: 'optional', query: z.looseObject({}), file: true },
  'DELETE /api/account/identity': { access: 'account', recent: true, data: none },

  // Proving again who it is
  'POST /api/session/proof': { access: 'account', body: proofByPasswordBody, data: none },
  'POST /api/session/proof/passkey/options': { access: 'account', data: passkeyOptionsSchema },
  'POST /api/session/proof/passkey': { access: 'account', body: passkeyBody, data: none },

  // Who one is, and how one signs in
  'PATCH /api/account': { access: 'account', body: z.strictObject({ name: givenName('name') }), data: accountSchema },
  'POST /api/account/email': {
    access: 'account',
    recent: true,
    body: z.strictObject({ email: emailAddress }),
    data: accountSchema,
  },
  'GET /api/account/security': { access: 'account', data: securitySchema },
  'POST /api/account/totp': { access: 'account', recent: true, data: startedTotpSchema },
  'POST /api/account/totp/confirm': {
    access: 'account',
    recent: true,
    body: z.strictObject({ code: oneTimeCode }),
    data: recoveryCodesSchema,
  },
  'DELETE /api/account/totp': { access: 'account', recent: true, data: none },
  'POST /api/account/recovery-codes': { access: 'account', recent: true, data: recoveryCodesSchema },
  'POST /api/account/passkeys/options': { access: 'account', recent: true, data: passkeyOptionsSchema },
  'POST /api/account/passkeys': { access: 'account', recent: true, body: newPasskeyBody, data: none },
  'DELETE /api/account/passkeys/:passkeyId': { access: 'account', recent: true, data: none },

  // The installation's accounts, for its owner
  'GET /api/accounts': { access: 'account', data: pageOf('accounts', installationAccountSchema) },
  'DELETE /api/accounts/:userId/sessions': { access: 'account', data: endedSessionsSchema },
  'POST /api/account/password': {
    access: 'account',
    body: z.strictObject({
      currentPassword: givenPassword('currentPassword'),
      newPassword: newPassword('newPassword'),
    }),
    data: none,
  },
  'GET /api/account/sessions': { access: 'account', data: pageOf('sessions', sessionSchema) },
  'DELETE /api/account/sessions/:sessionId': { access: 'account', data: none },

  'GET /api/account/issued': {
    access: 'account',
    data: pageOf('projects', issuedSchema.extend({ id: z.string(), name: z.string() })),
  },
  'DELETE /api/account': { access: 'account', body: deleteAccountBody, data: none },
  'POST /api/password-reset': {
    access: 'public',
    body: z.strictObject({ token, newPassword: newPassword('newPassword') }),
    data: signedInSchema,
  },

  // Invitations, from the side of who was invited
  'POST /api/invitations/preview': {
    access: 'public',
    body: z.strictObject({ token }),
    data: invitationPreviewSchema,
  },
  'POST /api/invitations/accept': {
    access: 'optional',
    body: z.strictObject({ token, account: z.strictObject(newAccountBody).optional() }),
    /** Joined, but where the account owes a code first: then it has to sign in, and accept again. */
    data: z.strictObject({ account: accountSchema.nullable(), projectId: z.string() }),
  },

  // Projects
  'GET /api/regions': { access: 'account', data: pageOf('regions', regionSchema) },
  'GET /api/projects': { access: 'account', data: pageOf('projects', projectSchema) },
  'POST /api/projects': { access: 'account', body: createProjectBody, data: projectSchema },
  'GET /api/projects/:projectId': { access: 'member', data: projectSchema },
  'PATCH /api/projects/:projectId': {
    access: 'admin',
    recent: (body) => hasField(body, 'requireSecondFactor'),
    body: updateProjectBody,
    data: projectSchema,
  },
  'GET /api/projects/:projectId/logo': { access: 'member', query: logoQuery, file: true },
  'PUT /api/projects/:projectId/logo': {
    access: 'admin',
    body: logoBody,
    // In base64, and somewhat more, so that what is too large is told in words.
    bodyLimit: 2 * MAX_LOGO_OCTETS,
    data: projectSchema,
  },
  'DELETE /api/projects/:projectId/logo': { access: 'admin', data: projectSchema },
  'DELETE /api/projects/:projectId': { access: 'owner', recent: true, body: confirmBody, data: none },

  // Members
  'GET /api/projects/:projectId/members': { access: 'member', data: pageOf('members', memberSchema) },
  'PATCH /api/projects/:projectId/members/:userId': {
    access: 'admin',
    recent: (body) => hasField(body, 'role', 'owner'),
    body: updateMemberBody,
    data: memberSchema,
  },
  'DELETE /api/projects/:projectId/members/:userId/sessions': { access: 'owner', data: endedSessionsSchema },
  'DELETE /api/projects/:projectId/members/:userId': { access: 'admin', body: departureBody, data: none },
  'GET /api/projects/:projectId/membership/issued': { access: 'member', data: issuedSchema },
  'GET /api/projects/:projectId/members/:userId/issued': { access: 'admin', query: issuedQuery, data: issuedSchema },
  'DELETE /api/projects/:projectId/membership': { access: 'member', body: departureBody, data: none },
  'GET /api/projects/:projectId/invitations': { access: 'admin', data: pageOf('invitations', invitationSchema) },
  'POST /api/projects/:projectId/invitations': {
    access: 'admin',
    recent: (body) => hasField(body, 'role', 'owner'),
    body: createInvitationBody,
    data: issuedInvitationSchema,
  },
  'DELETE /api/projects/:projectId/invitations/:invitationId': { access: 'admin', data: none },

  // Audit log
  'GET /api/projects/:projectId/audit-log': { access: 'admin', query: auditQuerySchema, data: auditPageSchema },
  'GET /api/projects/:projectId/audit-log/export': { access: 'admin', query: auditFilterSchema, file: true },
  'GET /api/audit-log': { access: 'account', query: auditQuerySchema, data: auditPageSchema },
  'GET /api/audit-log/export': { access: 'account', query: auditFilterSchema, file: true },

  // API keys
  'GET /api/projects/:projectId/api-keys': { access: 'member', data: pageOf('apiKeys', apiKeySchema) },
  'POST /api/projects/:projectId/api-keys': {
    access: 'admin',
    recent: (body) => hasField(body, 'permission', 'mail_server'),
    body: createApiKeyBody,
    data: issuedApiKeySchema,
  },
  'DELETE /api/projects/:projectId/api-keys/:keyId': { access: 'admin', data: none },

  // Domains
  'POST /api/domain-name': {
    access: 'account',
    body: z.strictObject({ text: z.string({ error: 'text must be a string.' }) }),
    data: typedDomainSchema,
  },
  'GET /api/domains': { access: 'account', query: domainSearchQuerySchema, data: pageOf('domains', foundDomainSchema) },
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
  'DELETE /api/projects/:projectId/domains/:domainId': { access: 'admin', body: confirmBody, data: none },
  'PATCH /api/projects/:projectId/domains/:domainId': {
    access: 'admin',
    body: rotationBody,
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
  'POST /api/share/:token/check': { access: 'public', data: checkedSharedDomainSchema },
  /** Where somebody of the project is signed in, it is not the customer who opened it. */
  'GET /api/share/:token/live': { access: 'optional', live: sharedLiveEvents },
  'GET /api/share/:token/logo': { access: 'public', query: logoQuery, file: true },
  'GET /api/share/:token/zone-file': { access: 'public', query: exportQuerySchema, file: true },
} as const satisfies Readonly<Record<string, Operation>>;

/** The contract as a type: `import type` it, and derive every shape from its keys (docs/dashboard-api.md). */
export type DashboardContract = typeof dashboardContract;

/** `'GET /api/projects'` and so on. */
export type DashboardCall = keyof DashboardContract;

type Part<K extends DashboardCall, P extends string> = DashboardContract[K] extends Record<P, infer T> ? T : undefined;

/** What a call takes as its body, as the caller writes it; undefined where it takes none. */
export type DashboardBody<K extends DashboardCall> =
  Part<K, 'body'> extends z.ZodType ? z.input<Part<K, 'body'>> : undefined;

/** What a call takes in its query, as the caller writes it; undefined where it takes none. */
export type DashboardQuery<K extends DashboardCall> =
  Part<K, 'query'> extends z.ZodType ? z.input<Part<K, 'query'>> : undefined;

/** What a call answers with as `data`; undefined for files and live updates. */
export type DashboardData<K extends DashboardCall> =
  Part<K, 'data'> extends z.ZodType ? z.output<Part<K, 'data'>> : undefined;

/** The events of a call that stays open: the name of each, and its data. */
export type DashboardLive<K extends DashboardCall> =
  Part<K, 'live'> extends Record<string, z.ZodType>
    ? { [E in keyof Part<K, 'live'>]: z.output<Part<K, 'live'>[E]> }
    : never;

/** The names after a colon in a call's path. */
export type DashboardParam<K extends string> = K extends `${string}:${infer Name}/${infer Rest}`
  ? Name | DashboardParam<Rest>
  : K extends `${string}:${infer Name}`
    ? Name
    : never;
