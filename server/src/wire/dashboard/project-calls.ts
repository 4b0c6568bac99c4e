import { MAX_LOGO_OCTETS } from '../../core/images/logo.ts';
import { auditFilterSchema, auditPageSchema, auditQuerySchema } from '../audit-entry.ts';
import { advanceBody, advanceSchema } from '../test-clock.ts';
import { endedSessionsSchema, projectSchema } from './account.ts';
import { hasField, none, type Operation, pageOf } from './operation.ts';
import {
  apiKeySchema,
  confirmBody,
  createApiKeyBody,
  createInvitationBody,
  createProjectBody,
  departureBody,
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

/** Projects: their members, invitations, API keys and audit logs. */
export const projectCalls = {
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

  // The clock of a test project
  'POST /api/projects/:projectId/test/advance': { access: 'admin', body: advanceBody, data: advanceSchema },

  // API keys
  'GET /api/projects/:projectId/api-keys': { access: 'member', data: pageOf('apiKeys', apiKeySchema) },
  'POST /api/projects/:projectId/api-keys': {
    access: 'admin',
    recent: (body) => hasField(body, 'permission', 'mail_server'),
    body: createApiKeyBody,
    data: issuedApiKeySchema,
  },
  'DELETE /api/projects/:projectId/api-keys/:keyId': { access: 'admin', data: none },
} as const satisfies Readonly<Record<string, Operation>>;
