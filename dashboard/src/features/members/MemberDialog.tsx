import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { accountQuery, type Project } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { type Member, membersQuery } from '../../api/project.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { FormError } from '../../components/FormError.tsx';
import { Select } from '../../components/Select.tsx';
import { showToast } from '../../components/toast-store.ts';
import { listGivableRoles } from './roles.ts';

/** Changes the role of a member, or takes them out of the project. */
export function MemberDialog({ project, member, onClose }: { project: Project; member: Member; onClose(): void }) {
  const [role, setRole] = useState(member.role);
  const client = useQueryClient();
  const params = { projectId: project.id, userId: member.userId };
  const finish = async (text: string) => {
    await client.invalidateQueries({ queryKey: membersQuery(project.id).queryKey });
    // It may have been one's own role.
    await client.invalidateQueries({ queryKey: accountQuery().queryKey });
    onClose();
    showToast(text);
  };
  const change = useMutation({
    mutationFn: () => call('PATCH /api/projects/:projectId/members/:userId', { params, body: { role } }),
    onSuccess: () => finish('Saved'),
  });
  const remove = useMutation({
    mutationFn: () => call('DELETE /api/projects/:projectId/members/:userId', { params }),
    onSuccess: () => finish(`${member.name} is out of the project`),
  });
  const signOut = useMutation({
    mutationFn: () => call('DELETE /api/projects/:projectId/members/:userId/sessions', { params }),
    onSuccess: () => finish(`${member.name} is signed out everywhere`),
  });
  const roles = listGivableRoles(project.role);
  const mayChange = roles.some(({ value }) => value === member.role);
  return (
    <Dialog title={member.name} onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!change.isPending) change.mutate();
        }}
      >
        <FormError error={change.error ?? remove.error ?? signOut.error} />
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
        <div className="flex flex-wrap justify-between gap-2">
          <div className="flex flex-wrap gap-2">
            <Button isBusy={remove.isPending} disabled={!mayChange} onClick={() => remove.mutate()}>
              Remove from the project
            </Button>
            {project.role === 'owner' && !member.isInstanceOwner && (
              <Button isBusy={signOut.isPending} onClick={() => signOut.mutate()}>
                Sign out everywhere
              </Button>
            )}
          </div>
          <Button type="submit" variant="primary" disabled={role === member.role} isBusy={change.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
