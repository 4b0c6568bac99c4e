import type { z } from 'zod';
import type { Context } from '../../../services/context.ts';
import {
  createInvitation,
  describeInvitation,
  listInvitations,
  revokeInvitation,
  type StoredInvitation,
} from '../../../services/people/invitations.ts';
import { changeRole, leaveProject, listMembers, type Member, removeMember } from '../../../services/people/members.ts';
import type { invitationSchema, memberSchema } from '../../../wire/dashboard/project.ts';
import type { Handlers } from '../../dashboard/call.ts';

type Call =
  | 'GET /api/projects/:projectId/members'
  | `${'PATCH' | 'DELETE'} /api/projects/:projectId/members/:userId`
  | `${'GET' | 'POST'} /api/projects/:projectId/invitations`
  | 'DELETE /api/projects/:projectId/membership'
  | 'DELETE /api/projects/:projectId/invitations/:invitationId';

/** Who is in a project, and who is invited. */
export function memberRoutes(ctx: Context): Handlers<Call> {
  return {
    'GET /api/projects/:projectId/members': async ({ own }) => ({
      members: (await listMembers(ctx, own.project.id)).map(formatMember),
    }),
    'PATCH /api/projects/:projectId/members/:userId': async ({ own, params, body }) => {
      const member = { projectId: own.project.id, userId: params.userId };
      return formatMember(await changeRole(ctx, own.role, member, body.role));
    },
    'DELETE /api/projects/:projectId/members/:userId': async ({ own, params }) => {
      await removeMember(ctx, own.role, { projectId: own.project.id, userId: params.userId });
      return null;
    },
    'DELETE /api/projects/:projectId/membership': async ({ own, person }) => {
      await leaveProject(ctx, person, own.project.id);
      return null;
    },
    'GET /api/projects/:projectId/invitations': async ({ own }) => {
      const now = ctx.clock.now();
      const invitations = await listInvitations(ctx, own.project.id);
      return { invitations: invitations.map((invitation) => formatInvitation(invitation, now)) };
    },
    'POST /api/projects/:projectId/invitations': async ({ own, person, body: { role, email } }) => {
      const { url, ...made } = await createInvitation(ctx, person, own.role, {
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
