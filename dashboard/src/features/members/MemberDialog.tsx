import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { isAtLeast } from '../../../../server/src/core/access/roles.ts';
import { accountQuery, type Project } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { apiKeysQuery, invitationsQuery, issuedQuery, type Member, membersQuery } from '../../api/project.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { FormError } from '../../components/FormError.tsx';
import { Select } from '../../components/Select.tsx';
import { showToast } from '../../components/toast-store.ts';
import { IssuedChoice } from './IssuedChoice.tsx';
import { RemoveMemberDialog } from './RemoveMemberDialog.tsx';
import { listGivableRoles } from './roles.ts';

/** Changes the role of a member, or takes them out of the project. */
export function MemberDialog({ project, member, onClose }: { project: Project; member: Member; onClose(): void }) {
  const [role, setRole] = useState(member.role);
  const [isRevoked, setRevoked] = useState(true);
  const [isRemoval, setRemoval] = useState(false);
  const client = useQueryClient();
  const params = { projectId: project.id, userId: member.userId };
  const finish = async (text: string) => {
    await client.invalidateQueries({ queryKey: membersQuery(project.id).queryKey });
    // Some end with a role, and keys may be revoked.
    await client.invalidateQueries({ queryKey: invitationsQuery(project.id).queryKey });
    await client.invalidateQueries({ queryKey: apiKeysQuery(project.id).queryKey });
    // It may have been one's own role.
    await client.invalidateQueries({ queryKey: accountQuery().queryKey });
    onClose();
    showToast(text);
  };
  const change = useMutation({
    mutationFn: () =>
      call('PATCH /api/projects/:projectId/members/:userId', { params, body: { role, revokeIssued: isRevoked } }),
    onSuccess: () => finish('Role saved'),
  });
  const signOut = useMutation({
    mutationFn: () => call('DELETE /api/projects/:projectId/members/:userId/sessions', { params }),
    onSuccess: () => finish(`Signed ${member.name} out everywhere`),
  });
  const isLess = !isAtLeast(role, member.role);
  const issued = useQuery({ ...issuedQuery(project.id, member.userId, role), enabled: isLess });
  const roles = listGivableRoles(project.role);
  const mayChange = roles.some(({ value }) => value === member.role);
  if (isRemoval) return <RemoveMemberDialog project={project} member={member} onDone={finish} onClose={onClose} />;
  return (
    <Dialog title={`Change ${member.name}`} onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!change.isPending) change.mutate();
        }}
      >
        <FormError error={change.error ?? issued.error ?? signOut.error} />
        {mayChange ? (
          <Select
            label="Role"
            value={role}
            options={roles}
            onChange={(event) => setRole(event.target.value as Project['role'])}
          />
        ) : (
          <p className="text-muted">Only an owner can change an owner.</p>
        )}
        {isLess && issued.data && <IssuedChoice issued={issued.data} isRevoked={isRevoked} onChange={setRevoked} />}
        <div className="flex flex-wrap justify-between gap-2">
          <div className="flex flex-wrap gap-2">
            <Button disabled={!mayChange} onClick={() => setRemoval(true)}>
              Remove from project…
            </Button>
            {project.role === 'owner' && !member.isInstanceOwner && (
              <Button isBusy={signOut.isPending} onClick={() => signOut.mutate()}>
                Sign out everywhere
              </Button>
            )}
          </div>
          <Button
            type="submit"
            variant="primary"
            disabled={role === member.role || (isLess && issued.isPending)}
            isBusy={change.isPending}
          >
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
