import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Project } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { issuedQuery, type Member } from '../../api/project.ts';
import { FormDialog } from '../../components/FormDialog.tsx';
import { FormError } from '../../components/FormError.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { IssuedChoice } from './IssuedChoice.tsx';

/** Takes somebody out of the project, with what they made if the person wants that. */
export function RemoveMemberDialog({
  project,
  member,
  onDone,
  onClose,
}: {
  project: Project;
  member: Member;
  onDone(text: string): Promise<void>;
  onClose(): void;
}) {
  const [isRevoked, setRevoked] = useState(true);
  const issued = useQuery(issuedQuery(project.id, member.userId, null));
  const remove = useMutation({
    mutationFn: () =>
      call('DELETE /api/projects/:projectId/members/:userId', {
        params: { projectId: project.id, userId: member.userId },
        body: { revokeIssued: isRevoked },
      }),
    onSuccess: () => onDone(`${member.name} was removed`),
  });
  return (
    <FormDialog
      title={`Remove ${member.name}?`}
      submitLabel="Remove from project"
      isDangerous
      isDisabled={issued.isPending}
      isBusy={remove.isPending}
      onSubmit={() => remove.mutate()}
      onClose={onClose}
    >
      <FormError error={remove.error ?? issued.error} />
      <p className="max-w-prose text-muted">
        They lose access to this project immediately. Invitations they created, or that are for {member.email}, are
        revoked.
      </p>
      {issued.data ? (
        <IssuedChoice issued={issued.data} isRevoked={isRevoked} onChange={setRevoked} />
      ) : (
        issued.isPending && <Skeleton rows={1} />
      )}
    </FormDialog>
  );
}
