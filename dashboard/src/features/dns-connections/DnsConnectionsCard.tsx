/*
 * DNS connections of a project: credentials for the zones that records are published in. The card in the project's settings
 * lists them; `AddConnectionDialog` has a form for each provider, made from the server's own table of them,
 * `TestConnectionDialog` tries one, and `RemoveConnectionDialog` says what depends on it.
 */

import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { PROVIDER_TABLE } from '../../../../server/src/core/publishing/provider-table.ts';
import { type DnsConnection, dnsConnectionsQuery } from '../../api/dns-connections.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { AddConnectionDialog } from './AddConnectionDialog.tsx';
import { hasFailedSince } from './has-failed-since.ts';
import { Quoted } from './Quoted.tsx';
import { RemoveConnectionDialog } from './RemoveConnectionDialog.tsx';
import { TestConnectionDialog } from './TestConnectionDialog.tsx';
import { ZoneNames } from './ZoneNames.tsx';

type Opened = { readonly what: 'test' | 'remove'; readonly connection: DnsConnection } | { readonly what: 'add' };

/** The DNS connections of a project. */
export function DnsConnectionsCard({ projectId, canWrite }: { projectId: string; canWrite: boolean }) {
  const [opened, setOpened] = useState<Opened | null>(null);
  const list = useQuery(dnsConnectionsQuery(projectId));
  const connections = list.data?.dnsConnections;
  const close = () => setOpened(null);
  return (
    <Card
      title="DNS connections"
      actions={
        canWrite && (
          <Button onClick={() => setOpened({ what: 'add' })}>
            <Plus aria-hidden="true" size={16} /> Add connection
          </Button>
        )
      }
    >
      <p className="max-w-prose px-4 py-4 text-muted">
        Access to your DNS provider, so that records can be published for you.{' '}
        <a href="/docs/dns-publishing" className="inline-block text-accent underline underline-offset-2">
          What each provider needs
        </a>
      </p>
      {connections === undefined ? (
        list.error ? (
          <ErrorState what="Couldn’t load DNS connections" error={list.error} onRetry={() => list.refetch()} />
        ) : (
          <Skeleton rows={1} className="h-16" />
        )
      ) : connections.length === 0 ? (
        <EmptyState title="No DNS connections yet">
          <p>Without one, you add the records at your provider by hand.</p>
        </EmptyState>
      ) : (
        <ul className="divide-y divide-hairline border-t border-hairline">
          {connections.map((connection) => (
            <ConnectionRow
              key={connection.id}
              connection={connection}
              canWrite={canWrite}
              onTest={() => setOpened({ what: 'test', connection })}
              onRemove={() => setOpened({ what: 'remove', connection })}
            />
          ))}
        </ul>
      )}
      {opened?.what === 'add' && <AddConnectionDialog projectId={projectId} onClose={close} />}
      {opened?.what === 'test' && (
        <TestConnectionDialog projectId={projectId} connection={opened.connection} onClose={close} />
      )}
      {opened?.what === 'remove' && (
        <RemoveConnectionDialog projectId={projectId} connection={opened.connection} onClose={close} />
      )}
    </Card>
  );
}

function ConnectionRow({
  connection,
  canWrite,
  onTest,
  onRemove,
}: {
  connection: DnsConnection;
  canWrite: boolean;
  onTest(): void;
  onRemove(): void;
}) {
  const { name, provider, lastError, lastSuccessAt } = connection;
  const isFailing = hasFailedSince(connection);
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 py-3">
      <div className="flex min-w-0 flex-1 basis-72 flex-col gap-1">
        <p className="font-medium [overflow-wrap:anywhere]">
          {name} <span className="text-small font-normal text-muted">{PROVIDER_TABLE[provider].title}</span>
        </p>
        <ZoneNames zones={connection.zones} hasAll={connection.hasAllZones} />
        {isFailing && lastError ? (
          <>
            <p className="text-small">
              <StateMark state="wrong" word="Failing" />{' '}
              <span className="text-muted">
                since <RelativeTime at={lastError.at} />
              </span>
            </p>
            <p className="max-w-prose text-small">{lastError.message}</p>
            {lastError.detail !== null && <Quoted text={lastError.detail} />}
          </>
        ) : (
          lastSuccessAt && (
            <p className="text-small">
              <StateMark state="verified" word="Working" />{' '}
              <span className="text-muted">
                last used <RelativeTime at={lastSuccessAt} />
              </span>
            </p>
          )
        )}
      </div>
      {canWrite && (
        <div className="flex gap-2">
          <Button onClick={onTest} aria-label={`Test ${name}`}>
            Test…
          </Button>
          <Button onClick={onRemove} aria-label={`Remove ${name}`}>
            Remove…
          </Button>
        </div>
      )}
    </li>
  );
}
