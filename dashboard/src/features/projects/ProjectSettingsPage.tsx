/*
 * Projects: the settings page, with leaving and deleting, and the dialog that creates another, which the shell
 * opens. Both use `ProjectFields` for name and region; `BrandCard` has what customers see. Members and API keys are
 * in `members/` and `api-keys/`; which project is open is in `shell/`.
 */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type Account, accountQuery, type Project } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { ownIssuedInQuery } from '../../api/project.ts';
import { findFieldError } from '../../api/request-error.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { CopyButton } from '../../components/CopyButton.tsx';
import { DeleteDialog } from '../../components/DeleteDialog.tsx';
import { FormDialog } from '../../components/FormDialog.tsx';
import { FormError } from '../../components/FormError.tsx';
import { Page } from '../../components/Page.tsx';
import { showToast } from '../../components/toast-store.ts';
import { DnsConnectionsCard } from '../dns-connections/DnsConnectionsCard.tsx';
import { formatRegion } from '../domains/regions.ts';
import { IssuedChoice } from '../members/IssuedChoice.tsx';
import { NotFoundPage } from '../shell/NotFoundPage.tsx';
import { useProject } from '../shell/use-project.ts';
import { BrandCard } from './BrandCard.tsx';
import { DkimModeCard } from './DkimModeCard.tsx';
import { ProjectFields } from './ProjectFields.tsx';
import { ReturnCard } from './ReturnCard.tsx';

/** A project's name, region and end. */
export function ProjectSettingsPage() {
  const { project, account, canWrite } = useProject();
  const [dialog, setDialog] = useState<'leave' | 'delete' | null>(null);
  if (!project) return <NotFoundPage />;
  return (
    <Page title="Settings">
      <Card title="Project">
        {canWrite ? (
          <ProjectForm key={project.id} project={project} />
        ) : (
          <dl className="flex flex-col gap-2 px-4 py-4">
            <dt className="text-small text-muted">Name</dt>
            <dd>{project.name}</dd>
            <dt className="text-small text-muted">Primary region</dt>
            <dd>{formatRegion(project.primaryRegion)}</dd>
          </dl>
        )}
        <p className="flex items-center gap-2 border-t border-hairline px-4 py-2 text-small text-muted">
          Project ID <code className="font-mono text-ink [overflow-wrap:anywhere]">{project.id}</code>
          <CopyButton value={project.id} what="the project ID" />
        </p>
      </Card>
      {canWrite && <BrandCard key={project.id} project={project} />}
      {canWrite && <ReturnCard key={`return ${project.id}`} project={project} />}
      {!project.isTest && <DnsConnectionsCard key={`dns ${project.id}`} projectId={project.id} canWrite={canWrite} />}
      {canWrite && !project.isTest && <DkimModeCard key={`dkim ${project.id}`} project={project} />}
      {project.role === 'owner' && <RequirementCard project={project} account={account} />}
      {canWrite && (
        <Card title="Audit log">
          <div className="flex flex-wrap items-center justify-between gap-4 px-4 py-4">
            <p className="max-w-prose text-muted">Who did what in this project, and from where.</p>
            <Link
              to="/projects/$projectId/audit-log"
              params={{ projectId: project.id }}
              className="font-medium text-accent underline-offset-4 hover:underline"
            >
              Open the audit log
            </Link>
          </div>
        </Card>
      )}
      {!account.isInstanceOwner && (
        <Card title="Leave this project">
          <div className="flex flex-wrap items-center justify-between gap-4 px-4 py-4">
            <p className="max-w-prose text-muted">
              You’ll lose access until you’re invited again. Anything you added stays.
            </p>
            <Button onClick={() => setDialog('leave')}>Leave project…</Button>
          </div>
        </Card>
      )}
      {project.role === 'owner' && (
        <Card title="Delete this project">
          <div className="flex flex-wrap items-center justify-between gap-4 px-4 py-4">
            <p className="max-w-prose text-muted">Permanently deletes its domains, DKIM keys and API keys.</p>
            <Button onClick={() => setDialog('delete')}>Delete project…</Button>
          </div>
        </Card>
      )}
      {dialog === 'delete' && <DeleteProject project={project} onClose={() => setDialog(null)} />}
      {dialog === 'leave' && <LeaveProject project={project} onClose={() => setDialog(null)} />}
    </Page>
  );
}

