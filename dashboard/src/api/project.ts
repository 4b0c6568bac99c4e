import { queryOptions } from '@tanstack/react-query';
import type { DashboardData } from '../../../server/src/wire/dashboard/contract.ts';
import { call } from './call.ts';

export type ApiKey = DashboardData<'GET /api/projects/:projectId/api-keys'>['apiKeys'][number];
export type Member = DashboardData<'GET /api/projects/:projectId/members'>['members'][number];
export type Issued = DashboardData<'GET /api/projects/:projectId/members/:userId/issued'>;
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

/** What somebody made that would go on working if they had `role`, or were out (null). */
export const issuedQuery = (projectId: string, userId: string, role: Member['role'] | null) =>
  queryOptions({
    queryKey: ['projects', projectId, 'members', userId, 'issued', role],
    // A key may have been made a moment ago.
    staleTime: 0,
    queryFn: ({ signal }) =>
      call('GET /api/projects/:projectId/members/:userId/issued', {
        params: { projectId, userId },
        ...(role !== null && { query: { role } }),
        signal,
      }),
  });

/** What oneself made that would go on working without one. */
export const ownIssuedInQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['projects', projectId, 'membership', 'issued'],
    staleTime: 0,
    queryFn: ({ signal }) => call('GET /api/projects/:projectId/membership/issued', { params: { projectId }, signal }),
  });

/** Who was asked to. */
export const invitationsQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['projects', projectId, 'invitations'],
    queryFn: ({ signal }) => call('GET /api/projects/:projectId/invitations', { params: { projectId }, signal }),
  });
