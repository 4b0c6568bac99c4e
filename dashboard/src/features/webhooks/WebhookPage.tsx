import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import { useState } from 'react';
import { call } from '../../api/call.ts';
import { type Delivery, deliveriesQuery, type Webhook, webhooksQuery } from '../../api/webhooks.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { FormError } from '../../components/FormError.tsx';
import { Page } from '../../components/Page.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { type State, StateMark } from '../../components/StateMark.tsx';
import { showToast } from '../../components/toast-store.ts';
import { NotFoundPage } from '../shell/NotFoundPage.tsx';
import { useNavigation } from '../shell/use-navigation.ts';
import { useProject } from '../shell/use-project.ts';
import { DeliveryDialog } from './DeliveryDialog.tsx';
import { Health } from './Health.tsx';
import { SecretDialog } from './Secret.tsx';
import { TestDialog } from './TestDialog.tsx';
import { WebhookDialog } from './WebhookDialog.tsx';

const REFRESH_MS = 5_000;
const DAY_MS = 86_400_000;

/** One webhook: how it does, what was sent to it, and what can be done. */
export function WebhookPage() {
  const { project, canWrite } = useProject();
  const { webhookId = '' } = useParams({ strict: false });
  const list = useQuery({
    ...webhooksQuery(project?.id ?? ''),
    enabled: project !== null,
    refetchInterval: REFRESH_MS,
  });
  if (!project) return <NotFoundPage />;
  if (list.data === undefined)
    return (
      <Page title="Webhook">
        <Card label="Webhook">
          {list.error ? (
            <ErrorState what="Couldn’t load the webhook" error={list.error} onRetry={() => list.refetch()} />
          ) : (
            <Skeleton rows={3} className="h-16" />
          )}
        </Card>
      </Page>
    );
  const webhook = list.data.webhooks.find(({ id }) => id === webhookId);
  if (!webhook) return <NotFoundPage />;
  return <WebhookView projectId={project.id} webhook={webhook} canWrite={canWrite} />;
}

type Open = 'test' | 'change' | { secret: string; title: string; note: string } | { deliveryId: string } | null;

function WebhookView({ projectId, webhook, canWrite }: { projectId: string; webhook: Webhook; canWrite: boolean }) {
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <Page
      title={webhook.url}
      back={
        <Link
          to="/projects/$projectId/webhooks"
          params={{ projectId }}
          className="inline-flex items-center gap-1 text-muted hover:text-ink max-md:min-h-11"
        >
          <ChevronLeft aria-hidden="true" size={16} /> Webhooks
        </Link>
      }
      actions={
        canWrite && (
          <>
            <Button onClick={() => setOpen('change')}>Edit</Button>
            <Button variant="primary" onClick={() => setOpen('test')}>
              Send test event
            </Button>
          </>
        )
      }
      intro={webhook.events.join(', ')}
    >
      <Card label="Health">
        <div className="flex flex-wrap items-center justify-between gap-4 px-4 py-3">
          <Health webhook={webhook} />
          {canWrite && <Actions projectId={projectId} webhook={webhook} onSecret={setOpen} />}
        </div>
      </Card>
      <Deliveries projectId={projectId} webhook={webhook} onOpen={(deliveryId) => setOpen({ deliveryId })} />
      {open === 'test' && <TestDialog projectId={projectId} webhook={webhook} onClose={close} />}
      {open === 'change' && <WebhookDialog projectId={projectId} webhook={webhook} onClose={close} />}
      {open !== null && typeof open === 'object' && 'secret' in open && <SecretDialog {...open} onClose={close} />}
      {open !== null && typeof open === 'object' && 'deliveryId' in open && (
        <DeliveryDialog
          projectId={projectId}
          webhook={webhook}
          deliveryId={open.deliveryId}
          canWrite={canWrite}
          onClose={close}
        />
      )}
    </Page>
  );
}

