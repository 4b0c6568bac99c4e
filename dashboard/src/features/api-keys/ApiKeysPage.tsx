/*
 * API keys of a project, for programs. The page lists and revokes them, `NewKeyDialog` creates one, and
 * `IssuedKey` shows its text, once: the server keeps only a hash, so it can't be shown again. `setup/` uses
 * `IssuedKey` as well. `permissions.ts` has the words for what a key may do; the server decides what it may.
 */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { call } from '../../api/call.ts';
import { type ApiKey, apiKeysQuery } from '../../api/project.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { FormError } from '../../components/FormError.tsx';
import { Page } from '../../components/Page.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { showToast } from '../../components/toast-store.ts';
import { Fold } from '../domain/Fold.tsx';
import { NotFoundPage } from '../shell/NotFoundPage.tsx';
import { useProject } from '../shell/use-project.ts';
import { FirstRequest } from './FirstRequest.tsx';
import { NewKeyDialog } from './NewKeyDialog.tsx';
import { namePermission } from './permissions.ts';

/** The keys with which programs work on this project. */
export function ApiKeysPage() {
  const { project, canWrite } = useProject();
  const [dialog, setDialog] = useState<'new' | ApiKey | null>(null);
  const list = useQuery({ ...apiKeysQuery(project?.id ?? ''), enabled: project !== null });
  if (!project) return <NotFoundPage />;
  const keys = list.data?.apiKeys.filter(({ state }) => state === 'valid');
  const ended = list.data?.apiKeys.filter(({ state }) => state !== 'valid') ?? [];
  return (
    <Page
      title="API keys"
      intro={
        <>
          API keys authenticate your requests. Each key works for this project only.{' '}
          <a href="/docs/reference" className="text-accent underline underline-offset-2">
            API reference
          </a>
        </>
      }
      actions={
        canWrite && (
          <Button variant="primary" onClick={() => setDialog('new')}>
            <Plus aria-hidden="true" size={16} /> New key
          </Button>
        )
      }
    >
      <Card label="API keys">
        {keys === undefined ? (
          list.error ? (
            <ErrorState what="Couldn’t load API keys" error={list.error} onRetry={() => list.refetch()} />
          ) : (
            <Skeleton rows={3} className="h-16" />
          )
        ) : keys.length === 0 ? (
          <EmptyState title="No API keys yet">
            <p>Create one per app so you can revoke them separately.</p>
          </EmptyState>
        ) : (
          <ul className="divide-y divide-hairline">
            {keys.map((key) => (
              <KeyRow key={key.id} apiKey={key} onRevoke={canWrite ? () => setDialog(key) : null} />
            ))}
          </ul>
        )}
      </Card>
      {ended.length > 0 && (
        <Card label="Expired and revoked">
          <Fold title={`Expired and revoked (${ended.length})`}>
            <ul className="divide-y divide-hairline border-t border-hairline">
              {ended.toReversed().map((key) => (
                <KeyRow key={key.id} apiKey={key} onRevoke={null} />
              ))}
            </ul>
          </Fold>
        </Card>
      )}
      <FirstRequest />
      {dialog === 'new' && (
        <NewKeyDialog projectId={project.id} isOwner={project.role === 'owner'} onClose={() => setDialog(null)} />
      )}
      {dialog !== null && dialog !== 'new' && (
        <RevokeDialog projectId={project.id} apiKey={dialog} onClose={() => setDialog(null)} />
      )}
    </Page>
  );
}

function KeyRow({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: (() => void) | null }) {
  return (
    <li className="flex min-h-16 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
      <div className="min-w-0 flex-1 basis-full md:basis-0">
        <p className="font-medium [overflow-wrap:anywhere]">{apiKey.name}</p>
        <p className="text-small text-muted">
          <code className="font-mono">{apiKey.prefix}…</code> · {namePermission(apiKey.permission)}
          {apiKey.createdBy !== null && ` · created by ${apiKey.createdBy}`}
          {apiKey.isCreatorGone && <span className="text-attention"> (no longer in this project)</span>}
        </p>
        <Limits apiKey={apiKey} />
      </div>
      <p className="flex-1 text-small text-muted md:w-56 md:flex-none">
        {apiKey.lastUsedAt ? (
          <>
            used <RelativeTime at={apiKey.lastUsedAt} />
            {apiKey.lastUsedAddress && ` from ${apiKey.lastUsedAddress}`}
          </>
        ) : (
          'never used'
        )}
        {apiKey.revokedAt && (
          <>
            {' · revoked '}
            <RelativeTime at={apiKey.revokedAt} />
          </>
        )}
        {apiKey.expiresAt && !apiKey.revokedAt && (
          <>
            {apiKey.state === 'expired' ? ' · expired ' : ' · expires '}
            <RelativeTime at={apiKey.expiresAt} />
          </>
        )}
      </p>
      {onRevoke && (
        <Button onClick={onRevoke} aria-label={`Revoke ${apiKey.name}`}>
          Revoke…
        </Button>
      )}
    </li>
  );
}

function Limits({ apiKey: { domains, networks } }: { apiKey: ApiKey }) {
  if (!domains && !networks) return null;
  const limits = [domains && `for ${domains.join(', ')}`, networks && `from ${networks.join(', ')}`];
  return <p className="text-small text-muted [overflow-wrap:anywhere]">only {limits.filter(Boolean).join(', ')}</p>;
}

function RevokeDialog({ projectId, apiKey, onClose }: { projectId: string; apiKey: ApiKey; onClose(): void }) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () =>
      call('DELETE /api/projects/:projectId/api-keys/:keyId', { params: { projectId, keyId: apiKey.id } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: apiKeysQuery(projectId).queryKey });
      onClose();
      showToast(`Revoked ${apiKey.name}`);
    },
  });
  return (
    <Dialog title={`Revoke ${apiKey.name}?`} onClose={onClose}>
      <div className="flex flex-col gap-4">
        <p className="max-w-prose text-muted">
          Requests using <code className="font-mono">{apiKey.prefix}…</code> will start failing immediately. This can’t
          be undone.
        </p>
        <FormError error={revoke.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="danger" isBusy={revoke.isPending} onClick={() => revoke.mutate()}>
            Revoke key
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
