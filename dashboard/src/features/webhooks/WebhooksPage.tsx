/*
 * Webhooks of a project: where its events are sent. This page lists them with their last 24 hours, `WebhookPage` shows
 * one with its deliveries, `WebhookDialog` creates or changes one, and `Secret` shows what a receiver verifies with.
 */

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { type Webhook, webhooksQuery } from '../../api/webhooks.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Page } from '../../components/Page.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { NotFoundPage } from '../shell/NotFoundPage.tsx';
import { useProject } from '../shell/use-project.ts';
import { Health } from './Health.tsx';
import { WebhookDialog } from './WebhookDialog.tsx';

/** The webhooks of a project. */
export function WebhooksPage() {
  const { project, canWrite } = useProject();
  const [isCreating, setCreating] = useState(false);
  const list = useQuery({ ...webhooksQuery(project?.id ?? ''), enabled: project !== null });
  if (!project) return <NotFoundPage />;
  const webhooks = list.data?.webhooks;
  return (
    <Page
      title="Webhooks"
      intro={
        <>
          We send signed events to your URLs as they happen, and retry until they arrive.{' '}
          <a href="/docs/guide/webhooks" className="text-accent underline underline-offset-2">
            How to receive them
          </a>
        </>
      }
      actions={
        canWrite && (
          <Button variant="primary" onClick={() => setCreating(true)}>
            <Plus aria-hidden="true" size={16} /> New webhook
          </Button>
        )
      }
    >
      <Card label="Webhooks">
        {webhooks === undefined ? (
          list.error ? (
            <ErrorState what="Couldn’t load webhooks" error={list.error} onRetry={() => list.refetch()} />
          ) : (
            <Skeleton rows={3} className="h-16" />
          )
        ) : webhooks.length === 0 ? (
          <EmptyState title="No webhooks yet">
            <p>Create one to hear about every change without polling.</p>
          </EmptyState>
        ) : (
          <ul className="divide-y divide-hairline">
            {webhooks.map((webhook) => (
              <WebhookRow key={webhook.id} projectId={project.id} webhook={webhook} />
            ))}
          </ul>
        )}
      </Card>
      {isCreating && <WebhookDialog projectId={project.id} webhook={null} onClose={() => setCreating(false)} />}
    </Page>
  );
}

function WebhookRow({ projectId, webhook }: { projectId: string; webhook: Webhook }) {
  return (
    <li className="flex min-h-16 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
      <div className="min-w-0 flex-1 basis-full md:basis-0">
        <Link
          to="/projects/$projectId/webhooks/$webhookId"
          params={{ projectId, webhookId: webhook.id }}
          className="font-medium [overflow-wrap:anywhere] hover:underline"
        >
          {webhook.url}
        </Link>
        <p className="text-small text-muted [overflow-wrap:anywhere]">{webhook.events.join(', ')}</p>
      </div>
      <Health webhook={webhook} />
    </li>
  );
}