function ProjectForm({ project }: { project: Project }) {
  const [value, setValue] = useState({ name: project.name, primaryRegion: project.primaryRegion });
  const client = useQueryClient();
  const update = useMutation({
    mutationFn: () => call('PATCH /api/projects/:projectId', { params: { projectId: project.id }, body: value }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: accountQuery().queryKey });
      showToast('Saved');
    },
  });
  const isSame = value.name.trim() === project.name && value.primaryRegion === project.primaryRegion;
  return (
    <form
      className="flex max-w-md flex-col gap-4 px-4 py-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!update.isPending) update.mutate();
      }}
    >
      <ProjectFields
        value={value}
        nameError={findFieldError(update.error, 'name') ?? update.error?.message}
        onChange={setValue}
      />
      <p className="-mt-2 text-small text-muted">New domains use this region unless you choose another.</p>
      <Button
        type="submit"
        variant="primary"
        className="self-start"
        disabled={isSame || value.name.trim() === ''}
        isBusy={update.isPending}
      >
        Save
      </Button>
    </form>
  );
}

/** Whether the project is shown to sessions without a second factor. */
function RequirementCard({ project, account }: { project: Project; account: Account }) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: () =>
      call('PATCH /api/projects/:projectId', {
        params: { projectId: project.id },
        body: { requireSecondFactor: !project.requireSecondFactor },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: accountQuery().queryKey });
      showToast('Saved');
    },
    onError: (error) => showToast(error.message),
  });
  return (
    <Card title="Second factor">
      <div className="flex flex-wrap items-center justify-between gap-4 px-4 py-4">
        <p className="max-w-prose text-muted">
          {project.requireSecondFactor
            ? 'Members need a passkey or an authenticator app to open this project.'
            : account.hasSecondFactor
              ? 'Members can sign in with just a password. If you require a second factor, those without one have to set it up first.'
              : 'Members can sign in with just a password. To require more, first sign in with a passkey or an authenticator app yourself.'}
        </p>
        <Button disabled={!account.hasSecondFactor} isBusy={change.isPending} onClick={() => change.mutate()}>
          {project.requireSecondFactor ? 'Don’t require it' : 'Require a second factor'}
        </Button>
      </div>
    </Card>
  );
}

/** Goes away from a project that is not there any more, for this person. */
function useGoodbye(project: Project): (text: string) => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async (text) => {
    await navigate({ to: '/account' });
    client.removeQueries({ queryKey: ['projects', project.id] });
    await client.invalidateQueries({ queryKey: accountQuery().queryKey });
    await navigate({ to: '/' });
    showToast(text);
  };
}

function LeaveProject({ project, onClose }: { project: Project; onClose(): void }) {
  const [isRevoked, setRevoked] = useState(true);
  const goodbye = useGoodbye(project);
  const issued = useQuery(ownIssuedInQuery(project.id));
  const leave = useMutation({
    mutationFn: () =>
      call('DELETE /api/projects/:projectId/membership', {
        params: { projectId: project.id },
        body: { revokeIssued: isRevoked },
      }),
    onSuccess: () => goodbye(`You left ${project.name}`),
  });
  return (
    <FormDialog
      title={`Leave ${project.name}?`}
      submitLabel="Leave project"
      isDangerous
      isDisabled={issued.isPending}
      isBusy={leave.isPending}
      onSubmit={() => leave.mutate()}
      onClose={onClose}
    >
      <FormError error={leave.error ?? issued.error} />
      <p className="max-w-prose text-muted">
        Its domains keep working, and open invitations you created are revoked. To come back you’ll need an invitation
        from an owner or admin.
      </p>
      {issued.data && <IssuedChoice issued={issued.data} isRevoked={isRevoked} onChange={setRevoked} />}
    </FormDialog>
  );
}

function DeleteProject({ project, onClose }: { project: Project; onClose(): void }) {
  const goodbye = useGoodbye(project);
  const remove = useMutation({
    mutationFn: () =>
      call('DELETE /api/projects/:projectId', { params: { projectId: project.id }, body: { confirm: project.name } }),
    onSuccess: () => goodbye(`Deleted ${project.name}`),
  });
  return (
    <DeleteDialog
      what="project"
      name={project.name}
      error={remove.error?.message}
      isBusy={remove.isPending}
      onDelete={() => remove.mutate()}
      onClose={onClose}
    >
      <p>
        Its API keys stop working immediately. Its domains are deleted with their DKIM keys, so their mail will no
        longer be signed. This can’t be undone.
      </p>
    </DeleteDialog>
  );
}