function Actions({
  projectId,
  webhook,
  onSecret,
}: {
  projectId: string;
  webhook: Webhook;
  onSecret(open: { secret: string; title: string; note: string }): void;
}) {
  const client = useQueryClient();
  const { navigate } = useNavigation();
  const params = { projectId, webhookId: webhook.id };
  const refresh = () => client.invalidateQueries({ queryKey: webhooksQuery(projectId).queryKey });
  const reveal = useMutation({
    mutationFn: () => call('POST /api/projects/:projectId/webhooks/:webhookId/reveal', { params }),
    onSuccess: ({ secret }) =>
      onSecret({ secret, title: 'Signing secret', note: 'Your receiver verifies deliveries with this secret.' }),
  });
  const rotate = useMutation({
    mutationFn: () => call('POST /api/projects/:projectId/webhooks/:webhookId/rotate-secret', { params }),
    onSuccess: ({ secret }) =>
      onSecret({
        secret,
        title: 'New signing secret',
        note: 'Give it to your receiver within 24 hours. Until then, deliveries are signed with both secrets.',
      }),
  });
  const switchOver = useMutation({
    mutationFn: () =>
      call('PUT /api/projects/:projectId/webhooks/:webhookId', { params, body: { isActive: !webhook.isActive } }),
    onSuccess: refresh,
  });
  const retry = useMutation({
    mutationFn: () =>
      call('POST /api/projects/:projectId/webhooks/:webhookId/retry-failed', {
        params,
        body: { since: new Date(Date.now() - DAY_MS).toISOString() },
      }),
    onSuccess: async ({ retried }) => {
      await refresh();
      showToast(retried === 0 ? 'No failed deliveries' : `Resending ${retried}`);
    },
  });
  const remove = useMutation({
    mutationFn: () => call('DELETE /api/projects/:projectId/webhooks/:webhookId', { params }),
    onSuccess: async () => {
      await navigate({ to: '/projects/$projectId/webhooks', params: { projectId } });
      await refresh();
      showToast('Webhook deleted');
    },
  });
  const error = [reveal, rotate, switchOver, retry, remove].find((each) => each.error)?.error ?? null;
  return (
    <div className="flex flex-wrap items-center gap-2 sm:justify-end">
      <Button isBusy={retry.isPending} onClick={() => retry.mutate()}>
        Retry failed
      </Button>
      <Button isBusy={reveal.isPending} onClick={() => reveal.mutate()}>
        Reveal secret
      </Button>
      <Button isBusy={rotate.isPending} onClick={() => rotate.mutate()}>
        Rotate secret
      </Button>
      <Button isBusy={switchOver.isPending} onClick={() => switchOver.mutate()}>
        {webhook.isActive ? 'Disable' : 'Enable'}
      </Button>
      {!webhook.isActive && (
        <Button variant="danger" isBusy={remove.isPending} onClick={() => remove.mutate()}>
          Delete
        </Button>
      )}
      <FormError error={error} />
    </div>
  );
}

function Deliveries({
  projectId,
  webhook,
  onOpen,
}: {
  projectId: string;
  webhook: Webhook;
  onOpen(deliveryId: string): void;
}) {
  const [page, setPage] = useState(1);
  const found = useQuery({ ...deliveriesQuery(projectId, webhook.id, page), refetchInterval: REFRESH_MS });
  const { data } = found;
  return (
    <Card title="Deliveries">
      {data === undefined ? (
        found.error ? (
          <ErrorState what="Couldn’t load deliveries" error={found.error} onRetry={() => found.refetch()} />
        ) : (
          <Skeleton rows={3} className="h-12" />
        )
      ) : data.total === 0 ? (
        <EmptyState title="No deliveries yet">
          <p>Send a test event, or wait for the next change.</p>
        </EmptyState>
      ) : (
        <>
          <ul className="divide-y divide-hairline">
            {data.logs.map((delivery) => (
              <DeliveryRow key={delivery._id} delivery={delivery} onOpen={() => onOpen(delivery._id)} />
            ))}
          </ul>
          {data.totalPages > 1 && (
            <div className="flex items-center justify-end gap-2 border-t border-hairline px-4 py-2">
              <Button mayRepeat disabled={page === 1} onClick={() => setPage(page - 1)}>
                Newer
              </Button>
              <Button mayRepeat disabled={page >= data.totalPages} onClick={() => setPage(page + 1)}>
                Older
              </Button>
            </div>
          )}
        </>
      )}
    </Card>
  );
}

function DeliveryRow({ delivery, onOpen }: { delivery: Delivery; onOpen(): void }) {
  const { state, word } = describeDelivery(delivery);
  return (
    <li className="flex min-h-12 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
      <code className="min-w-0 flex-1 basis-full font-mono text-small [overflow-wrap:anywhere] sm:basis-0">
        {delivery.event}
      </code>
      <StateMark state={state} word={word} />
      <span className="text-small text-muted max-sm:flex-1">
        <RelativeTime at={delivery.updatedAt} />
      </span>
      <Button onClick={onOpen} aria-label={`Show ${delivery.event}`}>
        Show
      </Button>
    </li>
  );
}

function describeDelivery({ success, statusCode, attempts }: Delivery): { state: State; word: string } {
  if (success) return { state: 'verified', word: String(statusCode) };
  if (attempts === 0) return { state: 'waiting', word: 'Waiting' };
  return { state: 'wrong', word: statusCode === null ? 'No response' : String(statusCode) };
}
