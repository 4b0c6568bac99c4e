import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Project } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { invitationsQuery } from '../../api/project.ts';
import { findFieldError } from '../../api/request-error.ts';
import { Button } from '../../components/Button.tsx';
import { CopyButton } from '../../components/CopyButton.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import { FormDialog } from '../../components/FormDialog.tsx';
import { Moment } from '../../components/RelativeTime.tsx';
import { Select } from '../../components/Select.tsx';
import { listGivableRoles } from './roles.ts';

/** Makes a link with which somebody joins the project; it is sent by whoever made it. */
export function InviteDialog({ project, onClose }: { project: Project; onClose(): void }) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Project['role']>('member');
  const client = useQueryClient();
  const create = useMutation({
    mutationFn: () =>
      call('POST /api/projects/:projectId/invitations', {
        params: { projectId: project.id },
        body: { role, ...(email.trim() !== '' && { email: email.trim() }) },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: invitationsQuery(project.id).queryKey }),
  });
  if (create.data)
    return (
      <Dialog title="Invitation link" onClose={onClose} isHeld>
        <div className="flex flex-col gap-4">
          <p className="max-w-prose text-muted">
            Send this link to the person you’re inviting. It works once and expires{' '}
            <Moment at={create.data.expiresAt} />. Copy it now. You won’t see it again.
          </p>
          <code
            data-testid="invitation-url"
            className="rounded-control bg-sunken px-3 py-2 font-mono text-small break-all"
          >
            {create.data.url}
          </code>
          <div className="flex justify-end gap-2">
            <CopyButton value={create.data.url} what="the invitation link" label="Copy" />
            <Button variant="primary" onClick={onClose}>
              Done
            </Button>
          </div>
        </div>
      </Dialog>
    );
  return (
    <FormDialog
      title={`Invite to ${project.name}`}
      submitLabel="Create link"
      isBusy={create.isPending}
      onSubmit={() => create.mutate()}
      onClose={onClose}
    >
      <Field
        label="Email (optional)"
        type="email"
        autoFocus
        autoComplete="off"
        value={email}
        hint="Only an account with this address can accept. We don’t email invitations – share the link yourself."
        error={findFieldError(create.error, 'email') ?? create.error?.message}
        onChange={(event) => setEmail(event.target.value)}
      />
      <Select
        label="Role"
        value={role}
        options={listGivableRoles(project.role)}
        onChange={(event) => setRole(event.target.value as Project['role'])}
      />
    </FormDialog>
  );
}
