import type { z } from 'zod';
import type { Context } from '../../../services/context.ts';
import {
  createInvitation,
  describeInvitation,
  listInvitations,
  revokeInvitation,
  type StoredInvitation,
} from '../../../services/people/invitations.ts';
import { listIssued } from '../../../services/people/issued.ts';
import {
  changeRole,
  leaveProject,
  listIssuedBy,
  listMembers,
  type Member,
  removeMember,
} from '../../../services/people/members.ts';
import type { invitationSchema, memberSchema } from '../../../wire/dashboard/project.ts';
import type { Handlers } from '../../dashboard/call.ts';
import { formatIssued } from './shapes.ts';

type Call =
  | 'GET /api/projects/:projectId/members'
  | `${'PATCH' | 'DELETE'} /api/projects/:projectId/members/:userId`
  | `GET /api/projects/:projectId/${'members/:userId' | 'membership'}/issued`
  | `${'GET' | 'POST'} /api/projects/:projectId/invitations`
  | 'DELETE /api/projects/:projectId/membership'
  | 'DELETE /api/projects/:projectId/invitations/:invitationId';

/** Who is in a project, and who is invited. */
export function memberRoutes(ctx: Context): Handlers<Call> {
  return {
    'GET /api/projects/:projectId/members': async ({ own }) => ({
      members: (await listMembers(ctx, own.project.id)).map(formatMember),
    }),
    'PATCH /api/projects/:projectId/members/:userId': async ({ own, person, params, body }) => {
      const member = { projectId: own.project.id, userId: params.userId };
      const change = { role: body.role, revokesIssued: body.revokeIssued ?? false };
      return formatMember(await changeRole(ctx, person, member, change));
    },
    'DELETE /api/projects/:projectId/members/:userId': async ({ own, person, params, body }) => {
      const member = { projectId: own.project.id, userId: params.userId };
      await removeMember(ctx, person, member, { revokesIssued: body?.revokeIssued ?? false });
      return null;
    },
    'GET /api/projects/:projectId/members/:userId/issued': async ({ own, params, query }) => {
      const member = { projectId: own.project.id, userId: params.userId };
      return formatIssued(await listIssuedBy(ctx, member, query.role ?? null));
    },
    'GET /api/projects/:projectId/membership/issued': async ({ own, person }) =>
      formatIssued(await listIssued(ctx, own.project.id, person.userId, null)),
    'DELETE /api/projects/:projectId/membership': async ({ own, person, body }) => {
      await leaveProject(ctx, person, own.project.id, { revokesIssued: body?.revokeIssued ?? false });
      return null;
    },
    'GET /api/projects/:projectId/invitations': async ({ own }) => {
      const now = ctx.clock.now();
      const invitations = await listInvitations(ctx, own.project.id);
      return { invitations: invitations.map((invitation) => formatInvitation(invitation, now)) };
    },
    'POST /api/projects/:projectId/invitations': async ({ own, person, body: { role, email } }) => {
      const { url, ...made } = await createInvitation(ctx, person, {
        projectId: own.project.id,
        role,
        email,
      });
      return { ...formatInvitation(made, ctx.clock.now()), url };
    },
    'DELETE /api/projects/:projectId/invitations/:invitationId': async ({ own, params }) => {
      await revokeInvitation(ctx, own.project.id, params.invitationId);
      return null;
    },
  };
}

function formatMember({ joinedAt, ...member }: Member): z.output<typeof memberSchema> {
  return { ...member, joinedAt: joinedAt.toISOString() };
}

function formatInvitation(invitation: StoredInvitation, now: Date): z.output<typeof invitationSchema> {
  const { id, role, email, invitedBy, createdAt, expiresAt } = invitation;
  const state = describeInvitation(invitation, now);
  return {
    id,
    role,
    email,
    state,
    invitedBy,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}
