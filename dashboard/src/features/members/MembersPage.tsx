/*
 * Who works in a project. `MembersPage` lists members and open invitations, `InviteDialog` and `MemberDialog`
 * change them; `InvitePage` is where an invitation leads, outside of any project. `roles.ts` has the words; the
 * server decides who may do what.
 */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import type { Project } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { type Invitation, invitationsQuery, type Member, membersQuery } from '../../api/project.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Page } from '../../components/Page.tsx';
import { Moment } from '../../components/RelativeTime.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { showToast } from '../../components/toast-store.ts';
import { NotFoundPage } from '../shell/NotFoundPage.tsx';
import { useProject } from '../shell/use-project.ts';
import { InviteDialog } from './InviteDialog.tsx';
import { MemberDialog } from './MemberDialog.tsx';
import { ROLES } from './roles.ts';

/** Who works in this project, and who was invited. */
export function MembersPage() {
  const { project, account, canWrite } = useProject();
  const [dialog, setDialog] = useState<'invite' | Member | null>(null);
  const members = useQuery({ ...membersQuery(project?.id ?? ''), enabled: project !== null });
  if (!project) return <NotFoundPage />;
  return (
    <Page
      title="Members"
      intro={`People with access to ${project.name}.`}
      actions={
        canWrite && (
          <Button variant="primary" onClick={() => setDialog('invite')}>
            <UserPlus aria-hidden="true" size={16} /> Invite
          </Button>
        )
      }
    >
      <Card label="Members">
        {members.data ? (
          <ul className="divide-y divide-hairline">
            {members.data.members.map((member) => (
              <li key={member.userId} className="flex min-h-16 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
                <div className="min-w-0 flex-1 basis-full sm:basis-0">
                  <p className="font-medium [overflow-wrap:anywhere]">
                    {member.name}
                    {member.userId === account.id && <span className="font-normal text-muted"> (you)</span>}
                  </p>
                  <p className="text-small text-muted [overflow-wrap:anywhere]">{member.email}</p>
                </div>
                <p className="flex-1 text-small text-muted sm:w-48 sm:flex-none">
                  {member.isInstanceOwner ? 'Owner of the installation' : ROLES[member.role].label}
                </p>
                {canWrite && !member.isInstanceOwner && (
                  <Button onClick={() => setDialog(member)} aria-label={`Change ${member.name}`}>
                    Change…
                  </Button>
                )}
              </li>
            ))}
          </ul>
        ) : members.error ? (
          <ErrorState what="Couldn’t load members" error={members.error} onRetry={() => members.refetch()} />
        ) : (
          <Skeleton rows={2} className="h-16" />
        )}
      </Card>
      {/* Where nothing can be loaded, one list says so. */}
      {canWrite && <Invitations project={project} isErrorShown={members.data !== undefined} />}
      {dialog === 'invite' && <InviteDialog project={project} onClose={() => setDialog(null)} />}
      {dialog !== null && dialog !== 'invite' && (
        <MemberDialog project={project} member={dialog} onClose={() => setDialog(null)} />
      )}
    </Page>
  );
}

function Invitations({ project, isErrorShown }: { project: Project; isErrorShown: boolean }) {
  const client = useQueryClient();
  const { queryKey } = invitationsQuery(project.id);
  const list = useQuery(invitationsQuery(project.id));
  const revoke = useMutation({
    mutationFn: (invitation: Invitation) =>
      call('DELETE /api/projects/:projectId/invitations/:invitationId', {
        params: { projectId: project.id, invitationId: invitation.id },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey });
      showToast('Invitation revoked');
    },
    onError: (error) => showToast(error.message),
  });
  if (list.isLoadingError && isErrorShown)
    return (
      <Card title="Open invitations">
        <ErrorState what="Couldn’t load the invitations" error={list.error} onRetry={() => list.refetch()} />
      </Card>
    );
  const open = list.data?.invitations.filter(({ state }) => state === 'open') ?? [];
  if (open.length === 0) return null;
  return (
    <Card title="Open invitations">
      <ul className="divide-y divide-hairline">
        {open.map((invitation) => (
          <li key={invitation.id} className="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
            <p className="min-w-0 flex-1 basis-full [overflow-wrap:anywhere] sm:basis-0">
              {invitation.email ?? 'Anyone with the link'}
              <span className="text-muted"> as {ROLES[invitation.role].label.toLowerCase()}</span>
            </p>
            <p className="flex-1 text-small text-muted sm:flex-none">
              expires <Moment at={invitation.expiresAt} />
            </p>
            <Button
              aria-label={`Revoke the invitation ${invitation.email ? `for ${invitation.email}` : `as ${invitation.role}`}`}
              isBusy={revoke.isPending && revoke.variables.id === invitation.id}
              onClick={() => revoke.mutate(invitation)}
            >
              Revoke
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
