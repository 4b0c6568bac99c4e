import { queryOptions } from '@tanstack/react-query';
import type { DashboardData } from '../../../server/src/wire/dashboard/contract.ts';
import { call } from './call.ts';

export type ApiKey = DashboardData<'GET /api/projects/:projectId/api-keys'>['apiKeys'][number];
export type Member = DashboardData<'GET /api/projects/:projectId/members'>['members'][number];
export type Invitation = DashboardData<'GET /api/projects/:projectId/invitations'>['invitations'][number];

/** The API keys of a project, newest first. */
export const apiKeysQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['projects', projectId, 'api-keys'],
    queryFn: ({ signal }) => call('GET /api/projects/:projectId/api-keys', { params: { projectId }, signal }),
  });

/** Who may work in a project. */
export const membersQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['projects', projectId, 'members'],
    queryFn: ({ signal }) => call('GET /api/projects/:projectId/members', { params: { projectId }, signal }),
  });

/** Who was asked to. */
export const invitationsQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['projects', projectId, 'invitations'],
    queryFn: ({ signal }) => call('GET /api/projects/:projectId/invitations', { params: { projectId }, signal }),
  });
