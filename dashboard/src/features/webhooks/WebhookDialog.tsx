import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ANY_EVENT, EVENT_GROUPS } from '../../../../server/src/core/lifecycle/event-patterns.ts';
import { call } from '../../api/call.ts';
import { findFieldError } from '../../api/request-error.ts';
import { type Webhook, webhooksQuery } from '../../api/webhooks.ts';
import { Checkbox } from '../../components/Checkbox.tsx';
import { Field } from '../../components/Field.tsx';
import { FormDialog } from '../../components/FormDialog.tsx';
import { FormError } from '../../components/FormError.tsx';
import { SecretDialog } from './Secret.tsx';

const CHOICES = [
  { pattern: ANY_EVENT, label: 'All events', hint: 'Including those added later.' },
  { pattern: 'domain.*', label: 'Domains', hint: 'Added, verified, at risk, failed, restored, changed, deleted.' },
  { pattern: 'record.*', label: 'Records', hint: 'A record was found, or is missing.' },
  { pattern: 'key.*', label: 'DKIM keys', hint: 'Each step from creating a key to removing its record.' },
  {
    pattern: 'dns.*',
    label: 'Publishing',
    hint: 'Records that the service writes for you, and later changes to them.',
  },
  { pattern: 'webhook.*', label: 'Webhooks', hint: 'We disabled one because it kept failing.' },
].filter(({ pattern }) => pattern === ANY_EVENT || EVENT_GROUPS.includes(pattern));

/** Creates a webhook and shows its secret, or changes one. */
export function WebhookDialog({
  projectId,
  webhook,
  onClose,
}: {
  projectId: string;
  /** Null for a new one. */
  webhook: Webhook | null;
  onClose(): void;
}) {
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [events, setEvents] = useState<readonly string[]>(webhook?.events ?? ['domain.*']);
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: async (): Promise<{ secret: string } | null> => {
      const body = { url: url.trim(), events: [...events] };
      if (webhook === null) return call('POST /api/projects/:projectId/webhooks', { params: { projectId }, body });
      await call('PUT /api/projects/:projectId/webhooks/:webhookId', {
        params: { projectId, webhookId: webhook.id },
        body,
      });
      return null;
    },
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: webhooksQuery(projectId).queryKey });
      if (made === null) onClose();
    },
  });
  if (save.data)
    return (
      <SecretDialog
        title="Your new webhook"
        secret={save.data.secret}
        note="Your receiver verifies deliveries with this secret. You can reveal it again later."
        onClose={onClose}
      />
    );
  const urlError = findFieldError(save.error, 'url');
  // Single types that the API was told stay as they are.
  const others = events.filter((event) => CHOICES.every(({ pattern }) => pattern !== event));
  return (
    <FormDialog
      title={webhook === null ? 'New webhook' : 'Edit webhook'}
      submitLabel={webhook === null ? 'Create webhook' : 'Save'}
      isDisabled={url.trim() === '' || events.length === 0}
      isBusy={save.isPending}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      <Field
        label="URL"
        type="url"
        placeholder="https://example.com/webhooks"
        value={url}
        required
        autoFocus
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        error={urlError}
        onChange={(event) => setUrl(event.target.value)}
      />
      <fieldset className="flex flex-col gap-3">
        <legend className="mb-2 font-medium">Events</legend>
        {CHOICES.map(({ pattern, label, hint }) => (
          <Checkbox
            key={pattern}
            label={label}
            hint={hint}
            isChecked={events.includes(pattern)}
            onChange={(isChecked) =>
              setEvents(isChecked ? [...events, pattern] : events.filter((each) => each !== pattern))
            }
          />
        ))}
        {others.length > 0 && <p className="text-small text-muted">Also {others.join(', ')}</p>}
      </fieldset>
      {!urlError && <FormError error={save.error} />}
    </FormDialog>
  );
}
