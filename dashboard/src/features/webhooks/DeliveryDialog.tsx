import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/call.ts';
import { deliveryQuery, type Webhook, webhooksQuery } from '../../api/webhooks.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { FormError } from '../../components/FormError.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { showToast } from '../../components/toast-store.ts';
import { CodeBlock } from './CodeBlock.tsx';

/** One delivery: what was sent, what came back, and another try. */
export function DeliveryDialog({
  projectId,
  webhook,
  deliveryId,
  canWrite,
  onClose,
}: {
  projectId: string;
  webhook: Webhook;
  deliveryId: string;
  canWrite: boolean;
  onClose(): void;
}) {
  const client = useQueryClient();
  const found = useQuery(deliveryQuery(projectId, webhook.id, deliveryId));
  const retry = useMutation({
    mutationFn: () =>
      call('POST /api/projects/:projectId/webhooks/:webhookId/deliveries/:deliveryId/retry', {
        params: { projectId, webhookId: webhook.id, deliveryId },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: webhooksQuery(projectId).queryKey });
      onClose();
      showToast('Resending');
    },
  });
  const { data: delivery } = found;
  return (
    <Dialog title={delivery?.event ?? 'Delivery'} width="max-w-2xl" onClose={onClose}>
      {delivery === undefined ? (
        found.error ? (
          <ErrorState what="Couldn’t load the delivery" error={found.error} onRetry={() => found.refetch()} />
        ) : (
          <Skeleton rows={4} className="h-16" />
        )
      ) : (
        <div className="flex flex-col gap-4">
          <p className="text-small text-muted [overflow-wrap:anywhere]">
            <code className="font-mono">{delivery.messageId}</code> · {delivery.attempts}{' '}
            {delivery.attempts === 1 ? 'attempt' : 'attempts'} · {delivery.url}
          </p>
          {delivery.response?.problem && <p>{delivery.response.problem}</p>}
          {delivery.request.body !== null && <CodeBlock label="Body" text={formatBody(delivery.request.body)} />}
          {delivery.request.headers && <CodeBlock label="Headers" text={formatHeaders(delivery.request.headers)} />}
          {delivery.response && delivery.response.body !== '' && (
            <CodeBlock label={`Response (${delivery.response.statusCode ?? 'none'})`} text={delivery.response.body} />
          )}
          <FormError error={retry.error} />
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>Close</Button>
            {canWrite && (
              <Button variant="primary" isBusy={retry.isPending} onClick={() => retry.mutate()}>
                Resend
              </Button>
            )}
          </div>
        </div>
      )}
    </Dialog>
  );
}

/** With lines, for people; what is sent has none. */
function formatBody(body: string): string {
  return JSON.stringify(JSON.parse(body), null, 2);
}

function formatHeaders(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}
