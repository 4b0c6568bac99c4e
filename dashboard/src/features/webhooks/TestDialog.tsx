import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { EVENT_TYPES, type EventType } from '../../../../server/src/core/lifecycle/events.ts';
import { call } from '../../api/call.ts';
import { type Webhook, webhooksQuery } from '../../api/webhooks.ts';
import { FormDialog } from '../../components/FormDialog.tsx';
import { FormError } from '../../components/FormError.tsx';
import { Select } from '../../components/Select.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { CodeBlock } from './CodeBlock.tsx';

const OPTIONS = EVENT_TYPES.map((type) => ({ value: type, label: type }));

/** Sends a test event, and tells what came of it. */
export function TestDialog({ projectId, webhook, onClose }: { projectId: string; webhook: Webhook; onClose(): void }) {
  const [event, setEvent] = useState<EventType>('domain.verified');
  const client = useQueryClient();
  const test = useMutation({
    mutationFn: () =>
      call('POST /api/projects/:projectId/webhooks/:webhookId/test', {
        params: { projectId, webhookId: webhook.id },
        body: { event },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: webhooksQuery(projectId).queryKey }),
  });
  const { data } = test;
  return (
    <FormDialog
      title="Send test event"
      submitLabel="Send"
      isBusy={test.isPending}
      onSubmit={() => test.mutate()}
      onClose={onClose}
    >
      <Select
        label="Event"
        value={event}
        options={OPTIONS}
        onChange={(change) => setEvent(change.target.value as EventType)}
      />
      <div aria-live="polite">
        {data && (
          <div className="flex flex-col gap-2">
            <StateMark
              state={data.success ? 'verified' : 'wrong'}
              word={
                data.statusCode === null
                  ? 'Failed'
                  : `Responded ${data.statusCode} in ${data.duration.toLocaleString()} ms`
              }
            />
            {data.problem && <p className="text-small">{data.problem}</p>}
            {data.body !== '' && <CodeBlock label="Response" text={data.body} />}
          </div>
        )}
      </div>
      <FormError error={test.error} />
    </FormDialog>
  );
}
